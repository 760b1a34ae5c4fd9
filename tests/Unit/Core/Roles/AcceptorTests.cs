using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Core.Roles.EffectsText;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>
/// Phases 1b and 2b: what an acceptor does with what the owner of a view sends, by whether that view is less than, equal to or greater than its
/// promise. It is r2 of three, has promised view 3 of r0, and has accepted "a" and "b" in it.
/// </summary>
[TestFixture]
internal sealed class AcceptorTests
{
    private static readonly RecoveredState TwoVotes = new() { Promised = new View(3), Votes = [Vote(1, 3, "a"), Vote(2, 3, "b")] };

    [TestCase(0, "then r0: Refusal, promised v3", TestName = "A_claim_below_the_promise_is_refused")]
    [TestCase(3, "then r0: LeaderPromise v3 of s1 to s2, decided s0, a in s1 of v3, b in s2 of v3", TestName = "A_claim_of_the_promised_view_is_answered_again")]
    [TestCase(6, "record: promised v6|then r0: LeaderPromise v6 of s1 to s2, decided s0, a in s1 of v3, b in s2 of v3", TestName = "A_claim_above_the_promise_is_promised_on_disk_and_then_answered_with_every_vote")]
    [TestCase(4, "", TestName = "A_claim_of_a_replica_that_does_not_own_the_view_is_ignored")]
    public void Claim(long view, string effects) =>
        Assert.That(Of(Step(new LeaderClaim(new View(view), Slot.Zero))), Is.EqualTo(Lines(effects)));

    [TestCase(0, 3, "c", "then r0: Refusal, promised v3", TestName = "A_proposal_below_the_promise_is_refused")]
    [TestCase(3, 1, "a", "then r0: Accepted v3 through s2", TestName = "A_proposal_that_was_accepted_is_answered_again")]
    [TestCase(3, 1, "x", "halt: invariant broken: a primary proposes one value per (view, slot)", TestName = "Another_value_for_the_same_slot_and_view_stops_the_replica")]
    [TestCase(3, 3, "c", "record: accepted c in s3 of v3|then r0: Accepted v3 through s3", TestName = "The_next_proposal_is_accepted_on_disk_and_then_voted_for")]
    [TestCase(3, 4, "d", "then r0: Accepted v3 through s2, above a hole", TestName = "A_proposal_above_a_hole_is_refused_with_the_end_of_the_prefix")]
    [TestCase(6, 3, "c", "record: promised v6|then r0: Accepted v6 through s0, above a hole", TestName = "Votes_of_an_older_view_are_no_part_of_the_prefix_in_a_newer_one")]
    [TestCase(6, 1, "x", "record: promised v6|record: accepted x in s1 of v6|then r0: Accepted v6 through s1", TestName = "A_proposal_above_the_promise_promises_and_replaces_the_older_vote")]
    public void Proposal(long view, long slot, string name, string effects) =>
        Assert.That(Of(Step(new Proposal(new View(view), new Slot(slot), Named(name), Slot.Zero))), Is.EqualTo(Lines(effects)));

    [TestCase(0, "", Description = "nothing is decided")]
    [TestCase(1, "decided s1: a")]
    [TestCase(2, "decided s1: a|decided s2: b")]
    [TestCase(3, "decided s1: a|decided s2: b", Description = "what it did not accept it has to ask for")]
    public void A_decided_slot_decides_what_was_accepted_in_that_view(long decided, string decisions)
    {
        Effects effects = Step(new Heartbeat(new View(3), new Slot(decided), 0, HearsQuorum: true, Slot.Zero, Slot.Zero, 0));

        Assert.That(Of(effects), Is.EqualTo(Lines($"now r0: HeartbeatAnswer v3 through s2, decided s{Math.Min(decided, 2)}, nonce 0|{decisions}")));
    }

    [Test]
    public void A_decided_slot_that_is_heard_in_a_newer_view_decides_no_vote_of_an_older_one_but_is_asked_for()
    {
        Effects effects = Step(new Heartbeat(new View(6), new Slot(2), 0, HearsQuorum: true, Slot.Zero, Slot.Zero, 0));

        Assert.That(Of(effects), Is.EqualTo(Lines("now r0: CatchUpRequest s1 to s2|record: promised v6|then r0: HeartbeatAnswer v6 through s0, decided s0, nonce 0")));
    }

    [Test]
    public void Several_proposals_of_a_step_have_one_answer()
    {
        ReplicaCore core = NewReplica(2, TwoVotes);

        Effects effects = core.Step(
            [From(0, new Proposal(new View(3), new Slot(3), Named("c"), Slot.Zero)), From(0, new Proposal(new View(3), new Slot(4), Named("d"), Slot.Zero))], default);

        Assert.That(Of(effects), Is.EqualTo(Lines("record: accepted c in s3 of v3|record: accepted d in s4 of v3|then r0: Accepted v3 through s4")));
    }

    [Test]
    public void Who_has_lost_its_promise_promises_and_accepts_nothing()
    {
        ReplicaCore core = NewReplica(2, new RecoveredState { ViewRecordLost = true });

        Effects effects = core.Step([From(0, new LeaderClaim(new View(3), Slot.Zero)), From(0, new Proposal(new View(3), new Slot(1), Named("a"), Slot.Zero))], default);

        Assert.That(Of(effects), Is.Empty);
    }

    private static Effects Step(Message message) => NewReplica(2, TwoVotes).Step([From(0, message)], default);

    private static string[] Lines(string effects) => effects.Split('|', StringSplitOptions.RemoveEmptyEntries);
}
