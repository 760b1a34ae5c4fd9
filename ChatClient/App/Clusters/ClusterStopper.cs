using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Ends the processes of all groups of a cluster, and no others. What is written in its directory stays as it is.</summary>
/// <param name="files">The cluster's directory.</param>
internal sealed class ClusterStopper(ClusterFiles files)
{
    /// <summary>Ends all of them, the shards before the masters.</summary>
    /// <returns>The replicas that were running, each with the name of its group before its own: <c>shard-1/r0</c>.</returns>
    /// <exception cref="ReportedException">The directory holds no cluster, or a process did not end.</exception>
    public async Task<IReadOnlyList<RunningReplica>> StopAsync()
    {
        ClusterState state = ClusterState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root);
        using IDisposable held = files.Lock();
        GroupId[] shards = [.. state.Shards.Concat(state.Left)];

        // Replicas of several shards run in the same processes, which are asked once: who is asked again does not end in good order.
        GroupId[] others = [.. shards.Where(state.IsOfTheFirst).Skip(1)];
        List<RunningReplica> ended = [.. others.SelectMany(RunningOf)];
        ended.AddRange((await Task.WhenAll(shards.Except(others).Select(StopGroupAsync))).SelectMany(static group => group));
        ended.AddRange(await StopGroupAsync(GroupId.Masters));
        return ended;
    }

    private IEnumerable<RunningReplica> RunningOf(GroupId group)
    {
        GroupFiles own = files.Of(group);
        return GroupState.Read(own.Root) is { } state ? Named(group, new GroupProcesses(own).Running(state)) : [];
    }

    private static IEnumerable<RunningReplica> Named(GroupId group, IEnumerable<RunningReplica> replicas) =>
        replicas.Select(replica => replica with { Name = $"{ClusterFiles.NameOf(group)}/{replica.Name}" });

    private async Task<IReadOnlyList<RunningReplica>> StopGroupAsync(GroupId group)
    {
        GroupFiles own = files.Of(group);
        if (GroupState.Read(own.Root) is null)
            return []; // An interrupted start did not come so far.
        return [.. Named(group, await new GroupStopper(own).StopAsync())];
    }
}
