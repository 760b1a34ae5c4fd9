using System.CommandLine;

namespace PaxosShard.Simulator.Runs;

/// <summary>The command line of the simulator.</summary>
internal static class Arguments
{
    /// <summary>Reads the arguments; invoking the result runs what they ask for.</summary>
    public static ParseResult Parse(string[] arguments)
    {
        Option<ulong?> seed = new("--seed") { Description = "Run this seed alone, and a second time to see that it repeats." };
        Option<LogLevel> log = new("--log") { Description = "What to print of a single seed.", DefaultValueFactory = static _ => LogLevel.None };
        Option<int> count = new("--count") { Description = "How many seeds to run.", DefaultValueFactory = static _ => 100 };
        Option<ulong?> first = new("--first") { Description = "The first of them; 1 when it is not given." };
        Option<double?> minutes = new("--minutes") { Description = "Run seeds for so long instead." };
        Option<int?> scenario = new("--scenario") { Description = "Run the scripted scenarios of this number, or all with 0." };
#if SEEDED_BUGS
        Option<bool> mutants = new("--mutants") { Description = "Switch on every seeded bug in turn and see that it is caught within --count seeds." };
        Option<bool> seedsOnly = new("--seeds-only") { Description = "With --mutants: no scenarios; how many random seeds alone it takes, from --bases base seeds." };
        Option<int> bases = new("--bases") { Description = "Base seeds drawn for --seeds-only; with --first they are that number and what follows at a distance of a million.", DefaultValueFactory = static _ => 3 };
        Option<int?> bug = new("--bug") { Description = "With --seed or --scenario: with this seeded bug switched on." };
        Option<int?> mutant = new("--mutant") { Description = "The same for this bug alone." };
#endif
        RootCommand root = new("Runs the replicated log in a deterministic simulation: exit code 0 when all is well, 9 when an invariant is broken.")
        {
            seed, log, count, first, minutes, scenario,
        };
#if SEEDED_BUGS
        root.Options.Add(mutants);
        root.Options.Add(mutant);
        root.Options.Add(bug);
        root.Options.Add(seedsOnly);
        root.Options.Add(bases);
#endif
        root.SetAction(result =>
        {
#if SEEDED_BUGS
            if (result.GetValue(seedsOnly))
                return Mutants.SeedsTable.Run(result.GetValue(first), result.GetValue(count), result.GetValue(bases), result.GetValue(mutant));
            if (result.GetValue(mutants) || result.GetValue(mutant) is not null)
                return Mutants.MutantTable.Run(result.GetValue(first) ?? 1, result.GetValue(count), result.GetValue(mutant));
#endif
#if SEEDED_BUGS
            Wire.SeededBug.Active = result.GetValue(bug) ?? 0;
#endif
            if (result.GetValue(scenario) is { } number)
                return Scenarios.ScenarioRun.Run(number, result.GetValue(log));
            if (result.GetValue(seed) is { } one)
                return SingleSeed.Run(one, result.GetValue(log));
            return ManySeeds.Run(result.GetValue(first) ?? 1, result.GetValue(count), result.GetValue(minutes));
        });
        return root.Parse(arguments);
    }
}

/// <summary>How much of a run is printed.</summary>
internal enum LogLevel
{
    /// <summary>Only the outcome.</summary>
    None,

    /// <summary>Starts, crashes and faults.</summary>
    Short,

    /// <summary>Messages too.</summary>
    Full,
}
