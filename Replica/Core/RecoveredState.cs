using PaxosShard.Wire;

namespace PaxosShard.Replica.Core;

/// <summary>What the disk remembers, all of it durable: the start of a replica's life in this process.</summary>
public sealed record RecoveredState
{
    /// <summary>A replica that never ran.</summary>
    public static RecoveredState Fresh { get; } = new();

    /// <summary>The view record could not be read, in both copies: this replica may not vote until an operator replaces it.</summary>
    public bool ViewRecordLost { get; init; }

    /// <summary>The highest view promised.</summary>
    public View Promised { get; init; } = View.First;

    /// <summary>The highest view owned; <see cref="View.None"/> when none was.</summary>
    public View Owned { get; init; } = View.None;

    /// <summary>Every slot up to this one is decided, is in <see cref="Entries"/> and is not faulty.</summary>
    public Slot Decided { get; init; } = Slot.Zero;

    /// <summary>The stored entries, ascending by slot, one per slot, holes allowed above <see cref="Decided"/>. The view is the highest one stored.</summary>
    public IReadOnlyList<AcceptedEntry> Entries { get; init; } = [];

    /// <summary>Slots whose record was durable once and cannot be read now, ascending (design section 4).</summary>
    public IReadOnlyList<Slot> Faulty { get; init; } = [];

    /// <summary>Every slot from this one on may have held an entry that cannot be read now; <see cref="Slot.Zero"/> when that is not so.</summary>
    public Slot FaultyFrom { get; init; } = Slot.Zero;
}
