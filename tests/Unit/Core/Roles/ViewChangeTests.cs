using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Core.Roles.EffectsText;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>Rule 6, at r1 of three, which has promised view 3 of r0: leaving a view takes a quorum that wants to.</summary>
[TestFixture]
internal sealed class ViewChangeTests
{
    private static readonly RecoveredState Promised = new() { Promised = new View(3) };

    [Test]
    public void A_lost_connection_to_the_primary_is_said_at_once_and_alone_changes_nothing()
    {
        ReplicaCore core = NewReplica(1, Promised);

        Effects effects = core.Step([Input.PeerDisconnected(new ReplicaId(0))], default);

        Assert.That(Of(effects), Is.EqualTo(new[] { "now r0: LeaveView v3", "now r2: LeaveView v3" }));
        Assert.That(core.Role, Is.EqualTo(ReplicaRole.Follower));
    }

    [TestCase(2, null, TestName = "A_request_to_leave_a_view_below_the_promise_is_ignored")]
    [TestCase(3, 4L, TestName = "With_a_request_to_leave_the_promised_view_it_claims_its_next_one")]
    [TestCase(4, 7L, TestName = "With_a_request_to_leave_its_own_next_view_it_claims_the_one_above")]
    [TestCase(8, 10L, TestName = "It_claims_its_smallest_view_above_all_that_a_quorum_wants_to_leave")]
    public void Claim(long view, long? claimed)
    {
        ReplicaCore core = NewReplica(1, Promised);

        core.Step([Input.PeerDisconnected(new ReplicaId(0)), From(2, new LeaveView(new View(view)))], default);
        for (int tick = 0; tick < 10; tick++)
            core.Tick(default);

        Assert.That(core.View, Is.EqualTo(new View(claimed ?? 3)));
        Assert.That(core.Role, Is.EqualTo(claimed is null ? ReplicaRole.Follower : ReplicaRole.Candidate));
    }

    [Test]
    public void The_next_view_is_claimed_on_disk_before_it_is_said()
    {
        ReplicaCore core = NewReplica(1, Promised);
        core.Step([Input.PeerDisconnected(new ReplicaId(0))], default);

        Effects effects = core.Step([From(2, new LeaveView(new View(3)))], default);

        Assert.That(Of(effects), Is.EqualTo(new[]
        {
            "record: promised v4, owned v4",
            "then r0: LeaderClaim v4 above s0",
            "then r2: LeaderClaim v4 above s0",
        }));
    }

    [Test]
    public void A_quorum_of_others_is_enough()
    {
        ReplicaCore core = NewReplica(1, Promised);

        core.Step([From(0, new LeaveView(new View(3))), From(2, new LeaveView(new View(3)))], default);

        Assert.That(core.View, Is.EqualTo(new View(4)));
    }

    [TestCase(0, 4, Description = "equal")]
    [TestCase(1, 3, Description = "greater: a request of an earlier outage is not counted with one of a later outage")]
    public void A_request_counts_for_one_timeout(int ticksMore, long view)
    {
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(1) };
        ReplicaCore core = NewReplica(1, Promised);
        core.Step([From(2, new LeaveView(new View(3)))], default);
        for (int tick = 0; tick < options.TimeoutTicks + ticksMore; tick++)
        {
            core.Tick(default);
            core.Step([From(0, new Heartbeat(new View(3), Slot.Zero, 0, HearsQuorum: true, Slot.Zero, Slot.Zero, 0))], default);
        }

        core.Step([Input.PeerDisconnected(new ReplicaId(0))], default);

        Assert.That(core.View, Is.EqualTo(new View(view)));
    }

    [Test]
    public void No_client_is_a_reason()
    {
        ReplicaCore core = NewReplica(1, Promised);
        ClientRequest request = new(new SessionId(9), new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, new byte[] { 1 });

        Effects effects = core.Step([Input.FromClient(new ClientHandle(1), request), Input.ClientGone(new ClientHandle(2))], default);

        Assert.That(Of(effects), Is.EqualTo(new[] { "reply client 1: Redirect to #1 of session 9 in v3" }));
    }
}
