using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 3 (rules 1, 2): the first primary proposes before its disk knows that it owns view 0, and after a power failure looks new.</summary>
internal static class FirstViewWithoutRecord
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario();
        scenario.HoldSyncs(0)
            .Start()
            .Send(0, "X")
            .RunFor(50)
            .Expect(!scenario.HasSent<LeaderClaim>(from: 0), "no LeaderClaim leaves before the view record is on the disk")
            .Expect(!scenario.HasSent<Proposal>(from: 0), "no Proposal leaves before the view record is on the disk")
            .LosePower(0)
            .ReleaseSyncs(0)
            .Start(0)
            .RunUntil("somebody serves", () => scenario.Primary() >= 0);
        return scenario.Send(Math.Max(0, scenario.Primary()), "Y")
            .RunUntil("all agree", () => scenario.AgreeUpTo(2))
            .Violations;
    }
}
