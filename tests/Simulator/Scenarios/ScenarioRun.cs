using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Runs;
using PaxosShard.Simulator.Scenarios.Crashes;

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
            if (scenario.Run.Target is PointSeries { Summary.Length: > 0 } series)
                Console.WriteLine($"    {series.Summary}");
            broken += violations.Count == 0 ? 0 : 1;
        }

        return broken == 0 ? ExitCodes.Success : ExitCodes.Broken;
    }

    /// <summary>Runs a story for one of its points alone.</summary>
    /// <param name="point">Its name, as a finding has printed it.</param>
    /// <param name="log">What to print of it.</param>
    public static int RunPoint(string point, LogLevel log)
    {
        PointSeries? series = PointName.TryParse(point, out PointName? name) ? Find(name.Victim) : null;
        if (name is null || series is null)
        {
            Console.Error.WriteLine($"There is no point {point}: its name is printed with what was found there, for example {Schedules.Series[0].Victim}:1:Killed.");
            return ExitCodes.Usage;
        }

        Scenario.DefaultLog = log == LogLevel.None ? null : Console.Out;
        IReadOnlyList<Violation> violations = series.RunOne(name);
        Console.WriteLine($"{name} {(violations.Count == 0 ? "ok" : "BROKEN")}");
        foreach (Violation violation in violations)
            Console.WriteLine($"    {violation}");
        return violations.Count == 0 ? ExitCodes.Success : ExitCodes.Broken;
    }

    private static PointSeries? Find(string victim) => Schedules.Series.FirstOrDefault(series => series.Victim.Equals(victim, StringComparison.Ordinal));
}
