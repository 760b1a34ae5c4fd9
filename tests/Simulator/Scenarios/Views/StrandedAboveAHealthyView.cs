using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>Schedule 13 (rule 6): a candidate that nobody heard has promised a higher view and can never follow the healthy one again: its primary has to move.</summary>
internal static class StrandedAboveAHealthyView
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(3);
        scenario.Drop(MessageKind.LeaderClaim, from: 1);
        scenario.Drop(MessageKind.LeaveView, from: 1);
        FrameRule silence = scenario.Drop(MessageKind.Heartbeat, from: 0, to: 1);
        return scenario.RunUntil("r1 wants to leave view 0", () => scenario.HasSent<LeaveView>(from: 1))
            .Deliver(2, 1, new LeaveView(View.First))
            .RunUntil("r1 is alone in view 1", () => scenario.View(1) == 1 && scenario.HasSent<LeaderClaim>(from: 1))
            .Expect(scenario.Primary() == 0 && scenario.View(2) == 0, "r0 serves, with r2")
            .Stop(silence)
            .RunUntil("r0 has moved to a view of its own above it", () => scenario.View(0) == 3 && scenario.View(1) == 3 && scenario.View(2) == 3, 3_000)
            .RunUntil("all agree", () => scenario.AgreeUpTo(4))
            .RunFor(1_000)
            .Expect(scenario.View(0) == 3, "r0 moves once")
            .Violations;
    }
}
