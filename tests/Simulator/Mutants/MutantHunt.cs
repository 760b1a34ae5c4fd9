using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves;
using PaxosShard.Simulator.Moves.Scenarios;
using PaxosShard.Simulator.Runs;
using PaxosShard.Simulator.Scenarios;
using PaxosShard.Simulator.Whole;

namespace PaxosShard.Simulator.Mutants;

/// <summary>
/// The hunt for the mutant that this program was built with: named scenarios and random seeds, until it is caught or the limit is reached. It goes through those of one group's log, or through those of arcs that move, or through seeds of whole clusters.
/// </summary>
/// <param name="scenarios">The scenarios; those that are many runs come behind the seeds.</param>
/// <param name="runSeed">Runs a seed: what was found.</param>
internal sealed class MutantHunt(IReadOnlyList<NamedScenario> scenarios, Func<ulong, IReadOnlyList<Violation>> runSeed)
{
    /// <summary>Hunts, and prints in one line how many seeds it took, how often the wrong branch was taken, and what caught it.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="limit">Most seeds.</param>
    /// <param name="seedsOnly">No scenarios.</param>
    /// <param name="kind">What it goes through.</param>
    public static int Run(ulong first, int limit, bool seedsOnly, HuntKind kind)
    {
        if (!MutantCount.IsMutant)
        {
            Console.Error.WriteLine("This program has no mutant in it: scripts/mutants.sh builds those that have one, and hunts it.");
            return ExitCodes.Usage;
        }

        MutantHunt hunt = kind switch
        {
            HuntKind.Moves => new MutantHunt(MoveSchedules.All, static seed => MoveRun.Run(seed).Violations),
            HuntKind.Wholes => new MutantHunt([], static seed => WholeRun.Run(seed).Violations),
            _ => new MutantHunt(Schedules.All, static seed => SeedRun.Run(seed).Violations),
        };
        (int seeds, string? caughtBy) = (seedsOnly ? null : hunt.HuntWithScenarios(areLong: false)) is { } scenario ? (0, scenario) : hunt.HuntWithSeeds(first, limit);
        if (!seedsOnly)
            caughtBy ??= hunt.HuntWithScenarios(areLong: true);
        Console.WriteLine($"{seeds} seeds, reached {MutantCount.Reached} times, {(caughtBy is null ? "not caught" : "caught by " + caughtBy)}");
        return caughtBy is null ? ExitCodes.Broken : ExitCodes.Success;
    }

    private string? HuntWithScenarios(bool areLong)
    {
        foreach (NamedScenario scenario in scenarios.Where(scenario => scenario.IsLong == areLong))
        {
            if (Caught(scenario.Run) is { } invariant)
                return $"{invariant} in {scenario.Number}";
        }

        return null;
    }

    private (int Seeds, string? CaughtBy) HuntWithSeeds(ulong first, int limit)
    {
        for (int run = 0; run < limit; run++)
        {
            ulong seed = first + (ulong)run;
            if (Caught(() => runSeed(seed)) is { } invariant)
                return (run + 1, invariant);
        }

        return (limit, null);
    }

    /// <summary>
    /// What broke, if the wrong branch was taken before. A mutant may also fall over its own feet: an exception out of the product's
    /// code is a catch too, and says so.
    /// </summary>
    private static string? Caught(Func<IReadOnlyList<Violation>> run)
    {
        string? broken;
        try
        {
            broken = run() is { Count: > 0 } found ? found[0].Invariant : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            broken = exception.GetType().Name;
        }

        return MutantCount.Reached > 0 ? broken : null;
    }
}

/// <summary>What a hunt goes through.</summary>
internal enum HuntKind
{
    /// <summary>Scenarios and seeds of one group's log.</summary>
    Log,

    /// <summary>Scenarios and seeds of arcs that move, each group one log.</summary>
    Moves,

    /// <summary>Seeds of whole clusters.</summary>
    Wholes,
}
