using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>Old versions that are kept for a snapshot count in the bound of the memory where requests are taken in, and nowhere else (rules 10 and 11).</summary>
[TestFixture]
internal sealed class KeptVersionsTests
{
    private const int Keys = 25;
    private const int ValueBytes = 500;

    /// <summary>More than is written between the beginning of a snapshot and the bound: the next one is not due yet when that ends.</summary>
    private const long SnapshotBytes = 8_000;

    /// <summary>More than the keys take, and less than they take with all their old versions.</summary>
    private const long StateBytes = 20_000;

    [Test]
    public void At_the_bound_requests_are_busy_until_the_walk_goes_on()
    {
        SnapshotGroup group = Hold(0, StateBytes);
        ReplicaCore primary = group.Cluster[0];

        Assert.That(CountUntilBusy(group), Is.InRange(7, Keys));
        Assert.That(primary.Occupancy.State.Used, Is.LessThan(StateBytes));
        Assert.That(primary.Occupancy.State.Used + primary.KeptBytes, Is.GreaterThanOrEqualTo(StateBytes));
        Slot decided = primary.Decided;
        Assert.That(group.Put("key 0", ValueBytes), Is.EqualTo(ReplyStatus.Busy));
        Assert.That(primary.Decided, Is.EqualTo(decided), "nothing of it is in the log");
        SnapshotMark before = primary.Snapshot;

        group.Cluster.SnapshotsOf(0).IsHeld = false;
        group.Cluster.Run(20);

        Assert.That(primary.KeptBytes, Is.Zero);
        Assert.That(primary.Snapshot.Slot, Is.GreaterThan(before.Slot).And.LessThan(decided), "the walk that had begun before came to its end");
        Assert.That(group.Put("key 0", ValueBytes), Is.EqualTo(ReplyStatus.Ok));
        group.Cluster.Run(20);
        group.AssertThatAllAgree();
    }

    [TestCase(StateBytes, 4)]
    [TestCase(ShardMachine.DefaultStateBytes, 1)]
    public void Once_it_was_at_the_bound_the_walk_hands_out_as_many_pieces_as_may_wait(long stateBytes, int pieces)
    {
        SnapshotGroup group = Hold(0, stateBytes);
        for (int number = 0; number < Keys; number++)
            group.Put(Key(number), ValueBytes);
        Assert.That(group.Cluster[0].Load.SnapshotPieces, Is.EqualTo(4 + 1), "as many as may wait, and more to come");

        group.Cluster.Step(0, [.. Enumerable.Range(1, 100).Select(static slot => Input.PiecesWritten(new Slot(slot), 1_000_000))]);

        Assert.That(group.Cluster[0].Load.SnapshotPieces, Is.EqualTo(pieces + 1));
    }

    [Test]
    public void A_follower_at_its_bound_executes_what_the_others_do()
    {
        SnapshotGroup group = Hold(1, StateBytes);

        for (int number = 0; number < 3 * Keys; number++)
            Assert.That(group.Put(Key(number), ValueBytes), Is.EqualTo(ReplyStatus.Ok));
        group.Cluster.Run(20);

        ReplicaCore follower = group.Cluster[1];
        Assert.That(follower.Occupancy.State.Used + follower.KeptBytes, Is.GreaterThan(StateBytes));
        group.AssertThatAllAgree();
    }

    /// <summary>A group that holds its keys, and of which one replica cannot write the snapshot that it begins next.</summary>
    private static SnapshotGroup Hold(int replica, long stateBytes)
    {
        SnapshotGroup group = new(snapshotBytes: static _ => SnapshotBytes, stateBytes: stateBytes);
        for (int number = 0; number < Keys; number++)
            Assert.That(group.Put(Key(number), ValueBytes), Is.EqualTo(ReplyStatus.Ok));
        group.Cluster.Run(20);
        Assert.That(group.Cluster[replica].Load.SnapshotPieces, Is.Zero);
        group.Cluster.SnapshotsOf(replica).IsHeld = true;
        return group;
    }

    /// <summary>How many values are overwritten before a request is busy.</summary>
    private static int CountUntilBusy(SnapshotGroup group)
    {
        int count = 0;
        while (count < 4 * Keys && group.Put(Key(count), ValueBytes) == ReplyStatus.Ok)
            count++;
        return count;
    }

    private static string Key(int number) => $"key {number % Keys}";
}
