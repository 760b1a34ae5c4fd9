using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

[TestFixture]
internal sealed class SnapshotTransferTests
{
    [Test]
    public void A_follower_that_lacks_what_nobody_has_any_more_takes_a_snapshot()
    {
        SnapshotGroup group = LagBehind();

        group.Cluster.HealAll();
        group.Cluster.Run(100);

        Assert.That(Pieces(group), Is.Not.Empty);
        Assert.That(group.Cluster[2].Base, Is.GreaterThan(Slot.Zero));
        Assert.That(group.Cluster[2].Snapshot, Is.EqualTo(group.Cluster.SnapshotsOf(2).Newest));
        group.AssertThatAllAgree();
    }

    [Test]
    public void It_takes_part_again_afterwards_and_serves_as_primary()
    {
        SnapshotGroup group = LagBehind();
        group.Cluster.HealAll();
        group.Cluster.Run(100);

        group.Cluster.Kill(0);
        group.Cluster.Run(100);
        group.Cluster.Kill(1);
        group.Cluster.Run(1);

        Assert.That(group.Cluster[2].Executed, Is.GreaterThanOrEqualTo(group.Cluster[0].Executed));
    }

    [Test]
    public void Pieces_that_come_twice_late_or_in_another_order_do_no_harm()
    {
        SnapshotGroup group = LagBehind();
        List<Message> seen = [];
        group.Cluster.OnTheWay = frame =>
        {
            if (frame.Message is not SnapshotPiece piece)
                return [frame.Message];
            seen.Add(piece);
            return [.. seen.AsEnumerable().Reverse(), piece];
        };

        group.Cluster.HealAll();
        group.Cluster.Run(100);

        Assert.That(seen, Is.Not.Empty);
        group.AssertThatAllAgree();
    }

    [Test]
    public void Pieces_that_are_lost_are_asked_for_again()
    {
        SnapshotGroup group = LagBehind();
        Random chance = new(7);
        int count = 0;
        group.Cluster.OnTheWay = frame => frame.Message is SnapshotPiece or SnapshotRequest && chance.Next(3) == 0 && ++count > 0 ? [] : [frame.Message];

        group.Cluster.HealAll();
        group.Cluster.Run(2000);

        Assert.That(count, Is.GreaterThan(10));
        group.AssertThatAllAgree();
    }

    [Test]
    public void A_piece_that_was_changed_on_the_way_is_refused_and_the_snapshot_taken_from_its_beginning()
    {
        SnapshotGroup group = LagBehind();
        bool isDone = false;
        group.Cluster.OnTheWay = frame =>
        {
            if (isDone || frame.Message is not SnapshotPiece { Number: 3 } piece)
                return [frame.Message];
            isDone = true;
            byte[] bytes = piece.Bytes.ToArray();
            bytes[^1] ^= 1;
            return [piece with { Bytes = bytes }];
        };

        group.Cluster.HealAll();
        group.Cluster.Run(300);

        Assert.That(isDone);
        Assert.That(group.Cluster[2].RefusedPieces, Is.EqualTo(1));
        Assert.That(Pieces(group).Count(piece => piece.Number == 0), Is.GreaterThan(1));
        group.AssertThatAllAgree();
    }

    [Test]
    public void When_the_sender_has_a_newer_snapshot_by_now_the_transfer_ends_with_one_of_them()
    {
        SnapshotGroup group = LagBehind();
        group.Cluster.HealAll();

        // Each message brings a step; in these the others take one snapshot after the other.
        group.Send(200);
        group.Cluster.Run(100);

        Assert.That(Pieces(group).Select(piece => piece.Mark).Distinct().Count(), Is.GreaterThanOrEqualTo(1));
        group.AssertThatAllAgree();
    }

    [Test]
    public void While_its_snapshot_is_being_taken_the_sender_begins_no_other_one()
    {
        SnapshotGroup group = LagBehind();
        group.Cluster.SnapshotsOf(2).IsHeld = true;
        group.Cluster.HealAll();
        group.Cluster.Run(20);
        int sender = group.Cluster.Sent.First(static sent => sent.Message is SnapshotRequest).To.Index;
        SnapshotMark mark = group.Cluster[sender].Snapshot;

        // More than it takes otherwise until the next one.
        group.Send(20);
        Assert.That(group.Cluster[sender].Snapshot, Is.EqualTo(mark));

        group.Cluster.SnapshotsOf(2).IsHeld = false;
        group.Cluster.Run(100);
        group.AssertThatAllAgree();
    }

    [Test]
    public void When_the_sender_dies_another_one_sends_its_own()
    {
        SnapshotGroup group = LagBehind();
        group.Cluster.OnTheWay = frame => frame.Message is SnapshotPiece { Number: > 1 } && frame.From.Index == 0 ? [] : [frame.Message];
        group.Cluster.HealAll();
        group.Cluster.Run(20);

        group.Cluster.Kill(0);
        group.Cluster.Run(400);

        Assert.That(group.Cluster[2].Executed, Is.EqualTo(group.Cluster[1].Executed));
        Assert.That(group.Cluster[2].StateHash, Is.EqualTo(group.Cluster[1].StateHash));
    }

    [Test]
    public void A_pause_of_the_sender_is_no_reason_to_begin_anew_with_another_one()
    {
        SnapshotGroup group = LagBehind(static index => 4000 + (700 * index));
        Assert.That(group.Cluster[0].Snapshot, Is.Not.EqualTo(group.Cluster[1].Snapshot));
        SnapshotMark first = SnapshotMark.None;
        bool isPaused = true;
        group.Cluster.OnTheWay = frame =>
        {
            if (frame.Message is not SnapshotPiece piece)
                return [frame.Message];
            if (first == SnapshotMark.None)
                first = piece.Mark;
            return isPaused && piece.Mark == first && piece.Number > 4 ? [] : [piece];
        };

        // Four times as long as a primary may be silent.
        group.Cluster.HealAll();
        group.Cluster.Run(120);
        isPaused = false;
        group.Cluster.Run(200);

        Assert.That(Requests(group).Select(request => request.Mark).Distinct(), Is.EqualTo(new[] { first }));
        group.AssertThatAllAgree();
    }

    [Test]
    public void A_sender_that_stays_silent_is_left_for_another_one()
    {
        SnapshotGroup group = LagBehind(static index => 4000 + (700 * index));
        SnapshotMark first = SnapshotMark.None;
        group.Cluster.OnTheWay = frame =>
        {
            if (frame.Message is not SnapshotPiece piece)
                return [frame.Message];
            if (first == SnapshotMark.None)
                first = piece.Mark;
            return piece.Mark == first && piece.Number > 4 ? [] : [piece];
        };

        group.Cluster.HealAll();
        group.Cluster.Run(1000);

        Assert.That(Requests(group).Select(request => request.Mark).Distinct().Count(), Is.EqualTo(2));
        Assert.That(group.Cluster[2].Base, Is.GreaterThan(Slot.Zero), "it has taken the snapshot of the other one");

        // What is still missing the first one has, and nobody else.
        group.Cluster.OnTheWay = null;
        group.Cluster.Run(1000);

        group.AssertThatAllAgree();
    }

    [Test]
    public void On_a_slow_link_pieces_are_not_asked_for_faster_than_they_come()
    {
        SnapshotGroup group = LagBehind();
        Queue<(ReplicaId From, SnapshotPiece Piece)> link = new();
        group.Cluster.OnTheWay = frame =>
        {
            if (frame.Message is not SnapshotPiece { Number: > 0 } piece)
                return [frame.Message];
            link.Enqueue((frame.From, piece));
            return [];
        };

        // One piece in 200 ms: a request that is repeated every 50 ms would put more and more copies before the next piece.
        group.Cluster.HealAll();
        int longest = 0;
        for (int round = 0; round < 400; round++)
        {
            group.Cluster.Run(40);
            longest = Math.Max(longest, link.Count);
            if (link.TryDequeue(out (ReplicaId From, SnapshotPiece Piece) next))
                group.Cluster.Step(2, Input.FromPeer(next.From, next.Piece));
        }

        Assert.That(longest, Is.LessThan(40));
        group.AssertThatAllAgree();
    }

    [Test]
    public void Without_space_it_is_tried_again_after_a_while_and_not_at_once()
    {
        SnapshotGroup group = LagBehind();
        group.Cluster.SnapshotsOf(2).IsFull = true;

        group.Cluster.HealAll();
        group.Cluster.Run(300);

        Assert.That(Requests(group).Count(), Is.LessThan(10), "what the disk has no space for is not sent again and again");

        group.Cluster.SnapshotsOf(2).IsFull = false;
        group.Cluster.Run(800);

        group.AssertThatAllAgree();
    }

    [Test]
    public void Until_the_snapshot_is_durable_nothing_has_changed()
    {
        SnapshotGroup group = LagBehind();
        group.Cluster.SnapshotsOf(2).IsHeld = true;

        group.Cluster.HealAll();
        group.Cluster.Run(100);

        Assert.That(group.Cluster[2].Executed, Is.LessThan(new Slot(8)), "only what is still in the logs of others");
        Assert.That(group.Cluster[2].Base, Is.EqualTo(Slot.Zero));
        Assert.That(Pieces(group).Count, Is.LessThan(60), "no more is asked for than may wait to be written");
    }

    [Test]
    public void A_piece_of_another_snapshot_is_passed_over_and_the_transfer_goes_on()
    {
        SnapshotGroup group = LagBehind();
        group.Cluster.OnTheWay = frame => frame.Message is SnapshotPiece { Number: 3 } piece
            ? [piece with { Mark = piece.Mark with { Hash = ~piece.Mark.Hash }, Bytes = new byte[100] }, piece]
            : [frame.Message];

        group.Cluster.HealAll();
        group.Cluster.Run(300);

        Assert.That(Pieces(group).Count(piece => piece.Number == 0), Is.EqualTo(1), "it was not begun anew");
        group.AssertThatAllAgree();
    }

    [Test]
    public void A_primary_takes_no_snapshot()
    {
        SnapshotGroup group = LagBehind();
        SnapshotMark mark = group.Cluster[1].Snapshot;

        group.Cluster.Step(0, Input.FromPeer(new ReplicaId(1), new SnapshotPiece(new SnapshotMark(new Slot(9999), mark.Hash), 0, 5, new byte[10])));

        Assert.That(group.Cluster[0].Load.SnapshotPieces, Is.Zero);
        Assert.That(group.Cluster.Sent.Select(sent => sent.Message).OfType<SnapshotRequest>(), Is.Empty);
    }

    [Test]
    public void A_snapshot_that_is_durable_when_its_receiver_leads_is_taken_when_it_leads_no_more()
    {
        SnapshotGroup group = new();
        group.Send(60);
        group.Cluster.Run(20);
        SnapshotMark mark = group.Cluster[0].Snapshot;
        EngineReplica receiver = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(1) }, new ShardMachine());
        long count = 1;
        for (long number = 0; number < count; number++)
        {
            SnapshotPiece piece = group.Cluster.SnapshotsOf(0).Read(mark, number)!;
            count = piece.Count;
            receiver.Step([Input.FromPeer(new ReplicaId(0), piece)]);
        }

        receiver.Step([Input.FromPeer(new ReplicaId(0), new LeaveView(View.First)), Input.FromPeer(new ReplicaId(2), new LeaveView(View.First))]);
        receiver.Sync();
        LeaderPromise promise = new(new View(1), Slot.Zero, Slot.Zero, 0, new Slot(1), Slot.Zero, IsFinal: true, Slot.Zero, [], [], []);
        receiver.Step([Input.FromPeer(new ReplicaId(2), promise)]);
        receiver.WriteSnapshots();
        Assert.That(receiver.Core.Role, Is.EqualTo(ReplicaRole.Primary));
        Assert.That(receiver.Core.Snapshot, Is.EqualTo(mark), "it is durable");
        Assert.That(receiver.Core.Executed, Is.EqualTo(Slot.Zero), "the slots of a primary are its own to decide");

        receiver.Step([Input.FromPeer(new ReplicaId(2), new LeaderClaim(new View(2), mark.Slot))]);

        Assert.That(receiver.Halt, Is.Null);
        Assert.That(receiver.Core.Executed, Is.EqualTo(mark.Slot));
        Assert.That(receiver.Core.Base, Is.EqualTo(mark.Slot));
    }

    private static SnapshotGroup LagBehind(Func<int, long>? snapshotBytes = null)
    {
        SnapshotGroup group = new(snapshotBytes: snapshotBytes);
        group.Send(5);
        group.CutOff(2);
        group.Send(80);
        group.Cluster.Run(20);
        Assert.That(group.Cluster[0].Base, Is.GreaterThan(group.Cluster[2].Decided.Next));
        return group;
    }

    private static IEnumerable<SnapshotRequest> Requests(SnapshotGroup group) => group.Cluster.Sent.Select(sent => sent.Message).OfType<SnapshotRequest>();

    private static List<SnapshotPiece> Pieces(SnapshotGroup group) => [.. group.Cluster.Sent.Select(sent => sent.Message).OfType<SnapshotPiece>()];
}
