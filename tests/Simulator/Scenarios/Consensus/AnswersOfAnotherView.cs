using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Rules 3 and 5: an Accepted or a LeaderPromise of another view, however late it comes, is no vote and no promise in this one.</summary>
internal static class AnswersOfAnotherView
{
    /// <summary>r1 voted for slot 6 in view 0; r0 leads again later, and r1's old vote arrives when r0 alone has accepted slot 6.</summary>
    public static IReadOnlyList<Violation> RunVote()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(5);
        FrameRule oldVote = scenario.Hold(MessageKind.Accepted, from: 1, where: message => ((Accepted)message).Slot.Number == 6);
        FrameRule beats = scenario.Drop(MessageKind.HeartbeatAnswer, from: 1, to: 0);
        FrameRule toOther = scenario.Drop(MessageKind.Proposal, from: 0, to: 2);
        scenario.HoldSyncs(0)
            .Send(0, "X")
            .RunUntil("r1 votes for X", () => oldVote.Matched > 0)
            .Isolate(1)
            .LosePower(0)
            .ReleaseSyncs(0)
            .Stop(toOther);
        FrameRule otherCandidate = scenario.Drop(MessageKind.LeaderClaim, from: 2);
        FrameRule newVote = scenario.Drop(MessageKind.Accepted, from: 2);
        FrameRule newBeats = scenario.Drop(MessageKind.HeartbeatAnswer, from: 2);
        scenario.Start(0)
            .RunUntil("r0 proposes slot 6 in a new view", () => scenario.HasSent<Proposal>(0, proposal => proposal.View.Number > 0 && proposal.Slot.Number == 6))
            .RunFor(3)
            .Stop(beats)
            .Deliver(oldVote)
            .RunFor(5)
            .Expect(scenario.Decided(0) == 5, "r0 alone decides nothing");
        return scenario.Stop(otherCandidate)
            .Stop(newVote)
            .Stop(newBeats)
            .BreakConnections(1, 0)
            .BreakConnections(1, 2)
            .Heal()
            .RunUntil("all agree", () => scenario.AgreeUpTo(6))
            .Violations;
    }

    /// <summary>r2 promised view 1; r1 claims view 4, and the promise of view 1 arrives.</summary>
    public static IReadOnlyList<Violation> RunPromise()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(5);
        scenario.Drop(MessageKind.LeaderClaim, from: 2);
        FrameRule oldPromise = scenario.Hold(MessageKind.LeaderPromise, from: 2, where: message => ((LeaderPromise)message).View.Number == 1);
        FrameRule newPromise = scenario.Drop(MessageKind.LeaderPromise, from: 2, where: message => ((LeaderPromise)message).View.Number > 1);
        return scenario.Kill(0)
            .RunUntil("r2 promises view 1", () => oldPromise.Matched > 0)
            .Cut(1, 2)
            .BreakConnections(1, 2)
            .RunFor(400)
            .Heal()
            .RunUntil("r1 claims a later view", () => scenario.HasSent<LeaderClaim>(1, claim => claim.View.Number > 1))
            .Deliver(oldPromise)
            .RunFor(5)
            .Expect(!scenario.HasSent<Proposal>(from: 1), "r1 does not lead by a promise of another view")
            .Stop(newPromise)
            .RunUntil("r1 and r2 agree", () => scenario.AgreeUpTo(6))
            .Violations;
    }
}
