using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Simulator.Checks;

/// <summary>A record on its way to the disk, as the checkers keep it.</summary>
/// <param name="Number">Its number since the start of the process.</param>
/// <param name="Kind">What it is.</param>
/// <param name="View">View accepted, promised, or in which the open end was closed; -1 for what was learned.</param>
/// <param name="Slot">Slot; 0 for a view record.</param>
/// <param name="Value">Hash of the entry.</param>
/// <param name="Owned">Owned view of a view record.</param>
public readonly record struct PendingRecord(long Number, PendingKind Kind, long View, long Slot, ulong Value, long Owned)
{
    /// <summary>It says something of its slot alone.</summary>
    public bool IsOfSlot => Kind is PendingKind.Accepted or PendingKind.Learned;

    /// <summary>What the slot holds once this record is durable.</summary>
    public StoredSlot AsStored() => new(true, View, Value, Kind == PendingKind.Learned);

    /// <summary>Boils a record down.</summary>
    public static PendingRecord Of(long number, Record record) => record switch
    {
        ViewRecord view => new PendingRecord(number, PendingKind.View, view.Promised.Number, 0, 0, view.Owned.Number),
        AcceptedRecord accepted => new PendingRecord(
            number, PendingKind.Accepted, accepted.View.Number, accepted.Slot.Number, ContentHash.Of(accepted.Entry), 0),
        LearnedRecord learned => new PendingRecord(number, PendingKind.Learned, -1, learned.Slot.Number, ContentHash.Of(learned.Entry), 0),
        OpenEndClosedRecord closed => new PendingRecord(number, PendingKind.EndClosed, closed.View.Number, closed.Through.Number, 0, 0),
        _ => throw new ArgumentException($"a record of type {record.GetType().Name} is not known", nameof(record)),
    };
}

/// <summary>What a record is.</summary>
public enum PendingKind
{
    /// <summary>The view record.</summary>
    View,

    /// <summary>An accepted entry.</summary>
    Accepted,

    /// <summary>A learned entry.</summary>
    Learned,

    /// <summary>The open end of lost slots is closed.</summary>
    EndClosed,
}
