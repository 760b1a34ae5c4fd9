using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>While a promise waits for its sync, what is repeated is not answered once more; when it is durable, every repetition is.</summary>
[TestFixture]
internal sealed class UnsyncedPromiseTests
{
    private static readonly ReplicaId Candidate = new(1);
    private static readonly LeaderClaim Claim = new(new View(1), Slot.Zero);

    [Test]
    public void A_claim_that_is_repeated_before_the_sync_is_answered_once()
    {
        ReplicaCore core = Acceptor();

        int answers = 0;
        for (int repetition = 0; repetition < 5; repetition++)
            answers += core.Step([Input.FromPeer(Candidate, Claim)], default).MessagesAfterSync.Count(message => message.Message is LeaderPromise);

        Assert.That(answers, Is.EqualTo(1));
    }

    [Test]
    public void A_claim_that_is_repeated_after_the_sync_is_answered_again_because_the_answer_may_be_lost()
    {
        ReplicaCore core = Acceptor();
        RecordNumber record = core.Step([Input.FromPeer(Candidate, Claim)], default).RecordsThrough;

        Effects effects = core.Step([Input.Synced(record), Input.FromPeer(Candidate, Claim)], default);

        Assert.That(effects.MessagesAfterSync.Count(message => message.Message is LeaderPromise), Is.EqualTo(1));
    }

    [Test]
    public void A_claim_of_a_higher_view_is_answered_though_an_answer_to_a_lower_one_waits()
    {
        ReplicaCore core = Acceptor();
        core.Step([Input.FromPeer(Candidate, Claim)], default);

        Effects effects = core.Step([Input.FromPeer(Candidate, new LeaderClaim(new View(4), Slot.Zero))], default);

        Assert.That(effects.MessagesAfterSync.Select(message => message.Message).OfType<LeaderPromise>().Single().View, Is.EqualTo(new View(4)));
    }

    [Test]
    public void Refusals_and_answers_to_heartbeats_do_not_gather_either()
    {
        ReplicaCore core = Acceptor();
        core.Step([Input.FromPeer(Candidate, Claim)], default);
        Heartbeat old = new(View.First, Slot.Zero, 0, true, Slot.Zero, Slot.Zero, 0);
        Heartbeat current = old with { View = new View(1) };

        List<Message> answers = [];
        for (int beat = 0; beat < 5; beat++)
        {
            Effects effects = core.Step([Input.FromPeer(new ReplicaId(0), old), Input.FromPeer(Candidate, current)], default);
            answers.AddRange(effects.MessagesAfterSync.Select(message => message.Message));
        }

        Assert.That(answers.OfType<Refusal>().Count(), Is.EqualTo(1));
        Assert.That(answers.OfType<HeartbeatAnswer>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_vote_and_the_refusal_of_what_lies_above_a_hole_do_not_gather_either()
    {
        ReplicaCore core = Acceptor();
        Proposal next = new(View.First, new Slot(1), Entry.NoOp, Slot.Zero);
        Proposal above = next with { Slot = new Slot(3) };

        List<Message> votes = [];
        RecordNumber last = RecordNumber.None;
        for (int repetition = 0; repetition < 5; repetition++)
        {
            foreach (Proposal proposal in new[] { next, above })
            {
                Effects effects = core.Step([Input.FromPeer(new ReplicaId(0), proposal)], default);
                votes.AddRange(effects.MessagesAfterSync.Select(message => message.Message));
                last = effects.RecordsThrough;
            }
        }

        Assert.That(votes, Is.EqualTo(new[] { new Accepted(View.First, new Slot(1), false), new Accepted(View.First, new Slot(1), true) }));
        Effects synced = core.Step([Input.Synced(last), Input.FromPeer(new ReplicaId(0), next)], default);
        Assert.That(synced.MessagesAfterSync.Select(message => message.Message), Is.EqualTo(new[] { new Accepted(View.First, new Slot(1), false) }));
    }

    [Test]
    public void A_candidate_whose_own_promise_is_not_durable_does_not_gather_claims()
    {
        ReplicaCore core = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) }, RecoveredState.Fresh, new ShardMachine());
        Effects effects = core.Step([Input.PeerConnected(new ReplicaId(1)), Input.PeerConnected(new ReplicaId(2))], default);
        int claims = CountClaims(effects);

        for (int tick = 0; tick < 100; tick++)
            claims += CountClaims(core.Tick(default));

        Assert.That(claims, Is.EqualTo(2), "one for each of the others");
    }

    [Test]
    public void A_view_that_no_group_can_have_reached_is_not_promised()
    {
        ReplicaCore core = Acceptor();
        View far = new View(View.LargestStep).NextOwnedBy(Candidate, 3);

        core.Step([Input.FromPeer(Candidate, new LeaderClaim(far, Slot.Zero))], default);

        Assert.That(core.View, Is.EqualTo(View.First));
        Assert.That(core.MessagesOfImpossibleViews, Is.EqualTo(1));
    }

    private static int CountClaims(Effects effects) =>
        effects.MessagesNow.Concat(effects.MessagesAfterSync).Count(message => message.Message is LeaderClaim);

    private static ReplicaCore Acceptor()
    {
        ReplicaCore core = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(2) }, RecoveredState.Fresh, new ShardMachine());
        core.Step([Input.PeerConnected(new ReplicaId(0)), Input.PeerConnected(Candidate)], default);
        return core;
    }
}
