using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary><c>px shard remove</c>: a shard leaves.</summary>
internal static class RemoveShardCommand
{
    private const string About = """
        Remove a shard: its arcs go to the others, and then its replicas are ended, if px started them on this machine. Its number is never used again; its data stays where it is.
        Example: px shard remove 2 --dir /tmp/cluster
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> number = new("N") { Description = "Its number: 2 or shard-2" };
        Option<bool> keep = new("--keep-running") { Description = "Leave its replicas running" };
        Command command = new("remove", About) { number, keep };
        JobOptions options = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupId shard = ShardWords.ParseShard(parsed.GetRequiredValue(number));
            ShardTarget target = options.Target(parsed, shell);
            ShardRemoval removal = new(target, options.Call(parsed, target));
            await removal.RunAsync(shard, parsed.GetValue(keep), options.IsDry(parsed), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }
}
