using PaxosShard.Replica.Core;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Snapshots;

/// <summary>
/// Schedule 15 (rules 3 and 6): r0 is gone, and r1, whose view is the next one, lacks what r2 has in its snapshot only. The transfer takes longer than the timeout: r1 gives
/// its candidacy up and goes on taking pieces, r2 leads meanwhile, and nobody takes the lead from it again.
/// </summary>
internal static class HugeSnapshot
{
    private const int Values = 400;

    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: static options => Scenario.ManySnapshots(options) with { SnapshotPieceBytes = 64 }).Start().DecideUpTo(4);
        scenario.LeaveBehind(1, primary: 0)
            .Decide(0, Values)
            .RunFor(100)
            .Kill(0)
            .RunFor(200)
            .Mend(1, 2)
            .RunUntil("r1 is a candidate and takes the snapshot of r2", () => scenario.Core(1).Role == ReplicaRole.Candidate && scenario.HasSent<SnapshotRequest>(1, to: 2))
            .RunUntil("r2 leads", () => scenario.Primary() == 2, milliseconds: 2_000)
            .Expect(scenario.Core(1).Load.SnapshotPieces > 0, "r1 has not got all of it yet");
        if (scenario.IsBroken)
            return scenario.Violations;
        long view = scenario.View(2);
        return scenario.RunUntil("r1 has caught up", () => scenario.AgreeUpTo(scenario.Decided(2)))
            .Expect(scenario.SnapshotOf(1) > 0 && scenario.BaseOf(1) > 0, "it has taken the snapshot")
            .Decide(2, 3)
            .RunFor(1_000)
            .Expect(scenario.Primary() == 2 && scenario.View(1) == view && scenario.View(2) == view, "the view lasts")
            .Violations;
    }
}
