using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>Schedule 12 (rule 6): a primary whose view is spent by its restart has to want to leave it, too.</summary>
internal static class SuspectsItself
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(3);
        return scenario.Kill(2)
            .Kill(0)
            .Start(0)
            .RunUntil("r0 and r1 have a primary, without waiting for a silence of 150 ms", () => scenario.Primary() >= 0, 120)
            .RunUntil("r0 and r1 agree", () => scenario.AgreeUpTo(4))
            .Violations;
    }
}
