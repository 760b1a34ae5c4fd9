using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>What recovery makes of the records of one group, while it reads the log that groups share.</summary>
/// <param name="snapshot">The intact snapshot of the group; <see cref="SnapshotMark.None"/> for none.</param>
internal sealed class GroupRecovery(SnapshotMark snapshot)
{
    /// <summary>What is known of each slot.</summary>
    public SlotTable Slots { get; } = new(snapshot);

    /// <summary>Readable records that may never have been synced: they are written again before they count.</summary>
    public LogBatch Unsynced { get; } = new();

    /// <summary>The highest view that a record or the name of a lost one has.</summary>
    public View HighestView { get; private set; } = View.None;

    /// <summary>The higher one of two highest slots; not known when one of them is not.</summary>
    public static long Highest(long one, long other) =>
        one == SlotTable.UnknownSlot || other == SlotTable.UnknownSlot ? SlotTable.UnknownSlot : Math.Max(one, other);

    /// <summary>Takes in a record, or that it is lost.</summary>
    /// <param name="name">What the header of its batch says of it.</param>
    /// <param name="record">The record; null when it is bad, and was durable once.</param>
    /// <param name="synced">It was durable.</param>
    /// <param name="end">What the log has of the group before it; counted on.</param>
    public void Take(RecordName name, Record? record, bool synced, ref GroupEnd end)
    {
        if (record is { } read)
            Take(in read, synced, ref end);
        else if (name.Kind != RecordKind.OpenEndClosed && name.Slot > snapshot.Slot)
            Slots.MarkFaulty(name);
        HighestView = View.Max(HighestView, name.View);
        end = end with { HighestSlot = Highest(end.HighestSlot, name.Slot.Number), Records = end.Records + 1 };
    }

    private void Take(in Record record, bool synced, ref GroupEnd end)
    {
        // An end may be closed at a slot that is in the snapshot by now: it is the end above that slot that is closed.
        if (record.Slot <= snapshot.Slot && record.Kind != RecordKind.OpenEndClosed)
            return;
        switch (record.Kind)
        {
            case RecordKind.Accepted:
                Slots.PutVote(record.View, record.Slot, record.Entry!);
                break;
            case RecordKind.Learned:
                Slots.PutLearned(record.Slot, record.Entry!);
                break;
            case RecordKind.OpenEndClosed:
                Slots.Close(record.Slot);
                end = end with { HighestSlot = Math.Max(end.HighestSlot, record.Slot.Number) };
                break;
        }

        if (!synced)
            Unsynced.Records.Add(record);
    }
}
