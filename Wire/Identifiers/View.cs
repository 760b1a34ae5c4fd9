namespace PaxosShard.Wire.Identifiers;

/// <summary>
/// Number of a leadership, from 0; it never decreases. It is Paxos's ballot, round and owner in one integer:
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
    /// The largest number of views by which one message may lie above what a replica has promised. Views are left at most once per tick,
    /// by at most one for each replica: no group gets that far within decades, however long a replica was away.
    /// </summary>
    public const long LargestStep = 1L << 40;

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
    public override string ToString() => $"v{Number}";
}
