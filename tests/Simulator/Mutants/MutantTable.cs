#if SEEDED_BUGS
using System.Diagnostics;
using PaxosShard.Simulator.Runs;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Mutants;

/// <summary>Switches on every seeded bug in turn and prints what caught it; a bug that is not reached or not caught is a hole in the checks.</summary>
internal static class MutantTable
{
    /// <summary>
    /// Bugs whose wrong branch no run of the replicated log can take, or to no effect (a core that passes the highest view stored never
    /// gives the store a lower one to keep; a log that is synced after each append leaves nothing that counts in a dead segment; memory is
    /// not counted there; the simulator has a driver and a log thread of its own and no verbs, lists no rooms, and has no directories above a disk; a core
    /// that votes for nothing it knows to be decided gives the store no later vote to keep from it; rot in the middle of a log that was lost
    /// at its end before needs more luck than a run has): unit tests are run against them.
    /// </summary>
    private static readonly int[] _caughtByUnitTests =
        [58, 59, 61, 102, 111, 114, 119, 120, 123, 124, 125, 126, 127, 128, 129, 160, 164];

    /// <summary>The simulator cannot catch this bug: unit tests are run against it.</summary>
    public static bool IsForUnitTests(int number) => _caughtByUnitTests.Contains(number);

    /// <summary>Prints the table.</summary>
    public static int Run(ulong first, int limit, int? only)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int survivors = 0;
        int count = 0;
        Console.WriteLine("  no  seeds  reached     caught by  what is wrong");
        foreach ((int number, string wrong) in SeededBugList.All)
        {
            if ((only ?? number) != number || IsForUnitTests(number))
                continue;
            MutantRun run = MutantRun.Hunt(number, first, limit);
            count++;
            if (run.CaughtBy is null)
                survivors++;
            string caught = run.CaughtBy ?? (run.Reached == 0 ? "NOT REACHED" : "NOT CAUGHT");
            Console.WriteLine($"  {number,2}  {run.Seeds,5}  {run.Reached,7}  {caught,12}  {wrong}");
        }

        Console.WriteLine($"{count} seeded bugs, {count - survivors} caught, {survivors} not, in {watch.Elapsed.TotalSeconds:0} s");
        return survivors == 0 ? ExitCodes.Success : ExitCodes.Broken;
    }
}
#endif
