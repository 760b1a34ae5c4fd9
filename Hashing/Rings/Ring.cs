using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Hashing.Rings;

/// <summary>
/// The circle of 64-bit hashes with the points of some shards on it: consistent hashing with virtual points. An arc belongs to the shard whose point comes first at or after the
/// start of the arc; behind the last point the circle goes on at 0. It depends on the members alone, never on the order in which they came. Immutable.
/// </summary>
/// <remarks>
/// Of points in one position that of the shard with the lower number comes first, and of one shard that with the lower number. A shard that joins takes arcs only for itself, and
/// the arcs of one that leaves go to those that come next; no other arc gets another owner. Which arcs really move is for <see cref="Configurations.Assignment"/> to say: arcs that
/// were moved by hand are not where the ring has them.
/// </remarks>
public sealed class Ring
{
    private readonly RingMember[] _members;
    private readonly RingPoint[] _points;
    private readonly GroupId[] _owners;

    /// <summary>The ring of some shards, or of none.</summary>
    /// <exception cref="ArgumentException">A shard is there twice, is none, or has a number of points that is not allowed.</exception>
    public Ring(IEnumerable<RingMember> members)
    {
        _members = InOrder(members);
        _points = [.. _members.SelectMany(PointPlacement.PointsOf)];
        Array.Sort(_points, Compare);
        _owners = OwnersBy(_points);
    }

    private Ring(RingMember[] members, RingPoint[] points)
    {
        Array.Sort(points, Compare);
        _members = members;
        _points = points;
        _owners = OwnersBy(points);
    }

    /// <summary>The shards, ascending.</summary>
    public IReadOnlyList<RingMember> Members => _members;

    /// <summary>The points of all of them, in the order in which they stand on the circle.</summary>
    public IReadOnlyList<RingPoint> Points => _points;

    /// <summary>Whose an arc is; <see cref="GroupId.None"/> when there are no shards.</summary>
    public GroupId OwnerOf(Arc arc) => _owners[arc.Number];

    /// <summary>The ring with one shard more.</summary>
    /// <exception cref="ArgumentException">It is there already, is none, or has a number of points that is not allowed.</exception>
    public Ring With(RingMember member)
    {
        RingMember[] members = InOrder(_members.Append(member));
        return new Ring(members, [.. _points, .. PointPlacement.PointsOf(member)]);
    }

    /// <summary>The ring without one of its shards.</summary>
    /// <exception cref="ArgumentException">It is not there.</exception>
    public Ring Without(GroupId shard)
    {
        RingMember[] members = [.. _members.Where(member => member.Shard != shard)];
        if (members.Length == _members.Length)
            throw new ArgumentException($"{shard} is not on the ring", nameof(shard));
        return new Ring(members, [.. _points.Where(point => point.Shard != shard)]);
    }

    /// <summary>The ring with one shard more whose points stand where it is said: hashes collide too seldom to be waited for.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="positions">Where its points are, by their numbers.</param>
    internal Ring With(GroupId shard, IReadOnlyList<ulong> positions)
    {
        RingMember[] members = InOrder(_members.Append(new RingMember(shard, positions.Count)));
        return new Ring(members, [.. _points, .. positions.Select((position, number) => new RingPoint(position, shard, number))]);
    }

    private static RingMember[] InOrder(IEnumerable<RingMember> members)
    {
        RingMember[] sorted = [.. members.OrderBy(static member => member.Shard.Number)];
        for (int index = 0; index < sorted.Length; index++)
        {
            RingMember member = sorted[index];
            if (member.Shard.Number is < 1 or > GroupId.Highest)
                throw new ArgumentException($"{member.Shard} cannot be a shard", nameof(members));
            if (member.Points is < 1 or > RingMember.MostPoints)
                throw new ArgumentException($"{member.Shard} has {member.Points} points, not 1 to {RingMember.MostPoints}", nameof(members));
            if (index > 0 && sorted[index - 1].Shard == member.Shard)
                throw new ArgumentException($"{member.Shard} is on the ring twice", nameof(members));
        }

        return sorted;
    }

    /// <summary>One walk along the circle, past all arcs and all points.</summary>
    private static GroupId[] OwnersBy(RingPoint[] points)
    {
        GroupId[] owners = new GroupId[Arc.Count];
        if (points.Length == 0)
            return owners;
        int next = 0;
        for (int number = 0; number < owners.Length; number++)
        {
            ulong start = new Arc(number).Start;
            while (next < points.Length && points[next].Position < start)
                next++;
            owners[number] = points[next < points.Length ? next : 0].Shard;
        }

        return owners;
    }

    private static int Compare(RingPoint left, RingPoint right)
    {
        int order = left.Position.CompareTo(right.Position);
        if (order == 0)
            order = left.Shard.Number.CompareTo(right.Shard.Number);
        return order != 0 ? order : left.Number.CompareTo(right.Number);
    }
}
