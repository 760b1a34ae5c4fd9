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
        List<RunningReplica> ended = [.. (await Task.WhenAll(state.Shards.Concat(state.Left).Select(StopGroupAsync))).SelectMany(static group => group)];
        ended.AddRange(await StopGroupAsync(GroupId.Masters));
        return ended;
    }

    private async Task<IReadOnlyList<RunningReplica>> StopGroupAsync(GroupId group)
    {
        GroupFiles own = files.Of(group);
        if (GroupState.Read(own.Root) is null)
            return []; // An interrupted start did not come so far.
        IReadOnlyList<RunningReplica> ended = await new GroupStopper(own).StopAsync();
        return [.. ended.Select(replica => replica with { Name = $"{ClusterFiles.NameOf(group)}/{replica.Name}" })];
    }
}
