using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>Schedule 195 (rule 13): the primary is replaced.</summary>
internal static class ReplacedPrimary
{
    /// <summary>It executes its own replacement, and stops as soon as another one has executed it and tells it so; started again it is told again.</summary>
    public static IReadOnlyList<Violation> RunThatLeads()
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(4);
        int newcomer = scenario.Newcomer(0);
        return scenario.Replace(newcomer)
            .RunUntil("r0 stops", () => !scenario.IsRunning(0))
            .GoOn(2, 1, 2, newcomer)
            .Start(0)
            .RunUntil("r0 stops again", () => !scenario.IsRunning(0))
            .GoOn(2, 1, 2, newcomer)
            .Violations;
    }

    /// <summary>It is cut off and knows nothing of it: it has proposed what nobody received, and is told when it comes back.</summary>
    public static IReadOnlyList<Violation> RunThatIsCutOff()
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(4);
        scenario.Isolate(0)
            .Send(0, "unheard")
            .RunUntil("r1 leads", () => scenario.Core(1).IsServing);
        int newcomer = scenario.Newcomer(0);
        return scenario.Replace(newcomer)
            .GoOn(2, 1, 2, newcomer)
            .Heal()
            .RunUntil("r0 is told, and stops", () => !scenario.IsRunning(0))
            .GoOn(2, 1, 2, newcomer)
            .Violations;
    }
}
