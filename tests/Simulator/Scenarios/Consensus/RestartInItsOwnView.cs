using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 6 (rule 2): a primary that restarts must not go on in the view it had.</summary>
internal static class RestartInItsOwnView
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(4);
        FrameRule toOther = scenario.Drop(MessageKind.Proposal, from: 0, to: 2);
        scenario.HoldSyncs(0)
            .Send(0, "X")
            .RunUntil("r1 accepts X", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == 5))
            .LosePower(0)
            .ReleaseSyncs(0)
            .Stop(toOther)
            .Start(0)
            .Send(0, "Y")
            .RunFor(50)
            .Send(0, "Y")
            .RunUntil("there is a primary", () => scenario.Primary() >= 0 && scenario.Decided(scenario.Primary()) >= 5);
        return scenario.RunUntil("all agree", () => scenario.AgreeUpTo(5))
            .Expect(scenario.View(0) > 0, "view 0 is spent")
            .Violations;
    }
}
