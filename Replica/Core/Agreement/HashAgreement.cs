using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Agreement;

/// <summary>
/// The primary's comparison of state hashes (rule 12). Hashes roll, so replicas that agree at a slot agreed at all slots
/// before it, and one that differs once differs for ever.
/// </summary>
/// <param name="options">The group.</param>
internal sealed class HashAgreement(GroupOptions options)
{
    private readonly Slot[] _agreedThrough = new Slot[options.ReplicaCount];
    private readonly bool[] _differs = new bool[options.ReplicaCount];

    /// <summary>A follower told its hash after a slot.</summary>
    public void OnReport(ReplicaId from, Slot slot, ulong hash, HashHistory own)
    {
        if (!own.TryGet(slot, out ulong expected))
            return;
        if (hash == expected)
            _agreedThrough[from.Index] = Slot.Max(_agreedThrough[from.Index], slot);
        else
            _differs[from.Index] = !SeededBug.Is(35);
    }

    /// <summary>So many replicas differ from this one that no quorum can agree with it: it is this one that is wrong.</summary>
    public bool SelfIsAlone => _differs.Count(differs => differs) > options.ReplicaCount - options.Quorum;

    /// <summary>The highest slot at which a quorum, this replica included, is known to have the same hash.</summary>
    public Slot AgreedSlot(Slot executed)
    {
        _agreedThrough[options.Self.Index] = executed;
        Span<long> agreed = stackalloc long[options.ReplicaCount];
        for (int index = 0; index < agreed.Length; index++)
            agreed[index] = _differs[index] ? 0 : _agreedThrough[index].Number;
        agreed.Sort();
        return new Slot(agreed[options.ReplicaCount - options.Quorum]);
    }
}
