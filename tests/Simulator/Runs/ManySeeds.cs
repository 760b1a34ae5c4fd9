using System.Diagnostics;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Runs;

/// <summary>Runs seeds one after the other and adds up what they reached.</summary>
internal static class ManySeeds
{
    /// <summary>So many seeds reach every mark, or the generator of faults has a hole.</summary>
    private const int SeedsThatReachAll = 400;

    /// <summary>What comes in one seed of 140 or less need not come in 400, but in so many it does.</summary>
    private const int SeedsThatReachTheRarest = 2500;

    /// <summary>
    /// A run without a fault; a copy that arrives when its request has run and is expired, which takes an old copy and a short life; power failures in the two calls
    /// that give back a segment, and while pieces of a snapshot wait to be synced.
    /// </summary>
    private static readonly Mark[] _rarest = [Mark.CalmRun, Mark.LateCopyExpired, Mark.CrashInReleasing, Mark.CrashWhileSnapshotIsWritten];

    public static int Run(ulong first, int count, double? minutes)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Totals totals = new();
        BrokenSeeds broken = new();
        for (ulong seed = first; minutes is null ? seed < first + (ulong)count : watch.Elapsed.TotalMinutes < minutes; seed++)
        {
            RunReport report = SeedRun.Run(seed);
            totals.Add(report);
            if (report.Violations.Count > 0)
                broken.Add(Describe(report));
        }

        totals.Print(watch.Elapsed, broken.Count);
        broken.PrintAgain();
        return broken.Count == 0 && totals.ReachedEnough() ? ExitCodes.Success : ExitCodes.Broken;
    }

    private static string Describe(RunReport report) =>
        $"seed {report.Seed}: {report.Violations[0]}\n  replay: ./scripts/simulate.sh --seed {report.Seed} --log full";

    private sealed class Totals
    {
        private readonly Marks _marks = new();
        private long _seeds;
        private long _events;
        private long _operations;
        private long _virtualTime;

        public void Add(RunReport report)
        {
            _seeds++;
            _events += report.Events;
            _operations += report.Operations;
            _virtualTime += report.VirtualTime;
            _marks.Add(report.Marks);
        }

        /// <summary>Every mark was reached, or there were too few seeds to say; what is missing is printed.</summary>
        public bool ReachedEnough()
        {
            if (_seeds < SeedsThatReachAll)
                return true;
            bool isComplete = true;
            foreach (Mark mark in Enum.GetValues<Mark>())
            {
                if (_marks[mark] > 0 || (_rarest.Contains(mark) && _seeds < SeedsThatReachTheRarest))
                    continue;
                isComplete = false;
                Console.WriteLine($"never reached in {_seeds} seeds: {mark}; what the checks say of that state proves nothing");
            }

            return isComplete;
        }

        public void Print(TimeSpan elapsed, int failures)
        {
            Console.WriteLine(
                $"{_seeds} seeds, {failures} broken; {_events} events, {_events / elapsed.TotalSeconds:0} events/s; " +
                $"{_operations} operations; {_virtualTime / 3.6e9:0.00} simulated hours in {elapsed.TotalSeconds:0} s");
            foreach (Mark mark in Enum.GetValues<Mark>())
                Console.WriteLine($"  {mark,-24} {_marks[mark],12}");
        }
    }
}
