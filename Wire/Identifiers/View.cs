namespace PaxosShard.Wire.Identifiers;

/// <summary>
/// Number of a leadership, from 0; it never decreases. It is Paxos's ballot, member list, round and owner in one integer: each member list
/// has views of its own, <see cref="PerList"/> of them, above those of all lists before it (rule 13), and
/// the primary of view v among n replicas is replica v mod n.
/// </summary>
/// <param name="Number">The number, 0 or more.</param>
public readonly record struct View(long Number) : IComparable<View>
{
    /// <summary>The view every new group starts in; its primary is replica 0.</summary>
    public static readonly View First = new(0);

    /// <summary>Below every view: "none was ever owned or accepted".</summary>
    public static readonly View None = new(-1);

    /// <summary>Views above this one are refused as nonsense, so that arithmetic on views never overflows.</summary>
    public static readonly View Highest = new(1L << 62);

    /// <summary>
    /// The largest number of views of one member list by which one message may lie above what a replica has promised. Views are left at most once per tick,
    /// by at most one for each replica: no group gets that far within decades, however long a replica was away.
    /// </summary>
    public const long LargestStep = 1L << 40;

    /// <summary>
    /// The views of one member list; a multiple of every size of a group, so that a view's owner is that of its number within the list. No list gets that far, and no
    /// group that many lists.
    /// </summary>
    public const long PerList = 105L * 1_000_000_000_000;

    /// <summary>
    /// The largest number of member lists by which one message may lie above what a replica has promised: nobody replaces that many members while a replica is away.
    /// </summary>
    public const long LargestListStep = 1000;

    /// <summary>The number of the member list that it belongs to: only members of that list lead it, promise it and vote in it (rule 13). 0 for <see cref="None"/>.</summary>
    public long List => Number < 0 ? 0 : Number / PerList;

    /// <summary>
    /// It is the first view of a member list behind the founding one. Nobody leads it: it is promised where the replacement was executed, so that nothing of a list before
    /// is promised or accepted there any more.
    /// </summary>
    public bool OpensList => List > 0 && Number % PerList == 0;

    /// <summary>The first view of a member list.</summary>
    /// <param name="list">The number of the list, from 0.</param>
    public static View FirstOf(long list) => new(list * PerList);

    /// <summary>No history leads from a promise to a view that lies so far above it: who names it is corrupt.</summary>
    /// <param name="promised">The promise.</param>
    public bool IsBeyondReachOf(View promised) =>
        List - promised.List > LargestListStep || Number - Math.Max(promised.Number, FirstOf(List).Number) > LargestStep;

    /// <summary>The replica that leads this view in a group of <paramref name="replicaCount"/>.</summary>
    public ReplicaId Primary(int replicaCount) => new((int)(Number % replicaCount));

    /// <summary>The smallest view above this one that <paramref name="owner"/> leads; views need not be consecutive (rule 6).</summary>
    public View NextOwnedBy(ReplicaId owner, int replicaCount)
    {
        long next = Number + 1;
        long ahead = (owner.Index - (next % replicaCount) + replicaCount) % replicaCount;
        return new View(next + ahead);
    }

    /// <inheritdoc/>
    public int CompareTo(View other) => Number.CompareTo(other.Number);

    /// <summary>Earlier than.</summary>
    public static bool operator <(View left, View right) => left.Number < right.Number;

    /// <summary>Later than.</summary>
    public static bool operator >(View left, View right) => left.Number > right.Number;

    /// <summary>Earlier than or the same.</summary>
    public static bool operator <=(View left, View right) => left.Number <= right.Number;

    /// <summary>Later than or the same.</summary>
    public static bool operator >=(View left, View right) => left.Number >= right.Number;

    /// <summary>The later of the two.</summary>
    public static View Max(View left, View right) => left.Number >= right.Number ? left : right;

    /// <inheritdoc/>
    public override string ToString() => List == 0 ? $"v{Number}" : $"v{List}.{Number % PerList}";
}
