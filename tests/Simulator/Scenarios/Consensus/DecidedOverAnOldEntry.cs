using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 1 (rule 5): a decided slot of a newer view reaches a replica that holds another value there from an older view.</summary>
internal static class DecidedOverAnOldEntry
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(4);
        scenario.HoldSyncs(0);
        FrameRule toOther = scenario.Drop(MessageKind.Proposal, from: 0, to: 2);
        scenario.Send(0, "X")
            .RunUntil("r1 has X in slot 5 and says so", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == 5))
            .Isolate(1)
            .LosePower(0)
            .Stop(toOther)
            .ReleaseSyncs(0)
            .Start(0)
            .RunUntil("r0 and r2 decide slot 5", () => scenario.Decided(0) >= 5 && scenario.Decided(2) >= 5)
            .Expect(scenario.ValueOf(2, 5) is NamedValues.NoOp, "slot 5 is a no-op");

        FrameRule lost = scenario.Drop(MessageKind.Proposal, to: 1, where: message => ((Proposal)message).Slot.Number == 5);
        FrameRule caughtUp = scenario.Drop(MessageKind.CatchUpEntries, to: 1);
        return scenario.BreakConnections(1, 0)
            .BreakConnections(1, 2)
            .Heal()
            .RunUntil("r1 hears that slot 5 is decided", () => scenario.HasSent<Heartbeat>(to: 1, where: beat => beat.Decided.Number >= 5))
            .RunFor(100)
            .Expect(scenario.Decided(1) == 4, "r1 does not take its old entry for the decided one")
            .Stop(lost)
            .Stop(caughtUp)
            .RunUntil("r1 catches up", () => scenario.AgreeUpTo(5))
            .Violations;
    }
}
