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
        Option<string?> point = new("--point") { Description = "Run one point of the scenarios that end a life at each of their points, by the name that a finding has printed." };
        Option<bool> hunt = new("--hunt") { Description = "In a program that is a mutant (scripts/mutants.sh makes them): see that it is caught, by the scenarios or within --count seeds." };
        Option<bool> moves = new("--moves") { Description = "Run seeds of arcs that move between shards, in place of those of one group's log; with --hunt: hunt with these, and with the scenarios of such arcs alone." };
        Option<bool> whole = new("--whole") { Description = "Run seeds of whole clusters, masters and shards, each a group of replicas, while arcs move; with --hunt: hunt with these alone." };
        Option<bool> seedsOnly = new("--seeds-only") { Description = "With --hunt: no scenarios." };
        RootCommand root = new("Runs the replicated log in a deterministic simulation: exit code 0 when all is well, 9 when an invariant is broken.")
        {
            seed, log, count, first, minutes, scenario, point, moves, whole, hunt, seedsOnly,
        };
        root.SetAction(result =>
        {
            if (result.GetValue(hunt))
                return Mutants.MutantHunt.Run(result.GetValue(first) ?? 1, result.GetValue(count), result.GetValue(seedsOnly), KindOf(result.GetValue(moves), result.GetValue(whole)));
            if (result.GetValue(point) is { } name)
                return Scenarios.ScenarioRun.RunPoint(name, result.GetValue(log));
            if (result.GetValue(scenario) is { } number)
                return Scenarios.ScenarioRun.Run(number, result.GetValue(log));
            if (result.GetValue(moves))
                return RunMoves(Moves.MoveSeeds.OfLogs, result, result.GetValue(seed), result.GetResult(count) is { Implicit: false });
            if (result.GetValue(whole))
                return RunMoves(Moves.MoveSeeds.OfWholes, result, result.GetValue(seed), result.GetResult(count) is { Implicit: false });
            if (result.GetValue(seed) is { } one)
                return SingleSeed.Run(one, result.GetValue(log));
            return ManySeeds.Run(result.GetValue(first) ?? 1, result.GetValue(count), result.GetValue(minutes));
        });
        return root.Parse(arguments);

        static Mutants.HuntKind KindOf(bool isOfMoves, bool isOfWholes) => isOfMoves ? Mutants.HuntKind.Moves : isOfWholes ? Mutants.HuntKind.Wholes : Mutants.HuntKind.Log;

        int RunMoves(Moves.MoveSeeds seeds, ParseResult result, ulong? one, bool areMany) => one is { } alone && !areMany
            ? seeds.RunOne(alone, result.GetValue(log))
            : seeds.RunMany(one ?? result.GetValue(first) ?? 1, result.GetValue(count), result.GetValue(minutes));
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
