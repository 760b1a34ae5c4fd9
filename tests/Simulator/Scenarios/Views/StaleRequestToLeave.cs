using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>Schedule 14 (rule 6): a LeaveView of long ago, or one below the receiver's promise, must not depose a healthy primary.</summary>
internal static class StaleRequestToLeave
{
    public static IReadOnlyList<Violation> RunLongAgo()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(3);
        scenario.Deliver(1, 2, new LeaveView(View.First))
            .RunFor(400);
        FrameRule silence = scenario.Drop(MessageKind.Heartbeat, from: 0, to: 2);
        return scenario.RunFor(250)
            .Expect(scenario.HasSent<LeaveView>(from: 2), "r2 wants to leave view 0 for its own reasons")
            .Stop(silence)
            .RunFor(400)
            .Expect(!scenario.HasSent<LeaderClaim>(from: 2), "r2 alone is no quorum: r1's request has expired")
            .Expect(scenario.View(0) == 0 && scenario.View(1) == 0 && scenario.View(2) == 0, "all are still in view 0")
            .Violations;
    }

    public static IReadOnlyList<Violation> RunBelowThePromise()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(3);
        return scenario.Kill(0)
            .RunUntil("r1 leads view 1", () => scenario.Primary() == 1)
            .RunUntil("r2 is in view 1", () => scenario.View(2) == 1)
            .Deliver(1, 2, new LeaveView(View.First))
            .Deliver(0, 2, new LeaveView(View.First))
            .RunFor(300)
            .Expect(!scenario.HasSent<LeaderClaim>(from: 2), "r2 does not claim view 2 for a request to leave view 0")
            .Expect(scenario.View(1) == 1 && scenario.View(2) == 1, "both are still in view 1")
            .Violations;
    }
}
