using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>The cluster that a verb is for: its masters, and its directory if it runs on this machine.</summary>
/// <param name="Shell">The environment.</param>
/// <param name="Masters">How to connect to the masters.</param>
/// <param name="Local">The cluster's directory; null when only addresses are known.</param>
/// <param name="Words">Words for a command to the same cluster, with a space before them.</param>
/// <param name="IsJson">Standard output is for one object of JSON in the end; all else are notes.</param>
internal sealed record ShardTarget(Shell Shell, ClientOptions Masters, ClusterFiles? Local, string Words, bool IsJson)
{
    /// <summary>The one that the options of a verb name.</summary>
    public static ShardTarget Of(TargetOptions options, ParseResult parsed, Shell shell, bool isJson)
    {
        Target target = options.Resolve(parsed, shell);
        string? root = target.Directory is { } directory ? GroupFiles.Of(directory).Root : null;
        string words = target.Directory is null ? $" --endpoints {string.Join(',', target.Endpoints)}" : $" --dir {target.Directory}";
        return new ShardTarget(shell, options.ClientOptions(parsed, shell), root is not null && ClusterState.Read(root) is not null ? new ClusterFiles(root) : null, words, isJson);
    }

    /// <summary>The latest configuration.</summary>
    /// <exception cref="Programs.Errors.ReportedException">These are not the masters of a cluster.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<Configuration> ReadLatestAsync(CancellationToken cancellation) => PlacementCalls.FindLatestAsync(Masters, cancellation);

    /// <summary>All jobs that the masters still know, ascending.</summary>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<IReadOnlyList<PlacementJob>> ReadJobsAsync(CancellationToken cancellation) => PlacementCalls.ReadJobsAsync(Masters, cancellation);

    /// <summary>The directory names a shard among those that are there.</summary>
    public bool Knows(GroupId shard) => Local is not null && ClusterState.Read(Local.Root)?.Shards.Contains(shard) == true;

    /// <summary>Writes a line of what the verb tells while it is at work.</summary>
    public void Say(string line)
    {
        if (IsJson)
        {
            Shell.Note(line);
            return;
        }

        Shell.Data(line);
        Shell.Flush();
    }

    /// <summary>Writes how far a job is, as <see cref="Say"/> does, at a terminal in one line.</summary>
    public ProgressWriter Progress()
    {
        bool canRewrite = !IsJson && Descriptor.IsTerminal(Descriptor.Output) && Shell.Variable("TERM") is not (null or "dumb");
        return new ProgressWriter(Say, canRewrite ? Shell.RawData : null);
    }

    /// <summary>Takes a shard that serves no arc out of the directory, and says what was ended; nothing when the directory does not know it.</summary>
    /// <exception cref="Programs.Errors.ReportedException">Another px is at work in the directory, or a process did not end.</exception>
    public async Task RetireAsync(GroupId shard, bool keepsRunning = false)
    {
        if (!Knows(shard))
            return;
        foreach (RunningReplica replica in await new ShardRetirement(Local!).RunAsync(shard, keepsRunning))
            Say($"{ClusterFiles.NameOf(shard)}/{replica.Name} ended (pid {replica.Process.Pid})");
        string directory = Local!.Of(shard).Root;
        Shell.Note(keepsRunning ? $"its replicas go on without arcs; px down --dir {directory} ends them" : $"its data stays in {directory}");
    }
}
