using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 199 (rules 3 and 13): r1 has voted by the new list when its record of the replacement rots. What it finds on its disk leads to the old list only, and it has promised a view of the new one:
/// it is in neither until it has learned the slot once more, and then is one of the quorum.
/// </summary>
internal static class RotAtTheReplacement
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(4).Lose(2);
        int newcomer = scenario.Newcomer(2);
        scenario.Replace(newcomer)
            .GoOn(3, 0, 1, newcomer)
            .RunFor(100);
        if (scenario.IsBroken)
            return scenario.Violations;
        scenario.Kill(1)
            .RotSlot(1, scenario.Cluster.Checks.Lists.Newest.Slot)
            .Isolate(1)
            .Start(1)
            .RunFor(500)
            .Expect(scenario.List(1) == 0 && !scenario.Core(1).Votes, "r1 is in no list")
            .Heal()
            .GoOn(1, 0, 1, newcomer);
        return scenario.Kill(0)
            .GoOn(2, 1, newcomer)
            .Violations;
    }
}
