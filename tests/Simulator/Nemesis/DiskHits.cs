using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>The slots of one replica whose copy a damaged disk does not tell any more.</summary>
/// <param name="Slots">Single slots.</param>
/// <param name="From">Every slot from here on; <see cref="long.MaxValue"/> for none.</param>
internal sealed record DiskHits(IReadOnlySet<long> Slots, long From)
{
    /// <summary>Nothing is hit.</summary>
    public static DiskHits None { get; } = new(new HashSet<long>(), long.MaxValue);

    /// <summary>The replica does not count any more, for no slot.</summary>
    public static DiskHits Everything { get; } = new(new HashSet<long>(), 0);

    /// <summary>The disk says itself that it has lost something.</summary>
    public bool IsNamed { get; private init; }

    /// <summary>There is no hit.</summary>
    public bool IsEmpty => Slots.Count == 0 && From == long.MaxValue;

    /// <summary>The slot is hit.</summary>
    public bool Contains(long slot) => slot >= From || Slots.Contains(slot);

    /// <summary>What is hit here or there.</summary>
    public DiskHits And(DiskHits other) => new(Slots.Union(other.Slots).ToHashSet(), Math.Min(From, other.From))
    {
        IsNamed = (IsEmpty || IsNamed) && (other.IsEmpty || other.IsNamed),
    };

    /// <summary>What another disk with the same content, but for some damage, does not tell any more.</summary>
    public static DiskHits Compare(SimulatedDisk whole, SimulatedDisk damaged)
    {
        RecoveredState before;
        try
        {
            before = ReplicaStore.ReadOnly(whole.OpenDirectory())[0].State;
        }
        catch (DataDirectoryException)
        {
            return Everything;
        }

        try
        {
            return Compare(before, ReplicaStore.ReadOnly(damaged.OpenDirectory())[0].State);
        }
        catch (DataDirectoryException)
        {
            return Everything;
        }
    }

    private static DiskHits Compare(RecoveredState before, RecoveredState after)
    {
        if (after.ViewRecordLost && !before.ViewRecordLost)
            return Everything;
        HashSet<(long, View, ulong)> told = [.. Told(after)];
        HashSet<long> slots = [.. after.Faulty.Select(slot => slot.Number)];
        foreach ((long Slot, View, ulong) one in Told(before))
        {
            if (!told.Contains(one))
                slots.Add(one.Slot);
        }

        // What was in a snapshot is still told if the log knows it to be decided.
        HashSet<long> known = [.. after.Known.Select(static entry => entry.Slot.Number)];
        for (long slot = after.Snapshot.Slot.Number + 1; slot <= before.Snapshot.Slot.Number; slot++)
        {
            if (!known.Contains(slot))
                slots.Add(slot);
        }

        return new DiskHits(slots, after.FaultyFrom == Slot.Zero ? long.MaxValue : after.FaultyFrom.Number)
        {
            IsNamed = after.Faulty.Count > 0 || after.FaultyFrom > Slot.Zero,
        };
    }

    private static IEnumerable<(long Slot, View View, ulong Value)> Told(RecoveredState state) =>
        state.Known.Select(known => (known.Slot.Number, View.None, ContentHash.Of(known.Entry)))
            .Concat(state.Votes.Select(vote => (vote.Slot.Number, vote.View, ContentHash.Of(vote.Entry))));
}
