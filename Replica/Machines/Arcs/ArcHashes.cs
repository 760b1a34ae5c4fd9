using PaxosShard.Hashing;

namespace PaxosShard.Replica.Machines.Arcs;

/// <summary>
/// A hash of what each arc holds, whichever way it came to hold it: two replicas, or the two ends of a move, can compare. It is the sum of the hashes
/// of all things in the arc, so that a change costs as much as the thing that changes.
/// </summary>
internal sealed class ArcHashes
{
    private readonly ulong[] _sums = new ulong[Arc.Count];

    /// <summary>The hash of an arc; 0 for one that holds nothing.</summary>
    public ulong this[Arc arc] => _sums[arc.Number];

    /// <summary>The sum over all arcs: of everything that the group holds.</summary>
    public ulong Total { get; private set; }

    /// <summary>The hashes of all arcs as they are now, by their numbers.</summary>
    public ulong[] Copy() => [.. _sums];

    /// <summary>A thing changed.</summary>
    /// <param name="arc">Where it is.</param>
    /// <param name="before">Its hash before; 0 when it was not there.</param>
    /// <param name="after">Its hash now; 0 when it is gone.</param>
    public void Replace(Arc arc, ulong before, ulong after)
    {
        _sums[arc.Number] += after - before;
        Total += after - before;
    }
}
