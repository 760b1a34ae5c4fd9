using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Runs;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>Runs scripted scenarios for somebody who wants to see them.</summary>
internal static class ScenarioRun
{
    public static int Run(int number, LogLevel log)
    {
        int broken = 0;
        foreach (NamedScenario scenario in Schedules.All)
        {
            if (number != 0 && scenario.Number != number)
                continue;
            Scenario.DefaultLog = log == LogLevel.None ? null : Console.Out;
            IReadOnlyList<Violation> violations = scenario.Run();
            Console.WriteLine($"{scenario.Number,3} {(violations.Count == 0 ? "ok    " : "BROKEN")} {scenario.Name}");
            foreach (Violation violation in violations)
                Console.WriteLine($"    {violation}");
            broken += violations.Count == 0 ? 0 : 1;
        }

        return broken == 0 ? ExitCodes.Success : ExitCodes.Broken;
    }
}
