using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>The cluster that a verb is for: its masters, and its directory if it runs on this machine.</summary>
/// <param name="Shell">The environment.</param>
/// <param name="Masters">How to connect to the masters.</param>
/// <param name="Local">The cluster's directory; null when only addresses are known.</param>
/// <param name="Words">Words for a command to the same cluster, with a space before them.</param>
internal sealed record ShardTarget(Shell Shell, ClientOptions Masters, ClusterFiles? Local, string Words)
{
    /// <summary>The one that the options of a verb name.</summary>
    public static ShardTarget Of(TargetOptions options, ParseResult parsed, Shell shell)
    {
        Target target = options.Resolve(parsed, shell);
        string? root = target.Directory is { } directory ? GroupFiles.Of(directory).Root : null;
        string words = target.Directory is null ? $" --endpoints {string.Join(',', target.Endpoints)}" : $" --dir {target.Directory}";
        return new ShardTarget(shell, options.ClientOptions(parsed, shell), root is not null && ClusterState.Read(root) is not null ? new ClusterFiles(root) : null, words);
    }

    /// <summary>The latest configuration.</summary>
    /// <exception cref="Programs.Errors.ReportedException">These are not the masters of a cluster.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<Configuration> ReadLatestAsync(CancellationToken cancellation) => PlacementCalls.FindLatestAsync(Masters, cancellation);

    /// <summary>All jobs that the masters still know, ascending.</summary>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<IReadOnlyList<PlacementJob>> ReadJobsAsync(CancellationToken cancellation) => PlacementCalls.ReadJobsAsync(Masters, cancellation);

    /// <summary>The directory names a shard among those that are there, or were there.</summary>
    public bool Knows(GroupId shard) => Local is not null && ClusterState.Read(Local.Root)?.Shards.Contains(shard) == true;
}
