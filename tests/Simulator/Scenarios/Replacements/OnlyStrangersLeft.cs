using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 200 (rule 13, five replicas): r3 is down while r5 comes for r4 and r6 for r1, at addresses of their own. When it comes back r0 and r2 are lost: the three are a quorum of the newest list, and r3 knows
/// no address of the other two before it has executed what only they can tell it. They call it, so it can be told.
/// </summary>
internal static class OnlyStrangersLeft
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5, newcomers: 2).Start().DecideUpTo(4).Kill(3).Lose(4);
        int first = scenario.Newcomer(4);
        scenario.Replace(first)
            .GoOn(1, 0, 1, 2, first)
            .Lose(1);
        int second = scenario.Newcomer(1);
        return scenario.Replace(second, list: 1)
            .GoOn(2, 0, 2, first, second)
            .Kill(0)
            .Kill(2)
            .Start(3)
            .GoOn(2, 3, first, second)
            .Violations;
    }
}
