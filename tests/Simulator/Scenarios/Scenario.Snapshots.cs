using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Scenarios;

/// <content>Snapshots.</content>
public sealed partial class Scenario
{
    private int _decidedByName;

    /// <summary>A snapshot is taken every few slots, in pieces of one record or a few, and little of the log is kept for followers that lag.</summary>
    public static GroupOptions ManySnapshots(GroupOptions options) => options with
    {
        UndecidedSlots = 4,
        ResendSlots = 4,
        SnapshotBytes = 500,
        SnapshotPieceBytes = 256,
    };

    /// <summary>Segments that are full after a few slots, so that they are given back soon.</summary>
    public static StoreOptions SmallSegments { get; } = new()
    {
        SegmentBytes = StoreOptions.SmallestSegment,
        FirstSegmentBytes = StoreOptions.SmallestSegment,
        PreparationBytes = StoreOptions.SmallestSegment,
        ReturnBytes = StoreOptions.SmallestSegment / 4,
    };

    /// <summary>From now on the snapshot thread of a replica does nothing.</summary>
    public Scenario HoldSnapshots(int replica)
    {
        Cluster.Replicas[replica].HoldsSnapshots = true;
        return this;
    }

    /// <summary>The snapshot thread of a replica goes on.</summary>
    public Scenario ReleaseSnapshots(int replica)
    {
        Cluster.Replicas[replica].HoldsSnapshots = false;
        return this;
    }

    /// <summary>The slot of a running replica's durable snapshot; 0 when it has none.</summary>
    public long SnapshotOf(int replica) => Core(replica).Snapshot.Slot.Number;

    /// <summary>Slots up to here are not in a running replica's memory any more.</summary>
    public long BaseOf(int replica) => Core(replica).Base.Number;

    /// <summary>Lets a primary decide some more values, whoever else hears of them.</summary>
    public Scenario Decide(int primary, int count)
    {
        for (; count > 0 && !IsBroken; count--)
        {
            long next = Decided(primary) + 1;
            Send(primary, $"more {++_decidedByName}");
            RunUntil($"slot {next} is decided", () => Decided(primary) >= next);
        }

        return this;
    }

    /// <summary>Cuts a replica off, loses what is under way to it, and lets the others decide and compact until they have nothing of what it lacks in their logs any more.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="primary">Who leads the others.</param>
    public Scenario LeaveBehind(int replica, int primary)
    {
        Isolate(replica);
        for (int other = 0; other < Cluster.Options.ReplicaCount; other++)
        {
            if (other != replica)
                BreakConnections(replica, other);
        }

        long lacks = Decided(replica) + 1;
        for (int round = 0; round < 20 && !IsBroken && !AreBeyond(replica, lacks); round++)
            Decide(primary, 4).RunFor(50);
        return Expect(AreBeyond(replica, lacks), $"the others have slot {lacks} in no log any more");
    }

    /// <summary>Lets a disk have so many more bytes than now.</summary>
    public Scenario FillDisk(int replica, long more = 0)
    {
        Cluster.Replicas[replica].Disk.Disk.Budget = Cluster.Replicas[replica].Disk.Disk.UsedBytes + more;
        return this;
    }

    /// <summary>There is space on a disk again.</summary>
    public Scenario MakeSpace(int replica)
    {
        Cluster.Replicas[replica].Disk.Disk.Budget = long.MaxValue;
        return this;
    }

    /// <summary>Flips a bit in the middle of the durable snapshot of a stopped replica.</summary>
    public Scenario RotSnapshot(int replica)
    {
        long length = Cluster.Replicas[replica].Disk.Disk.Platter(SnapshotDisk.Name).Length;
        Cluster.Replicas[replica].Disk.Disk.FlipBit(SnapshotDisk.Name, length * 4);
        return this;
    }

    private bool AreBeyond(int replica, long slot)
    {
        for (int other = 0; other < Cluster.Options.ReplicaCount; other++)
        {
            if (other != replica && Cluster.Replicas[other].Core is { } core && core.Base.Number < slot)
                return false;
        }

        return true;
    }
}
