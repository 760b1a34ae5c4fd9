using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>
/// What the disk remembers, all of it durable: the start of a replica's life in this process. What is known to be decided and what
/// is only a vote are kept apart, so that neither is ever taken for the other; no slot is in both lists. What a snapshot has is in neither.
/// </summary>
public sealed record RecoveredState
{
    /// <summary>A replica that never ran.</summary>
    public static RecoveredState Fresh { get; } = new();

    /// <summary>The view record could not be read, in both copies: this replica never votes again.</summary>
    public bool ViewRecordLost { get; init; }

    /// <summary>The highest view promised.</summary>
    public View Promised { get; init; } = View.First;

    /// <summary>The highest view owned; <see cref="View.None"/> when none was.</summary>
    public View Owned { get; init; } = View.None;

    /// <summary>The durable snapshot that this life begins from; <see cref="SnapshotMark.None"/> for the log from its beginning. Nothing below speaks of its slot or of lower ones.</summary>
    public SnapshotMark Snapshot
    {
        get;
        init
        {
            field = value;
            Decided = PrefixOf(value.Slot, Known);
        }
    }

    /// <summary>The pieces of that snapshot, read as they are taken; none is kept, because its memory is used again for later ones.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> SnapshotPieces { get; init; } = [];

    /// <summary>Every slot up to this one is decided, and in the snapshot or in <see cref="Known"/>.</summary>
    public Slot Decided { get; private init; } = Slot.Zero;

    /// <summary>
    /// The entries above the snapshot that are known to be decided, ascending by slot: learned, or noted as decided. There may be holes, where a record
    /// was lost; what is above the first one is decided all the same.
    /// </summary>
    public IReadOnlyList<DecidedEntry> Known
    {
        get;
        init
        {
            field = value;
            Decided = PrefixOf(Snapshot.Slot, value);
        }
    } = [];

    /// <summary>The votes in the slots of which nothing is known, ascending by slot, holes allowed; of each slot the vote of the highest view.</summary>
    public IReadOnlyList<AcceptedEntry> Votes { get; init; } = [];

    /// <summary>Slots whose record was durable once and cannot be read now, ascending (`Replica/Node/FORMAT.md`, "Reading back").</summary>
    public IReadOnlyList<Slot> Faulty { get; init; } = [];

    /// <summary>
    /// Every slot from this one on that is not in <see cref="Known"/> may have held an entry that cannot be read now;
    /// <see cref="Slot.Zero"/> when that is not so.
    /// </summary>
    public Slot FaultyFrom { get; init; } = Slot.Zero;

    private static Slot PrefixOf(Slot prefix, IReadOnlyList<DecidedEntry> known)
    {
        for (int index = 0; index < known.Count && known[index].Slot == prefix.Next; index++)
            prefix = prefix.Next;
        return prefix;
    }
}
