using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Rule 3: of several entries accepted in one slot the one of the highest view is proposed again: the lower one cannot have been chosen, the higher one may have been.</summary>
internal static class HighestViewWins
{
    public static IReadOnlyList<Violation> Run()
    {
        // "new" is chosen: r0, which is down now, and r2 accepted it in view 2.
        Scenario scenario = new Scenario()
            .Prepare(0, disk => disk.Promised(2, owned: 0).AcceptedNoOps(0, 1, 4).Accepted(2, 5, "new").Decided(4))
            .Prepare(1, disk => disk.Promised(1).AcceptedNoOps(0, 1, 4).Accepted(0, 5, "old").Decided(4))
            .Prepare(2, disk => disk.Promised(2, owned: 2).AcceptedNoOps(0, 1, 4).Accepted(2, 5, "new").Decided(4));
        return scenario.Start(1, 2)
            .RunUntil("r1 and r2 agree", () => scenario.AgreeUpTo(6))
            .Expect(scenario.ValueOf(1, 5) is "new", "slot 5 holds what was accepted last")
            .Violations;
    }
}
