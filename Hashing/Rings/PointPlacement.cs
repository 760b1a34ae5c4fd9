using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Hashing.Rings;

/// <summary>
/// Where the points of a shard stand. It is a function of the number of the shard and of the point and of nothing else, so that a point is in its place whoever else is on the ring.
/// </summary>
/// <remarks>
/// <para>
/// The first 128 points of a shard are van der Corput's low-discrepancy sequence, each shard's in a nested scrambling of its own (Owen's): of the first two points each half of the
/// circle has one, of the first four each quarter, of all of them each 128th; where within its part a point stands is left to the hash. So every number of points is spread evenly.
/// Each further 128 points are another such sequence.
/// </para>
/// <para>
/// Even so the fullest of 64 shards would have about 1.27 times the mean: a shard has 64 arcs then, and hashes alone scatter that by a ninth. Therefore
/// <see cref="PlacementTrials"/> says for each of the first 256 shards which of 4,096 scramblings it has.
/// </para>
/// </remarks>
internal static class PointPlacement
{
    // One of six that were tried, all of them about equally good.
    private const ulong Seed = 2;

    // Halves, quarters and so on, down to 128ths.
    private const int Levels = 7;

    private const int PointsOfOneSequence = 1 << Levels;

    /// <summary>The points of a shard, by their numbers.</summary>
    public static RingPoint[] PointsOf(RingMember member)
    {
        ulong hash = StableHash64.Combine(StableHash64.Combine(Seed, (ulong)member.Shard.Number), PlacementTrials.Of(member.Shard));
        RingPoint[] points = new RingPoint[member.Points];
        for (int number = 0; number < points.Length; number++)
            points[number] = new RingPoint(PositionOf(hash, number), member.Shard, number);
        return points;
    }

    private static ulong PositionOf(ulong hash, int number)
    {
        // A part of the circle is a node of a binary tree: 1 is all of it, 2 and 3 are its halves. The lowest bit of the point's number says which half it takes, the next which half
        // of that, and in each part the hash says whether the two halves are exchanged.
        ulong sequence = (ulong)(number / PointsOfOneSequence) << 32;
        ulong part = 1;
        for (int level = 0; level < Levels; level++)
        {
            ulong half = ((ulong)number >> level) & 1;
            ulong isExchanged = StableHash64.Combine(hash, sequence | part) >> 63;
            part = (part << 1) | (half ^ isExchanged);
        }

        return (part << (64 - Levels)) | (StableHash64.Combine(hash, sequence | part) >> Levels);
    }
}
