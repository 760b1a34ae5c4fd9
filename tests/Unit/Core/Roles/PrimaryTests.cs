using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Core.Roles.EffectsText;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>From phase 1 to phase 2 of view 0, from the side of its owner r0: what it claims, opens, proposes and decides, as whole effects.</summary>
[TestFixture]
internal sealed class PrimaryTests
{
    [Test]
    public void A_view_is_claimed_on_disk_first()
    {
        ReplicaCore core = NewReplica(0);

        Assert.That(Of(core.Step([], default)), Is.EqualTo(new[]
        {
            "record: promised v0, owned v0",
            "then r1: LeaderClaim v0 above s0",
            "then r2: LeaderClaim v0 above s0",
        }));
    }

    [Test]
    public void With_the_promises_of_a_quorum_it_proposes_what_it_inherited_and_then_a_no_op_of_its_own()
    {
        ReplicaCore core = NewReplica(0);
        core.Step([Input.PeerConnected(new ReplicaId(1)), Input.Synced(new(1))], default);

        Effects effects = core.Step([From(1, Promise(Vote(1, 0, "a")))], default);

        Assert.That(Of(effects), Is.EqualTo(new[]
        {
            "now r1: Heartbeat v0, decided s0, own no-op s2, nonce 0",
            "now r2: Heartbeat v0, decided s0, own no-op s2, nonce 0",
            "now r1: Proposal a in s1 of v0, decided s0",
            "now r1: Proposal no-op in s2 of v0, decided s0",
            "record: accepted a in s1 of v0",
            "record: accepted no-op in s2 of v0",
        }));
    }

    [Test]
    public void What_it_inherited_is_executed_before_it_tells_other_groups_anything()
    {
        ReplicaCore core = NewReplica(0);
        core.Step([Input.PeerConnected(new ReplicaId(1)), Input.Synced(new(1))], default);
        core.Step([From(1, Promise(Vote(1, 0, "a")))], default);
        Input asked = Input.FromGroup(new ClientHandle(9), new GroupNotes([GroupNote.Ask(new SessionId(7).AsOrdered(), new SequenceNumber(1), 5, 0, 1_000)]));
        Assert.That(core.Step([asked], default).Answers, Is.Empty);

        core.Step([Input.Synced(new(3)), From(1, new Accepted(View.First, new Slot(2), false))], default);
        GroupNote told = core.Step([asked], default).Answers.Single().Note;

        Assert.That((told.State, told.Token), Is.EqualTo((OperationState.Absent, new PlacementToken(0, View.First, new Slot(3)) { IsPromised = true })), "what is not there is below the next slot");
    }

    [Test]
    public void A_promise_of_its_own_that_is_not_durable_does_not_count()
    {
        ReplicaCore core = NewReplica(0);
        core.Step([], default);

        core.Step([From(1, Promise())], default);
        ReplicaRole before = core.Role;
        core.Step([Input.Synced(new(1))], default);

        Assert.That(before, Is.EqualTo(ReplicaRole.Candidate));
        Assert.That(core.Role, Is.EqualTo(ReplicaRole.Primary));
    }

    [Test]
    public void A_difference_that_shows_when_a_slot_is_executed_leaves_the_outcome_open_and_refuses_who_waits()
    {
        ReplicaCore core = NewReplica(0);
        core.Step([Input.PeerConnected(new ReplicaId(1)), Input.Synced(new(1))], default);
        core.Step([From(1, Promise())], default);
        core.Step([Input.Synced(new(2)), From(1, new Accepted(View.First, new Slot(1), false))], default);
        core.Step([Request("a"), Asks(2, new ReadHistoryQuery("lobby", 1, 1).Encode())], default);
        core.Step([From(1, new HeartbeatAnswer(View.First, new Slot(2), 0, new Slot(1), new Slot(2), 77))], default);

        Effects effects = core.Step([Input.Synced(new(3)), From(1, new Accepted(View.First, new Slot(2), false))], default);

        Assert.That(core.IsStateInDoubt, Is.True);
        Assert.That(effects.Replies.Select(reply => (reply.Client, reply.Message.Status)), Is.EqualTo(new[]
        {
            (new ClientHandle(1), ReplyStatus.Superseded),
            (new ClientHandle(2), ReplyStatus.NoQuorum),
        }));
    }

    /// <summary>A story is a list of votes: "own" is a sync of this primary's disk, "r1:2" an Accepted of r1 through slot 2. Slots 1 to 3 are proposed.</summary>
    [TestCase(3, "", 0)]
    [TestCase(3, "own", 0)]
    [TestCase(3, "r1:1", 0, Description = "its own entries count once they are durable")]
    [TestCase(3, "r1:1 r2:1", 1, Description = "two others are a quorum without it")]
    [TestCase(3, "own r1:1", 1)]
    [TestCase(3, "own r1:2 r2:1", 2)]
    [TestCase(3, "own r1:1 r1:1 r1:1", 1, Description = "votes count per replica, not per message")]
    [TestCase(3, "own r1:3 r1:1", 3, Description = "a vote that comes late takes nothing back")]
    [TestCase(3, "own r1:9", 3, Description = "nothing is decided that was not proposed")]
    [TestCase(5, "own r1:2", 0)]
    [TestCase(5, "own r1:2 r2:1", 1)]
    [TestCase(5, "own r1:3 r2:2 r3:3", 3)]
    [TestCase(5, "r1:3 r2:2 r3:1", 1)]
    public void A_slot_is_decided_when_a_quorum_has_accepted_it(int replicaCount, string votes, long decided)
    {
        ReplicaCore core = LeaderOfThreeSlots(replicaCount, out RecordNumber records);

        foreach (string vote in votes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Input input = vote is "own" ? Input.Synced(records) : From(vote[1] - '0', new Accepted(View.First, new Slot(vote[3] - '0'), IsAboveHole: false));
            core.Step([input], default);
        }

        Assert.That(core.Decided, Is.EqualTo(new Slot(decided)));
    }

    [TestCase(true, false)]
    [TestCase(false, true, Description = "no client gets a result from then on, whatever told of the difference")]
    public void A_promise_that_comes_late_still_tells_of_a_state(bool isSame, bool isInDoubt)
    {
        ReplicaCore core = LeaderOfThreeSlots(3, out RecordNumber records);
        core.Step([Input.Synced(records), From(1, new Accepted(View.First, new Slot(3), IsAboveHole: false))], default);
        ulong hash = isSame ? core.StateHash : core.StateHash ^ 1;

        core.Step([From(2, Promise() with { HashSlot = new Slot(3), StateHash = hash })], default);

        Assert.That(core.IsStateInDoubt, Is.EqualTo(isInDoubt));
        Assert.That(core.IsServing, Is.EqualTo(!isInDoubt));
    }

    [TestCase(2, 0, Description = "less")]
    [TestCase(3, 1, Description = "equal")]
    [TestCase(4, 0, Description = "greater")]
    public void Only_a_vote_of_its_own_view_counts(long view, long decided)
    {
        ReplicaCore core = LeaderOfViewThree(out RecordNumber records);

        core.Step([Input.Synced(records), From(1, new Accepted(new View(view), new Slot(1), IsAboveHole: false))], default);

        Assert.That(core.Decided, Is.EqualTo(new Slot(decided)));
    }

    [TestCase(2, 0, Description = "less")]
    [TestCase(3, 1, Description = "equal")]
    [TestCase(4, 0, Description = "greater")]
    public void Only_an_answer_to_a_heartbeat_of_its_own_view_is_a_vote(long view, long decided)
    {
        ReplicaCore core = LeaderOfViewThree(out RecordNumber records);

        core.Step([Input.Synced(records), From(1, new HeartbeatAnswer(new View(view), Slot.Zero, 0, new Slot(1), Slot.Zero, 0))], default);

        Assert.That(core.Decided, Is.EqualTo(new Slot(decided)));
    }

    [Test]
    public void What_was_refused_above_a_hole_is_sent_again_with_the_next_heartbeat()
    {
        ReplicaCore core = LeaderOfThreeSlots(3, out _);
        core.Step([From(1, new Accepted(View.First, new Slot(1), IsAboveHole: true))], default);

        List<string> sent = [];
        for (int tick = 0; tick < 5; tick++)
            sent.AddRange(Of(core.Tick(default)).Where(line => line.StartsWith("now r1: Proposal", StringComparison.Ordinal)));

        Assert.That(sent, Is.EqualTo(new[] { "now r1: Proposal b in s2 of v0, decided s0", "now r1: Proposal c in s3 of v0, decided s0" }));
    }

    private static ReplicaCore LeaderOfThreeSlots(int replicaCount, out RecordNumber records)
    {
        ReplicaCore core = NewReplica(0, replicaCount: replicaCount);
        core.Step([.. Enumerable.Range(1, replicaCount - 1).Select(index => Input.PeerConnected(new ReplicaId(index))), Input.Synced(new(1))], default);
        for (int replica = 1; replica <= replicaCount / 2; replica++)
            core.Step([From(replica, Promise())], default);
        core.Step([Request("b")], default);
        records = core.Step([Request("c")], default).RecordsThrough;
        Assert.That(core.Accepted, Is.EqualTo(new Slot(3)));
        return core;
    }

    /// <summary>It has left view 2, whose owner r2 is gone, with r1, and has proposed its own no-op in slot 1.</summary>
    private static ReplicaCore LeaderOfViewThree(out RecordNumber records)
    {
        ReplicaCore core = NewReplica(0, new RecoveredState { Promised = new View(2) });
        Input[] leaving = [Input.PeerConnected(new ReplicaId(1)), Input.PeerDisconnected(new ReplicaId(2)), From(1, new LeaveView(new View(2)))];
        RecordNumber claim = core.Step(leaving, default).RecordsThrough;
        records = core.Step([Input.Synced(claim), From(1, Promise() with { View = new View(3) })], default).RecordsThrough;
        Assert.That((core.Role, core.View), Is.EqualTo((ReplicaRole.Primary, new View(3))));
        return core;
    }

    private static Input Request(string name)
    {
        byte[] command = System.Text.Encoding.UTF8.GetBytes(name);
        return Input.FromClient(new ClientHandle(1), new ClientRequest(new SessionId(9), new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, command));
    }

    private static LeaderPromise Promise(params AcceptedEntry[] votes) =>
        new(View.First, Slot.Zero, Slot.Zero, 0, new Slot(1), new Slot(votes.Length), IsFinal: true, Slot.Zero, [], votes, []);

    private static Input Asks(int client, byte[] command) => Input.FromClient(
        new ClientHandle(client), new ClientRequest(SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, command));
}
