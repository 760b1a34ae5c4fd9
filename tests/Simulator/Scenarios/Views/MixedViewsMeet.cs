using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>Schedule 11 (rule 6): replicas that want to leave different views must find each other.</summary>
internal static class MixedViewsMeet
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start();
        scenario.DecideUpTo(3);
        return scenario.Pause(0)
            .RunUntil("r1 leads view 1, which r2 promised", () => scenario.View(1) == 1 && scenario.View(2) == 1)
            .Kill(1)
            .Resume(0)
            .RunUntil("r0 and r2 have a primary", () => scenario.Primary() is 0 or 2)
            .RunUntil("r0 and r2 agree", () => scenario.AgreeUpTo(4))
            .Violations;
    }
}
