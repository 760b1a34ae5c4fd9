using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 2 (rule 1): a candidate counts its own promise before it is on its disk, loses it, and votes in the view below.</summary>
internal static class UnsyncedPromise
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(5);
        FrameRule late = scenario.Hold(MessageKind.Proposal, from: 0, where: message => ((Proposal)message).Slot.Number == 6);
        scenario.Send(0, "X")
            .RunFor(2)
            .HoldSyncs(1)
            .Isolate(0)
            .RunUntil("r1 wants to lead view 1", () => scenario.View(1) == 1)
            .RunFor(20)
            .Expect(!scenario.HasSent<LeaderClaim>(from: 1), "no LeaderClaim leaves before the promise is on the disk")
            .Expect(!scenario.HasSent<Proposal>(from: 1), "no Proposal leaves before the promise is on the disk")
            .LosePower(1)
            .ReleaseSyncs(1)
            .Start(1)
            .Expect(scenario.View(1) == 0, "the promise of view 1 was lost")
            .Heal();
        return scenario.Deliver(late)
            .RunUntil("all agree on slot 6", () => scenario.AgreeUpTo(6))
            .Expect(scenario.Cluster.Checks.Execution.TryGet(6, out _), "slot 6 is decided")
            .Violations;
    }
}
