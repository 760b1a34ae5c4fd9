using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Runs;

/// <summary>Runs one seed for somebody who wants to see it.</summary>
internal static class SingleSeed
{
    public static int Run(ulong seed, LogLevel log)
    {
        RunReport report = SeedRun.Run(seed, log == LogLevel.None ? null : Console.Out, log == LogLevel.Full);
        Console.WriteLine(
            $"seed {seed}: {report.Events} events, {report.Operations} operations, {report.VirtualTime / 1e6:0.0} simulated seconds, trace {report.Trace:x16}");
        foreach (Violation violation in report.Violations)
            Console.WriteLine(violation);
        RunReport again = SeedRun.Run(seed);
        if (again.Trace != report.Trace)
            Console.WriteLine($"NOT DETERMINISTIC: the second run has trace {again.Trace:x16}");
        return report.Violations.Count == 0 && again.Trace == report.Trace ? ExitCodes.Success : ExitCodes.Broken;
    }
}
