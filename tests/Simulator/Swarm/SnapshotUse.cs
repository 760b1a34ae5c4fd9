using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Swarm;

/// <summary>
/// How often the replicas of a run take snapshots: in most runs so often that logs are given back again and again, in some never. In a part of them so little of the log is
/// kept for followers that lag that these need a snapshot.
/// </summary>
/// <param name="Bytes">Bytes that are executed before another snapshot is taken; null when none is.</param>
/// <param name="PieceBytes">About how long a piece is.</param>
/// <param name="Resent">Slots that are kept beyond those that may be undecided; null for as many as without snapshots.</param>
/// <param name="SegmentBytes">Bytes of a segment of the log; null for as many as without snapshots.</param>
internal sealed record SnapshotUse(long? Bytes, int PieceBytes, int? Resent, int? SegmentBytes)
{
    private const int LargestSegment = 64 * 1024;

    /// <summary>Draws from a stream of its own, so that a run without snapshots is what it was without this.</summary>
    public static SnapshotUse Draw(RandomStream random)
    {
        long? bytes = random.Chance(7, 10) ? random.LogUniform(500, 50_000) : null;
        int pieceBytes = (int)random.LogUniform(64, 4_096);
        int resent = (int)random.LogUniform(1, 8);
        int segment = (int)random.LogUniform(StoreOptions.SmallestSegment, LargestSegment) / SimulatedDisk.BlockBytes * SimulatedDisk.BlockBytes;
        bool keepsLittle = random.Chance(1, 2);
        bool hasSmallSegments = random.Chance(1, 2);
        return new SnapshotUse(bytes, pieceBytes, keepsLittle ? resent : null, hasSmallSegments ? segment : null);
    }

    /// <summary>Cores that take snapshots so.</summary>
    public GroupOptions AppliedTo(GroupOptions core) => Bytes is not { } bytes ? core : core with
    {
        SnapshotBytes = bytes,
        SnapshotPieceBytes = PieceBytes,
        ResendSlots = Resent is { } resent ? core.UndecidedSlots + resent : core.ResendSlots,
    };

    /// <summary>Logs that are given back so.</summary>
    public StoreOptions AppliedTo(StoreOptions store) => Bytes is null || SegmentBytes is not { } segment ? store : store with
    {
        SegmentBytes = segment,
        ReturnBytes = StoreOptions.SmallestSegment / 4,
        FirstSegmentBytes = StoreOptions.SmallestSegment,
    };
}
