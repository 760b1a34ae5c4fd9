using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// The ghost of one replica's disk: what it must remember after a crash, told by what was handed to it and reported as
/// synced, and by nothing the product's own storage says.
/// </summary>
public sealed class DurableImage
{
    private readonly Queue<PendingRecord> _pending = new();
    private readonly HashSet<(long Slot, long View, ulong Value)> _handedOut = [];
    private readonly HashSet<(long Slot, ulong Value)> _valuesHandedOut = [];

    /// <summary>The snapshot that is durable; its slots are on this disk, whatever the log has of them.</summary>
    public SnapshotMark Snapshot { get; private set; }

    /// <summary>A snapshot that began to take the place of that one, and may have or not; null for none.</summary>
    public SnapshotMark? Publishing { get; private set; }

    /// <summary>Every slot up to this one is in the durable snapshot.</summary>
    public long SnapshotSlot => Snapshot.Slot.Number;

    /// <summary>Up to this slot was the last snapshot that was damaged and not found at a start any more; 0 when a later one has all of it.</summary>
    public long LostThrough { get; private set; }

    /// <summary>
    /// The slots that are stored durably in the log. Those of the snapshot that a start has found stay as they were said to be before: what is left of them in
    /// the log is told again when that snapshot is lost.
    /// </summary>
    public SlotTable<StoredSlot> Slots { get; } = new();

    /// <summary>The slots as they will be when everything that was handed out is durable.</summary>
    public SlotTable<StoredSlot> Latest { get; } = new();

    /// <summary>The slots of which recovery said that they are faulty, and that were not stored again since.</summary>
    public HashSet<long> Faulty { get; } = [];

    /// <summary>Every slot from here on was said to be faulty, and nothing durable says that this is over; <see cref="long.MaxValue"/> when that is not so.</summary>
    public long FaultyFrom { get; private set; } = long.MaxValue;

    /// <summary>The highest view that was promised when recovery said so.</summary>
    public long PromisedWhenLost { get; private set; } = -1;

    /// <summary>The simulator has damaged what was durable on this disk: it may have lost what it held.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>The machine is lost with its disk, for good.</summary>
    public bool IsGone { get; set; }

    /// <summary>The highest view promised.</summary>
    public long Promised { get; private set; }

    /// <summary>The highest view owned; -1 for none.</summary>
    public long Owned { get; private set; } = -1;

    /// <summary>Number of the last record that was handed out in this process.</summary>
    public long HandedOut { get; private set; }

    /// <summary>Records that were handed out and are not durable yet.</summary>
    public int PendingCount => _pending.Count;

    /// <summary>Records that were handed out and are not durable yet, oldest first.</summary>
    public IEnumerable<PendingRecord> Pending => _pending;

    /// <summary>A record was handed to the disk.</summary>
    public PendingRecord HandOut(Record record)
    {
        PendingRecord pending = PendingRecord.Of(++HandedOut, record);
        _pending.Enqueue(pending);
        if (!pending.IsOfSlot)
            return pending;
        Latest[pending.Slot] = pending.AsStored();
        _handedOut.Add((pending.Slot, pending.View, pending.Value));
        _valuesHandedOut.Add((pending.Slot, pending.Value));
        return pending;
    }

    /// <summary>Takes the next record that became durable by a sync through <paramref name="through"/>; false when there is none left.</summary>
    public bool TryMakeDurable(long through, out PendingRecord record)
    {
        if (!_pending.TryPeek(out record) || record.Number > through)
            return false;
        _pending.Dequeue();
        Store(record);
        return true;
    }

    /// <summary>The process is gone: what was not synced is forgotten here; the disk may know better.</summary>
    public void ForgetPending()
    {
        _pending.Clear();
        HandedOut = 0;
    }

    /// <summary>This vote was handed to this disk at some time, in whichever process.</summary>
    public bool WasHandedOut(long slot, long view, ulong value) => _handedOut.Contains((slot, view, value));

    /// <summary>This value was handed to this disk at some time, as a vote or as learned.</summary>
    public bool WasHandedOut(long slot, ulong value) => _valuesHandedOut.Contains((slot, value));

    /// <summary>A snapshot is about to take the place of the one before.</summary>
    public void BeginPublishing(SnapshotMark mark) => Publishing = mark;

    /// <summary>A snapshot is durable: it repairs what the log has lost of its slots.</summary>
    /// <returns>True when there was something to repair.</returns>
    public bool Publish(SnapshotMark mark)
    {
        Snapshot = mark;
        Publishing = null;
        if (LostThrough <= SnapshotSlot)
            LostThrough = 0;
        if (FaultyFrom != long.MaxValue)
            FaultyFrom = Math.Max(FaultyFrom, SnapshotSlot + 1);
        return Faulty.RemoveWhere(slot => slot <= SnapshotSlot) > 0;
    }

    /// <summary>Recovery made this durable, and from now on it has to stay.</summary>
    public void Adopt(RecoveredState recovered)
    {
        Promised = recovered.Promised.Number;
        Owned = recovered.Owned.Number;
        AdoptSnapshot(recovered.Snapshot);
        Faulty.Clear();
        foreach (Slot slot in recovered.Faulty)
            Faulty.Add(slot.Number);
        FaultyFrom = recovered.FaultyFrom == Slot.Zero ? long.MaxValue : recovered.FaultyFrom.Number;
        PromisedWhenLost = recovered.FaultyFrom == Slot.Zero ? -1 : Promised;
        foreach (DecidedEntry entry in recovered.Known)
            Adopt(entry.Slot.Number, new StoredSlot(true, -1, ContentHash.Of(entry.Entry), IsLearned: true));
        foreach (AcceptedEntry entry in recovered.Votes)
            Adopt(entry.Slot.Number, new StoredSlot(true, entry.View.Number, ContentHash.Of(entry.Entry), IsLearned: false));
    }

    /// <summary>This disk had the slot in a snapshot that is lost, and has not got it back.</summary>
    public bool IsLostWithSnapshot(long slot) =>
        slot <= LostThrough && slot > SnapshotSlot && Slots.Read(slot) is not { IsStored: true, IsLearned: true };

    /// <summary>The disk said that it lost what it held for this slot, so that nobody takes it for "nothing".</summary>
    public bool IsKnownFaulty(long slot) => Faulty.Contains(slot) || (slot >= FaultyFrom && !Slots.Read(slot).IsStored);

    private void AdoptSnapshot(SnapshotMark found)
    {
        if (found.Slot < Snapshot.Slot)
            LostThrough = Math.Max(LostThrough, SnapshotSlot);
        if (LostThrough <= found.Slot.Number)
            LostThrough = 0;
        Snapshot = found;
        Publishing = null;
        Slots.ClearAbove(SnapshotSlot);
        Latest.Clear();
        for (long slot = 1; slot <= Slots.Highest; slot++)
            Latest[slot] = Slots.Read(slot);
    }

    private void Adopt(long slot, in StoredSlot stored)
    {
        Slots[slot] = stored;
        Latest[slot] = stored;
    }

    private void Store(in PendingRecord record)
    {
        switch (record.Kind)
        {
            case RecordKind.Views:
                Promised = record.View;
                Owned = record.Owned;
                break;
            case RecordKind.OpenEndClosed:
                FaultyFrom = long.MaxValue;
                break;
            default:
                Slots[record.Slot] = record.AsStored();
                if (Faulty.Count > 0)
                    Faulty.Remove(record.Slot);
                break;
        }
    }
}
