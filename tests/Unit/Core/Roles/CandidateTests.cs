using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Core.Roles.EffectsText;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>
/// Phase 1, from the side of the owner of a view. It is r1 of three or five, has lost its connection to r0, whose view it was in, and has claimed
/// its own view above, durably; r2, and of five r3 too, can be reached.
/// </summary>
[TestFixture]
internal sealed class CandidateTests
{
    private const string Opening =
        "now r0: Heartbeat v6, decided s0, own no-op s1, nonce 0|now r2: Heartbeat v6, decided s0, own no-op s1, nonce 0|now r3: Heartbeat v6, decided s0, own no-op s1, nonce 0|now r4: Heartbeat v6, decided s0, own no-op s1, nonce 0"
        + "|now r2: Proposal no-op in s1 of v6, decided s0|now r3: Proposal no-op in s1 of v6, decided s0|record: accepted no-op in s1 of v6";

    private const string Leaving = "now r0: LeaveView v6|now r2: LeaveView v6|now r3: LeaveView v6|now r4: LeaveView v6";

    [TestCase(3, "", TestName = "A_promise_of_a_lower_view_is_nothing_to_a_candidate")]
    [TestCase(
        4,
        "now r0: Heartbeat v4, decided s0, own no-op s1, nonce 0|now r2: Heartbeat v4, decided s0, own no-op s1, nonce 0|now r2: Proposal no-op in s1 of v4, decided s0|record: accepted no-op in s1 of v4",
        TestName = "With_a_promise_of_the_claimed_view_phase_2_begins")]
    [TestCase(7, "", TestName = "A_promise_of_a_higher_view_is_nothing_to_a_candidate")]
    public void Promise(long view, string effects) =>
        Assert.That(Of(Claimed(3).Step([From(2, Told(view))], default)), Is.EqualTo(Lines(effects)));

    /// <summary>Of five: the promises of which replicas have come, and what the last of them brings about.</summary>
    [TestCase("2", "")]
    [TestCase("2 2", "", Description = "promises count per replica, not per message")]
    [TestCase("2 3", Opening)]
    [TestCase("2 2 3", Opening)]
    [TestCase("2 3 2", "", Description = "one that is told again comes too late to matter")]
    public void Phase_2_begins_with_the_promise_that_completes_a_quorum(string replicas, string effects)
    {
        ReplicaCore core = Claimed(5);

        string[] last = [];
        foreach (string replica in replicas.Split(' '))
            last = Of(core.Step([From(replica[0] - '0', Told(6))], default));

        Assert.That(last, Is.EqualTo(Lines(effects)));
    }

    [TestCase(29, "", Description = "less")]
    [TestCase(30, "now r2: LeaderClaim v4 above s0", Description = "equal: it goes on asking")]
    [TestCase(31, "now r0: LeaveView v4|now r2: LeaveView v4", Description = "greater")]
    public void A_candidate_that_has_heard_nothing_for_the_timeout_wants_to_leave_its_view(int tick, string effects) =>
        Assert.That(TickUntil(tick, Claimed(3)), Is.EqualTo(Lines(effects)));

    /// <summary>Of five: r2 has promised at tick 20, for the first time or once more.</summary>
    [TestCase(true, 31, "")]
    [TestCase(true, 50, "now r3: LeaderClaim v6 above s0", Description = "equal")]
    [TestCase(true, 51, Leaving, Description = "greater")]
    [TestCase(false, 30, "now r3: LeaderClaim v6 above s0", Description = "equal")]
    [TestCase(false, 31, Leaving, Description = "greater: what is told again is no progress")]
    public void A_promise_that_is_new_gives_a_candidate_one_more_timeout(bool isNew, int tick, string effects)
    {
        ReplicaCore core = Claimed(5);
        if (!isNew)
            core.Step([From(2, Told(6))], default);

        Assert.That(TickUntil(tick, core, at20: From(2, Told(6))), Is.EqualTo(Lines(effects)));
    }

    [Test]
    public void What_another_has_decided_is_fetched_before_phase_2_begins()
    {
        ReplicaCore core = Claimed(3);

        string[] asked = Of(core.Step([From(2, Told(4, decided: 2))], default));
        string[] told = Of(core.Step([From(2, new CatchUpEntries(new Slot(1), new Slot(2), [Named("a"), Named("b")]))], default));

        Assert.That(asked, Is.EqualTo(new[] { "now r2: CatchUpRequest s1 to s2" }));
        Assert.That(told, Is.EqualTo(new[]
        {
            "now r0: Heartbeat v4, decided s2, own no-op s3, nonce 0",
            "now r2: Heartbeat v4, decided s2, own no-op s3, nonce 0",
            "now r2: Proposal no-op in s3 of v4, decided s2",
            "record: learned a in s1",
            "record: learned b in s2",
            "record: accepted no-op in s3 of v4",
            "decided s1: a",
            "decided s2: b",
        }));
    }

    [Test]
    public void A_candidate_asks_for_all_at_once_although_the_others_decided_much_until_now()
    {
        ReplicaCore core = Claimed(3, decidedInTick: 100);

        List<string> sent = [.. Of(core.Step([From(2, Told(4, decided: 6000))], default))];
        for (int tick = 0; tick < 10; tick++) // So long it waits for what it has asked r0 for.
            sent.AddRange(Of(core.Tick(default)));

        Assert.That(sent.Where(static line => line.Contains("CatchUpRequest", StringComparison.Ordinal)), Is.EqualTo(new[] { "now r2: CatchUpRequest s1 to s6000" }));
    }

    [TestCase(9, "")]
    [TestCase(10, "now r0: Heartbeat v4, decided s0, own no-op s0, nonce 0|now r2: Heartbeat v4, decided s0, own no-op s0, nonce 0|now r2: CatchUpRequest s1 to s2")]
    [TestCase(30, "now r0: Heartbeat v4, decided s0, own no-op s0, nonce 0|now r2: Heartbeat v4, decided s0, own no-op s0, nonce 0|now r2: CatchUpRequest s1 to s2", Description = "equal")]
    [TestCase(31, "now r0: LeaveView v4|now r2: LeaveView v4", Description = "greater: nothing of it has come for the timeout")]
    [TestCase(40, "now r2: CatchUpRequest s1 to s2", Description = "it shows no sign of life any more, so that the others suspect it")]
    public void A_candidate_that_fetches_shows_signs_of_life_until_it_is_stuck(int tick, string effects)
    {
        ReplicaCore core = Claimed(3);
        core.Step([From(2, Told(4, decided: 2))], default);

        Assert.That(TickUntil(tick, core), Is.EqualTo(Lines(effects)));
    }

    /// <summary>Its view is the one above that of r0, which has the number of the replicas.</summary>
    /// <param name="replicaCount">The size of the group.</param>
    /// <param name="decidedInTick">As a follower it has heard for 60 ticks that so many slots are decided in each.</param>
    private static ReplicaCore Claimed(int replicaCount, int decidedInTick = 0)
    {
        View before = new(replicaCount);
        ReplicaCore core = NewReplica(1, new RecoveredState { Promised = before }, replicaCount);
        for (int tick = 1; tick <= 60 && decidedInTick > 0; tick++)
        {
            core.Tick(default);
            core.Step([From(0, new Heartbeat(before, new Slot(tick * decidedInTick), 0, HearsQuorum: true, Slot.Zero, Slot.Zero, 0))], default);
        }

        List<Input> inputs = [Input.PeerDisconnected(new ReplicaId(0))];
        for (int replica = 2; replica <= 1 + (replicaCount / 2); replica++)
            inputs.AddRange([Input.PeerConnected(new ReplicaId(replica)), From(replica, new LeaveView(before))]);
        RecordNumber claim = core.Step([.. inputs], default).RecordsThrough;
        core.Step([Input.Synced(claim)], default);
        Assert.That((core.Role, core.View), Is.EqualTo((ReplicaRole.Candidate, new View(replicaCount + 1))));
        return core;
    }

    /// <summary>The effects of the last of so many ticks.</summary>
    /// <param name="tick">How many.</param>
    /// <param name="core">The candidate.</param>
    /// <param name="at20">What arrives after the tick 20.</param>
    private static string[] TickUntil(int tick, ReplicaCore core, Input? at20 = null)
    {
        string[] last = [];
        for (int now = 1; now <= tick; now++)
        {
            last = Of(core.Tick(default));
            if (now == 20 && at20 is { } input)
                core.Step([input], default);
        }

        return last;
    }

    /// <summary>A whole promise without votes.</summary>
    private static LeaderPromise Told(long view, long decided = 0) =>
        new(new View(view), new Slot(decided), Slot.Zero, 0, new Slot(decided + 1), new Slot(decided), IsFinal: true, Slot.Zero, [], [], []);

    private static string[] Lines(string effects) => effects.Split('|', StringSplitOptions.RemoveEmptyEntries);
}
