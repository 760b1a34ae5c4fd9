using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Core.Roles.EffectsText;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>
/// Rule 6, from the side of a follower: its reasons to leave a view, each as long as it lasts. It is r2 of three, has promised view 3 of r0, and has
/// accepted "a" and "b" in it; r1 can be reached. The timeout is 30 ticks.
/// </summary>
[TestFixture]
internal sealed class FollowerTests
{
    private const string Leaving = "now r0: LeaveView v3|now r1: LeaveView v3";
    private const string Answer = "now r0: HeartbeatAnswer v3 through s2, decided s0, nonce 0";

    [TestCase(29, "", Description = "less")]
    [TestCase(30, "", Description = "equal")]
    [TestCase(31, Leaving, Description = "greater")]
    [TestCase(40, "now r1: CatchUpRequest s1 to s1024", Description = "others may know of more by now")]
    public void A_primary_that_is_silent_for_the_timeout_is_a_reason(int tick, string effects)
    {
        ReplicaCore core = Follower();

        string[] last = [];
        for (int now = 1; now <= tick; now++)
            last = Of(core.Tick(default));

        Assert.That(last, Is.EqualTo(Lines(effects)));
    }

    /// <summary>A heartbeat comes at tick 20; what happens at tick 31 tells whether it was a sign of life.</summary>
    [TestCase(0, 0, Leaving, Description = "less: it is refused")]
    [TestCase(0, 3, "", Description = "equal")]
    [TestCase(0, 6, "", Description = "greater: it is followed in that view")]
    [TestCase(1, 3, Leaving, Description = "it does not own the view")]
    public void A_sign_of_life_comes_from_the_owner_of_the_promised_view_or_of_a_higher_one(int replica, long view, string effects)
    {
        ReplicaCore core = Follower();

        string[] last = [];
        for (int now = 1; now <= 31; now++)
        {
            last = Of(core.Tick(default));
            if (now == 20)
                core.Step([From(replica, Beat(view))], default);
        }

        Assert.That(last, Is.EqualTo(Lines(effects)));
    }

    [TestCase(30, "", Description = "equal")]
    [TestCase(31, Leaving, Description = "greater")]
    public void A_hole_that_stays_open_for_the_timeout_is_a_reason(int tick, string effects) =>
        Assert.That(TickWithHole(tick), Is.EqualTo(Lines(effects)));

    /// <summary>Slot 4 was proposed and slot 3 is missing; something comes at tick 20, and tick 31 tells whether the hole is a reason still.</summary>
    [TestCaseSource(nameof(WhatComes))]
    public void A_hole_is_a_reason_until_something_is_accepted_or_learned(Message comes, string effects) =>
        Assert.That(TickWithHole(31, comes), Is.EqualTo(Lines(effects)));

    /// <summary>Each digit is a heartbeat: 1 of a primary that hears a quorum, 0 of one that hears none; the effects are those of the last.</summary>
    [TestCase("1", Answer)]
    [TestCase("0", Answer + "|" + Leaving)]
    [TestCase("00", Answer, Description = "it was said, and is not said again before the next heartbeat is due")]
    [TestCase("01", Answer, Description = "the reason has gone")]
    [TestCase("010", Answer, Description = "and come back; that it wants to leave was said within the time of a heartbeat")]
    public void A_primary_that_hears_no_quorum_is_a_reason(string heartbeats, string effects)
    {
        ReplicaCore core = Follower();

        string[] last = [];
        foreach (char heartbeat in heartbeats)
            last = Of(core.Step([From(0, Beat(3, hearsQuorum: heartbeat is '1'))], default));

        Assert.That(last, Is.EqualTo(Lines(effects)));
        Assert.That(core.HearsQuorum, Is.EqualTo(heartbeats[^1] is '1'));
    }

    [TestCase(0, "then r0: Refusal, promised v3", Description = "less: it is refused")]
    [TestCase(3, Answer + "|" + Leaving, Description = "equal")]
    [TestCase(6, "now r0: LeaveView v6|now r1: LeaveView v6|record: promised v6|then r0: HeartbeatAnswer v6 through s0, decided s0, nonce 0", Description = "greater")]
    public void Only_the_primary_of_the_view_that_is_promised_then_is_left_for_its_lack_of_a_quorum(long view, string effects) =>
        Assert.That(Of(Follower().Step([From(0, Beat(view, hearsQuorum: false))], default)), Is.EqualTo(Lines(effects)));

    private static IEnumerable<TestCaseData> WhatComes()
    {
        yield return new TestCaseData(Propose(3, "c"), "").SetArgDisplayNames("the missing slot");
        yield return new TestCaseData(Propose(2, "b"), Leaving).SetArgDisplayNames("what was accepted before");
        yield return new TestCaseData(Propose(5, "e"), Leaving).SetArgDisplayNames("more above the hole");
        yield return new TestCaseData(new CatchUpEntries(new Slot(1), new Slot(1), [Named("a")]), "").SetArgDisplayNames("a slot that is decided");
        yield return new TestCaseData(new CatchUpEntries(new Slot(1), Slot.Zero, []), Leaving).SetArgDisplayNames("an answer without entries");
    }

    private static ReplicaCore Follower()
    {
        ReplicaCore core = NewReplica(2, new RecoveredState { Promised = new View(3), Votes = [Vote(1, 3, "a"), Vote(2, 3, "b")] });
        core.Step([Input.PeerConnected(new ReplicaId(1))], default);
        return core;
    }

    /// <summary>The effects of the last of so many ticks, of a follower that hears its primary all the time and holds slot 4 for above a hole.</summary>
    private static string[] TickWithHole(int tick, Message? at20 = null)
    {
        ReplicaCore core = Follower();
        core.Step([From(0, Propose(4, "d"))], default);
        string[] last = [];
        for (int now = 1; now <= tick; now++)
        {
            last = Of(core.Tick(default));
            core.Step([From(0, Beat(3))], default);
            if (now == 20 && at20 is not null)
                core.Step([From(0, at20)], default);
        }

        return last;
    }

    private static Proposal Propose(long slot, string name) => new(new View(3), new Slot(slot), Named(name), Slot.Zero);

    private static Heartbeat Beat(long view, bool hearsQuorum = true) => new(new View(view), Slot.Zero, 0, hearsQuorum, Slot.Zero, Slot.Zero, 0);

    private static string[] Lines(string effects) => effects.Split('|', StringSplitOptions.RemoveEmptyEntries);
}
