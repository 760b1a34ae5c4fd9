using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>
/// Schedule 182 (rule 6): a corrupt replica names views near the highest that can be numbered. Whoever followed it would have no view
/// left to claim, and the group would have ended.
/// </summary>
internal static class ImpossibleViews
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3);
        View bogus = new View((1L << 62) - 10).NextOwnedBy(new ReplicaId(1), 3);
        foreach (int to in new[] { 0, 2 })
        {
            scenario.Deliver(1, to, new LeaderClaim(bogus, Slot.Zero))
                .Deliver(1, to, new Proposal(bogus, new Slot(4), Entry.NoOp, new Slot(3)))
                .Deliver(1, to, new Heartbeat(bogus, new Slot(3), 0, true, Slot.Zero, Slot.Zero, 0));
        }

        // A request to leave and a refusal count when a reason of one's own comes to them.
        FrameRule silence = scenario.Drop(MessageKind.Heartbeat, from: 0);
        for (int turn = 0; turn < 20; turn++)
        {
            scenario.Deliver(1, 2, new LeaveView(bogus))
                .Deliver(1, 0, new LeaveView(bogus))
                .Deliver(1, 0, new Refusal(bogus))
                .RunFor(20);
        }

        return scenario.Stop(silence)
            .RunUntil("somebody leads", () => scenario.Primary() >= 0)
            .Expect(Enumerable.Range(0, 3).All(replica => scenario.View(replica) < 100), "nobody has followed")
            .DecideUpTo(scenario.IsBroken ? 1 : scenario.Decided(scenario.Primary()) + 3)
            .Violations;
    }
}
