using System.Diagnostics;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Runs;
using PaxosShard.Simulator.Whole;

namespace PaxosShard.Simulator.Moves;

/// <summary>Runs seeds of moves for somebody who wants to see what comes of them.</summary>
/// <param name="what">What they are seeds of.</param>
/// <param name="run">Runs one: the seed, where its log goes, and whether that tells of everything.</param>
/// <param name="replay">The command that shows one again.</param>
/// <param name="unreachable">What such a run does not do.</param>
internal sealed class MoveSeeds(string what, Func<ulong, TextWriter?, bool, MoveReport> run, Func<ulong, string> replay, IReadOnlyList<MoveMark> unreachable)
{
    /// <summary>So many seeds reach every mark, or what is drawn has a hole.</summary>
    private const int SeedsThatReachAll = 1000;

    /// <summary>Seeds of clusters each of whose groups is one log.</summary>
    public static MoveSeeds OfLogs { get; } = new("moves", MoveRun.Run, MoveRun.Replay, []);

    /// <summary>Seeds of clusters each of whose groups is made of replicas. Their snapshots are the replicas' own, what is held is held by them, and so is what waits for what is before it in its session.</summary>
    public static MoveSeeds OfWholes { get; } = new(
        "whole clusters",
        WholeRun.Run,
        WholeRun.Replay,
        [
            MoveMark.HeldEntry, MoveMark.SnapshotAtRest, MoveMark.SnapshotWhileCopying, MoveMark.SnapshotWhileCopied, MoveMark.SnapshotWhilePulling, MoveMark.SnapshotWhileDiscarding,
            MoveMark.SnapshotWhileFrozen, MoveMark.SnapshotWhileDropping, MoveMark.ExecutedDuringSnapshot, MoveMark.OrderedWaited,
        ]);

    /// <summary>Runs one seed, and a second time to see that it repeats.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">What to print of it.</param>
    /// <returns>What the program ends with.</returns>
    public int RunOne(ulong seed, LogLevel log)
    {
        MoveReport report = run(seed, log == LogLevel.None ? null : Console.Out, log == LogLevel.Full);
        Console.WriteLine($"seed {seed} of {what}: {report.Events} events, {report.Operations} operations, {report.VirtualTime / 1e6:0.0} simulated seconds, trace {report.Trace:x16}");
        foreach (Violation violation in report.Violations)
            Console.WriteLine(violation);
        MoveReport again = run(seed, null, false);
        if (again.Trace != report.Trace)
            Console.WriteLine($"NOT DETERMINISTIC: the second run has trace {again.Trace:x16}");
        return report.Violations.Count == 0 && again.Trace == report.Trace ? ExitCodes.Success : ExitCodes.Broken;
    }

    /// <summary>Runs many seeds one after the other, and adds up what they reached.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="count">How many.</param>
    /// <param name="minutes">For how long instead; null: as many as were asked for.</param>
    /// <returns>What the program ends with.</returns>
    public int RunMany(ulong first, int count, double? minutes)
    {
        Stopwatch watch = Stopwatch.StartNew();
        MoveMarks marks = new();
        long seeds = 0;
        long operations = 0;
        BrokenSeeds broken = new();
        for (ulong seed = first; minutes is null ? seed < first + (ulong)count : watch.Elapsed.TotalMinutes < minutes; seed++)
        {
            MoveReport report = run(seed, null, false);
            marks.Add(report.Marks);
            seeds++;
            operations += report.Operations;
            if (report.Violations.Count > 0)
                broken.Add($"seed {seed} of {what}: {report.Violations[0]}\n  replay: {replay(seed)}");
        }

        Console.WriteLine($"{seeds} seeds of {what}, {broken.Count} broken; {operations} operations in {watch.Elapsed.TotalSeconds:0} s");
        foreach (MoveMark mark in Enum.GetValues<MoveMark>().Except(unreachable))
            Console.WriteLine($"  {mark,-24} {marks[mark],12}");
        broken.PrintAgain();
        return broken.Count == 0 && HasReachedEnough(seeds, marks) ? ExitCodes.Success : ExitCodes.Broken;
    }

    private bool HasReachedEnough(long seeds, MoveMarks marks)
    {
        MoveMark[] missing = seeds < SeedsThatReachAll ? [] : [.. Enum.GetValues<MoveMark>().Except(unreachable).Where(mark => marks[mark] == 0)];
        foreach (MoveMark mark in missing)
            Console.WriteLine($"never reached in {seeds} seeds: {mark}; what the checks say of that state proves nothing");
        return missing.Length == 0;
    }
}
