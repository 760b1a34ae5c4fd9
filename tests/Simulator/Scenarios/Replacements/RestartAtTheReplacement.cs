using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>Schedule 192 (rules 1 and 13): all lose power as soon as one of them has executed the replacement, before any note that it is decided is durable, and all start again.</summary>
internal static class RestartAtTheReplacement
{
    public static IReadOnlyList<Violation> Run()
    {
        foreach (Unsynced unsynced in new[] { Unsynced.Lost, Unsynced.Kept })
        {
            for (int later = 0; later <= 4; later++)
            {
                Scenario scenario = RunOnce(unsynced, later);
                if (scenario.IsBroken)
                    return scenario.Violations;
            }
        }

        return [];
    }

    // So many milliseconds later others have executed it, too, or have promised a view of the new list.
    private static Scenario RunOnce(Unsynced unsynced, int later)
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(4).Lose(2);
        int newcomer = scenario.Newcomer(2);
        scenario.NewCoreClient().Replace(scenario.ReplacementBy(newcomer, list: 0));
        return scenario.RunUntil("somebody has executed the replacement", () => scenario.List(0) == 1 || scenario.List(1) == 1)
            .RunFor(later)
            .LosePower(0, unsynced)
            .LosePower(1, unsynced)
            .LosePower(newcomer, unsynced)
            .Start(newcomer, 0, 1)
            .GoOn(2, 0, 1, newcomer);
    }
}
