using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary><c>px shard move</c>: arcs go to a shard, by hand.</summary>
internal static class MoveArcsCommand
{
    private const string About = """
        Move arcs to a shard, from wherever each of them is; px ring tells where. They stay there when other shards join, unless they are the newcomer's.
        Example: px shard move 0-127,200 2 --dir /tmp/cluster
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string[]> words = new("ARC... N") { Description = "Arcs, 7 or 0-127, and in the end the number of the shard that gets them", Arity = ArgumentArity.OneOrMore };
        Command command = new("move", About) { words };
        JobOptions options = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetRequiredValue(words) is not [_, _, ..] given)
                throw new ReportedException(ErrorKinds.Usage, "arcs and the shard that gets them have to be named") { Next = "px shard move --help" };
            IReadOnlyList<int> arcs = ShardWords.ParseArcs(given[..^1]);
            GroupId to = ShardWords.ParseShard(given[^1]);
            ShardTarget target = options.Target(parsed, shell);
            JobCall call = options.Call(parsed, target);
            ShardPlan plan = ShardPlan.ForMove(await target.ReadLatestAsync(cancellation), arcs, to, target.Words);
            await call.ShowAsync(plan, options.IsDry(parsed), cancellation);
            int[] moving = [.. plan.Moves.Select(static move => move.Arc.Number)];
            if (!options.IsDry(parsed))
                await call.RunAsync([], masters => masters.MoveArcsAsync(moving, to, call.IsBarrier, cancellation), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }
}
