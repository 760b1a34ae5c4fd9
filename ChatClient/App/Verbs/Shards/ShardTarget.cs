using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
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
        return new ShardTarget(shell, options.ClientOptions(parsed, shell), root is not null && ClusterState.Read(root) is not null ? new ClusterFiles(root) : null, target.Words, isJson);
    }

    /// <summary>The latest configuration.</summary>
    /// <exception cref="ReportedException">These are not the masters of a cluster.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<Configuration> ReadLatestAsync(CancellationToken cancellation) => PlacementCalls.FindLatestAsync(Masters, cancellation);

    /// <summary>All jobs that the masters still know, ascending.</summary>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<IReadOnlyList<PlacementJob>> ReadJobsAsync(CancellationToken cancellation) => PlacementCalls.ReadJobsAsync(Masters, cancellation);

    /// <summary>The directory names a shard among those that are there.</summary>
    public bool Knows(GroupId shard) => Local is not null && ClusterState.Read(Local.Root)?.Shards.Contains(shard) == true;

    /// <summary>The directory of a shard if replicas of it run from there, whether the cluster still has it or not; null if none does.</summary>
    public string? FindRunning(GroupId shard)
    {
        GroupFiles? files = Local?.Of(shard);
        return files is not null && GroupState.Read(files.Root) is { } state && new GroupProcesses(files).Running(state).Count > 0 ? files.Root : null;
    }

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

    /// <summary>
    /// Takes those of some shards out of the directory whose addition came to nothing, because the next px up would ask for them again. Where that cannot be done now it is noted and no
    /// error: what has become of the job is certain already.
    /// </summary>
    /// <param name="shards">The shards of the job.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RetireLeftOversAsync(IEnumerable<GroupId> shards, CancellationToken cancellation)
    {
        GroupId[] own = [.. shards.Where(Knows)];
        if (own.Length == 0)
            return;
        string names = string.Join(", ", own.Select(ClusterFiles.NameOf));
        try
        {
            IReadOnlyList<PlacementJob> jobs = await ReadJobsAsync(cancellation);
            Configuration latest = await ReadLatestAsync(cancellation);
            foreach (GroupId shard in own.Where(shard => VainAddition.IsLeftOver(shard, GroupState.Read(Local!.Of(shard).Root)?.Addresses ?? [], jobs, latest)))
                await RetireAsync(shard);
        }
        catch (NotAppliedException exception)
        {
            Shell.Note($"{names} is left running, because the masters do not tell whether it is still to be added: {exception.Message}");
        }
        catch (ReportedException exception) when (exception.Kind == ErrorKinds.DirectoryBusy)
        {
            Shell.Note($"another px is at work in {Local!.Root}; unless that ends {names}, it is left running");
        }
    }

    /// <summary>Takes a shard that serves no arc out of the directory, and says what was ended; nothing when the directory does not know it.</summary>
    /// <exception cref="ReportedException">Another px is at work in the directory, or a process did not end.</exception>
    public async Task RetireAsync(GroupId shard, bool keepsRunning = false)
    {
        if (!Knows(shard))
            return;
        foreach (RunningReplica replica in await new ShardRetirement(Local!).RunAsync(shard, keepsRunning))
            Say($"{ClusterFiles.NameOf(shard)}/{replica.Name} ended (pid {replica.Process.Pid})");
        string directory = Local!.Of(shard).Root;
        if (ClusterState.Read(Local.Root) is { } state && ShardRetirement.RunsForOthers(state, shard))
            Shell.Note($"its replicas go on without arcs, in processes that serve other shards; px down --dir {Local.Root} ends all of them");
        else
            Shell.Note(keepsRunning ? $"its replicas go on without arcs; px down --dir {directory} ends them" : $"its data stays in {directory}");
    }
}
