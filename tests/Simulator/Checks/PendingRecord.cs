using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Simulator.Checks;

/// <summary>A record on its way to the disk, as the checkers keep it.</summary>
/// <param name="Number">Its number since the start of the process.</param>
/// <param name="Kind">What it is.</param>
/// <param name="View">View accepted, promised, or in which the open end was closed; -1 for what was learned.</param>
/// <param name="Slot">Slot; 0 for a view record.</param>
/// <param name="Value">Hash of the entry.</param>
/// <param name="Owned">Owned view of a view record.</param>
public readonly record struct PendingRecord(long Number, RecordKind Kind, long View, long Slot, ulong Value, long Owned)
{
    /// <summary>It says something of its slot alone.</summary>
    public bool IsOfSlot => Kind is RecordKind.Accepted or RecordKind.Learned;

    /// <summary>What the slot holds once this record is durable.</summary>
    public StoredSlot AsStored() => new(true, View, Value, Kind == RecordKind.Learned);

    /// <summary>Boils a record down.</summary>
    public static PendingRecord Of(long number, in Record record)
    {
        ulong value = record.Entry is { } entry ? ContentHash.Of(entry) : 0;
        return new(number, record.Kind, record.View.Number, record.Slot.Number, value, record.Owned.Number);
    }
}
