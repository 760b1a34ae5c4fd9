using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

[TestFixture]
internal sealed class CompactionTests
{
    [Test]
    public void A_replica_that_has_executed_enough_takes_a_snapshot_and_gives_back_what_is_in_it()
    {
        SnapshotGroup group = new();

        group.Send(60);
        group.Cluster.Run(20);

        for (int index = 0; index < 3; index++)
        {
            ReplicaCore core = group.Cluster[index];
            Assert.That(core.Snapshot, Is.EqualTo(group.Cluster.SnapshotsOf(index).Newest).And.Not.EqualTo(SnapshotMark.None));
            Assert.That(core.Base, Is.GreaterThan(Slot.Zero).And.LessThanOrEqualTo(core.Snapshot.Slot));
            Assert.That(core.Stored(core.Base), Is.Null);
            Assert.That(core.Stored(core.Base.Next), Is.Not.Null);
        }

        group.AssertThatAllAgree();
    }

    [Test]
    public void Nothing_is_given_back_before_the_snapshot_is_durable()
    {
        SnapshotGroup group = new();
        group.Cluster.SnapshotsOf(0).IsHeld = true;

        group.Send(60);

        Assert.That(group.Cluster[0].Base, Is.EqualTo(Slot.Zero));
        Assert.That(group.Cluster[0].Snapshot, Is.EqualTo(SnapshotMark.None));
        Assert.That(group.Cluster[0].Load.SnapshotPieces, Is.InRange(1, 5), "so many pieces wait, and no more are made");

        group.Cluster.SnapshotsOf(0).IsHeld = false;
        group.Cluster.Run(60);

        Assert.That(group.Cluster[0].Base, Is.GreaterThan(Slot.Zero));
    }

    [Test]
    public void A_late_report_of_another_attempt_lets_no_more_pieces_wait()
    {
        SnapshotGroup group = new();
        group.Cluster.SnapshotsOf(0).IsHeld = true;
        group.Send(60);

        for (long slot = 1; slot <= 70; slot++)
            group.Cluster.Step(0, Input.PiecesWritten(new Slot(slot), 1_000_000));
        group.Cluster.Run(20);

        Assert.That(group.Cluster[0].Load.SnapshotPieces, Is.InRange(1, 5));
    }

    [Test]
    public void The_last_slots_stay_for_followers_that_lag_a_little()
    {
        SnapshotGroup group = new();

        group.Send(100);
        group.Cluster.Run(20);

        ReplicaCore primary = group.Cluster[0];
        Assert.That(primary.Decided - primary.Base, Is.GreaterThanOrEqualTo(8));
    }

    [Test]
    public void The_log_stays_short_however_much_is_written()
    {
        SnapshotGroup group = new();

        long longest = 0;
        for (int round = 0; round < 40; round++)
        {
            group.Send(20);
            longest = Math.Max(longest, group.Cluster[0].Decided - group.Cluster[0].Base);
        }

        // 4,000 bytes are about 14 messages; while a snapshot is written as many may come again.
        Assert.That(group.Cluster[0].Decided, Is.GreaterThan(new Slot(800)));
        Assert.That(longest, Is.LessThan(300));
    }

    [Test]
    public void Without_space_the_snapshot_is_dropped_and_taken_again_later()
    {
        SnapshotGroup group = new();
        group.Cluster.SnapshotsOf(1).IsFull = true;
        group.Send(40);

        Assert.That(group.Cluster[1].Snapshot, Is.EqualTo(SnapshotMark.None));
        Assert.That(group.Cluster[1].Base, Is.EqualTo(Slot.Zero));

        group.Cluster.SnapshotsOf(1).IsFull = false;
        group.Cluster.Run(800);

        Assert.That(group.Cluster[1].Snapshot, Is.Not.EqualTo(SnapshotMark.None));
        Assert.That(group.Cluster[1].Load.SnapshotPieces, Is.Zero);
    }

    [Test]
    public void After_a_snapshot_the_next_primary_goes_on()
    {
        SnapshotGroup group = new();
        group.Send(60);
        group.Cluster.Run(20);

        group.Cluster.Kill(0);
        group.Cluster.Run(10);
        group.Primary = 1;
        group.Send(30);
        group.Cluster.Run(20);

        Assert.That(group.Cluster[2].StateHash, Is.EqualTo(group.Cluster[1].StateHash));
        Assert.That(group.Cluster[2].Executed, Is.EqualTo(group.Cluster[1].Executed));
    }
}
