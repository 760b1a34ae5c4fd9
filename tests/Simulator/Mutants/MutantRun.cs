#if SEEDED_BUGS
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Runs;
using PaxosShard.Simulator.Scenarios;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Mutants;

/// <summary>The hunt for one seeded bug, with the named scenarios or with random seeds until it is caught or the limit is reached.</summary>
/// <param name="Seeds">Random seeds that were run; 0 when a scenario caught it.</param>
/// <param name="Reached">How often the wrong branch was taken.</param>
/// <param name="CaughtBy">The invariant that caught it, with the scenario if it was one; null when nothing did.</param>
internal sealed record MutantRun(int Seeds, long Reached, string? CaughtBy)
{
    /// <summary>The named scenarios first, then random seeds.</summary>
    public static MutantRun Hunt(int number, ulong first, int limit) =>
        With(number, () => HuntWithScenarios() ?? HuntWithSeeds(first, limit));

    /// <summary>Random seeds alone.</summary>
    public static MutantRun HuntBySeeds(int number, ulong first, int limit) => With(number, () => HuntWithSeeds(first, limit));

    private static MutantRun With(int number, Func<MutantRun> hunt)
    {
        SeededBug.Active = number;
        SeededBug.Reached = 0;
        try
        {
            return hunt();
        }
        finally
        {
            SeededBug.Active = 0;
        }
    }

    private static MutantRun? HuntWithScenarios()
    {
        foreach (NamedScenario scenario in Schedules.All)
        {
            if (Caught(scenario.Run) is { } invariant && SeededBug.Reached > 0)
                return new MutantRun(0, SeededBug.Reached, $"{invariant} in {scenario.Number}");
        }

        return null;
    }

    private static MutantRun HuntWithSeeds(ulong first, int limit)
    {
        for (int run = 0; run < limit; run++)
        {
            ulong seed = first + (ulong)run;
            if (Caught(() => SeedRun.Run(seed).Violations) is { } invariant && SeededBug.Reached > 0)
                return new MutantRun(run + 1, SeededBug.Reached, invariant);
        }

        return new MutantRun(limit, SeededBug.Reached, null);
    }

    /// <summary>A wrong version may also fall over its own feet: an exception out of the product's code is a catch too, and says so.</summary>
    private static string? Caught(Func<IReadOnlyList<Violation>> run)
    {
        try
        {
            return run() is { Count: > 0 } found ? found[0].Invariant : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.GetType().Name;
        }
    }
}
#endif
