using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 43 (rules 5 and 12; n = 5): r3 hears neither the old primary nor the new one and learns from others what was decided in
/// view 1, while it is still in view 0. Then an old P(0) for such a slot arrives, with another value. That is no second value in
/// view 0: what was learned is not a vote of it, and r3 must not stop.
/// </summary>
internal static class LateProposalForALearnedSlot
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5).Start().DecideUpTo(1);
        FrameRule late = scenario.Hold(MessageKind.Proposal, from: 0, to: 3);
        foreach (int other in new[] { 1, 2, 4 })
            scenario.Drop(MessageKind.Proposal, from: 0, to: other);
        return scenario.Send(0, "Y")
            .RunFor(5)
            .Expect(late.HeldFrames.Count > 0, "P(0,2,Y) is on its way to r3")
            .Isolate(0)
            .Cut(3, 1)
            .RunUntil("r1 leads", () => scenario.Primary() == 1)
            .Send(1, "X")
            .RunUntil("r3 learns what r1 had decided", () => scenario.Decided(3) == 3)
            .Expect(scenario.View(3) == 0 && scenario.ValueOf(3, 2) is NamedValues.NoOp, "r3 is in view 0 and knows the no-op of slot 2")
            .Deliver(late)
            .RunFor(5)
            .Heal()
            .RunUntil("all agree", () => scenario.AgreeUpTo(3))
            .Expect(scenario.ValueOf(3, 2) is NamedValues.NoOp, "slot 2 is the no-op that was chosen")
            .Violations;
    }
}
