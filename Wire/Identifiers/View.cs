namespace PaxosShard.Wire.Identifiers;

/// <summary>
/// Number of a leadership, from 0; it never decreases. It is Paxos's ballot, with member list, round and owner in one integer: each member list
/// has its own range of <see cref="PerList"/> views, above the ranges of all earlier lists (rule 13), and the primary of view v among n replicas
/// is replica v mod n.
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
    /// The largest number of views, within one member list, by which one message may lie above what a replica has promised. Views are left at most once per tick,
    /// by at most one for each replica: no group gets that far within decades, however long a replica was away.
    /// </summary>
    public const long LargestStep = 1L << 40;

    /// <summary>
    /// The views of one member list: far more than any group uses. It is a multiple of 1, 3, 5 and 7, the sizes of groups, so that the number of a view within its list
    /// has the same owner. Below <see cref="Highest"/> there is room for about 43,900 lists.
    /// </summary>
    public const long PerList = 105L * 1_000_000_000_000;

    /// <summary>
    /// The largest number of member lists by which one message may lie above what a replica has promised: no group replaces that many members while a replica is away.
    /// </summary>
    public const long LargestListStep = 1000;

    /// <summary>The number of the member list that it belongs to: only members of that list lead it, promise it or vote in it (rule 13). 0 for <see cref="None"/>.</summary>
    public long List => Number < 0 ? 0 : Number / PerList;

    /// <summary>
    /// It is the first view of a member list after the founding one. Nobody leads it: a replica that has executed the replacement promises it, and so promises and accepts
    /// nothing of an earlier list any more.
    /// </summary>
    public bool OpensList => List > 0 && Number % PerList == 0;

    /// <summary>The number as people read it: 4, or with the number of a later member list in front: 1.4.</summary>
    public string NumberText => List == 0 ? $"{Number}" : $"{List}.{Number % PerList}";

    /// <summary>The first view of a member list.</summary>
    /// <param name="list">The number of the list, from 0.</param>
    public static View FirstOf(long list) => new(list * PerList);

    /// <summary>It lies further above a promise than any group gets: a message that names it is corrupt.</summary>
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
    public override string ToString() => $"v{NumberText}";
}
