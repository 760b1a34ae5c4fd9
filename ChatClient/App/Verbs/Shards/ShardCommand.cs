using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs.Shards.Gates;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary><c>px shard</c>: shards come and go, and arcs move between them, while the cluster serves.</summary>
internal static class ShardCommand
{
    private const string About = """
        Add and remove shards and move arcs between them, while the cluster serves. Each change is a job of the masters, and jobs are carried out one after the other.
        Example: px shard add --dir /tmp/cluster
        """;

    /// <summary>The verb with all that it can do.</summary>
    public static Command Create(Shell shell) => new("shard", About)
    {
        AddShardCommand.Create(shell),
        RemoveShardCommand.Create(shell),
        MoveArcsCommand.Create(shell),
        JobsCommand.Create(shell),
        CancelCommand.Create(shell),
        GateCommand.Create(shell),
    };
}
