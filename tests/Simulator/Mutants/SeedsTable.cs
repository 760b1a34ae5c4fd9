#if SEEDED_BUGS
using System.Diagnostics;
using PaxosShard.Simulator.Runs;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Mutants;

/// <summary>
/// Switches on every seeded bug in turn and prints in how many random seeds it is caught without any script, from several base seeds:
/// what falls to scripts alone says nothing of the schedules that nobody thought of.
/// </summary>
internal static class SeedsTable
{
    /// <summary>Prints the table; fails when the median of a bug's hunts ended without a catch.</summary>
    /// <param name="first">The first base seed; null draws all of them now.</param>
    /// <param name="limit">Most seeds of one hunt.</param>
    /// <param name="bases">How many hunts, each from a base seed of its own.</param>
    /// <param name="only">This bug alone.</param>
    public static int Run(ulong? first, int limit, int bases, int? only)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ulong[] baseSeeds = DrawBases(first, bases);
        Console.WriteLine($"random seeds alone, up to {limit} of them from each of the base seeds {string.Join(' ', baseSeeds)}");
        Console.WriteLine("  no  median  worst  not caught  reached  caught by  what is wrong");
        int survivors = 0;
        int count = 0;
        foreach ((int number, string wrong) in SeededBugList.All)
        {
            if ((only ?? number) != number || MutantTable.IsForUnitTests(number))
                continue;
            count++;
            MutantRun[] runs = [.. baseSeeds.Select(seed => MutantRun.HuntBySeeds(number, seed, limit)).OrderBy(Rank)];
            MutantRun median = runs[runs.Length / 2];
            if (median.CaughtBy is null)
                survivors++;
            string caught = median.CaughtBy ?? (median.Reached == 0 ? "NOT REACHED" : "NOT CAUGHT");
            int missed = runs.Count(run => run.CaughtBy is null);
            Console.WriteLine(
                $"  {number,2}  {median.Seeds,6}  {runs[^1].Seeds,5}  {missed,5} of {runs.Length}  {median.Reached,7}  {caught,9}  {wrong}");
        }

        Console.WriteLine($"{count} seeded bugs, {count - survivors} caught by seeds alone, {survivors} not, in {watch.Elapsed.TotalSeconds:0} s");
        return survivors == 0 ? ExitCodes.Success : ExitCodes.Broken;
    }

    private static int Rank(MutantRun run) => run.CaughtBy is null ? int.MaxValue : run.Seeds;

    private static ulong[] DrawBases(ulong? first, int bases)
    {
        ulong[] seeds = new ulong[bases];
        for (int index = 0; index < bases; index++)
            seeds[index] = first is { } known ? known + ((ulong)index * 1_000_000) : (ulong)Random.Shared.NextInt64(1L << 40);
        return seeds;
    }
}
#endif
