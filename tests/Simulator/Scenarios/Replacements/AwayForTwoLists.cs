using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 198 (rule 13, five replicas): r3 is down while r5 comes for r4 and r6 for r1. It comes back to a list that is two ahead of its own, is caught up, and is one of the quorum by which the
/// group goes on when two more are lost, also after a restart.
/// </summary>
internal static class AwayForTwoLists
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
            .Start(3)
            .GoOn(1, 0, 2, 3, first, second)
            .Kill(0)
            .Kill(2)
            .GoOn(2, 3, first, second)
            .Kill(3)
            .Start(3)
            .GoOn(1, 3, first, second)
            .Violations;
    }
}
