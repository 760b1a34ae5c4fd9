using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Takes a shard that serves no arc any more, or never did, out of the cluster of a directory. Its data stays.</summary>
/// <param name="files">The cluster's directory.</param>
internal sealed class ShardRetirement(ClusterFiles files)
{
    /// <summary>Its processes run replicas of other shards too, which are not to be ended.</summary>
    public static bool RunsForOthers(ClusterState state, GroupId shard) => state.IsOfTheFirst(shard) && state.Shards.Any(other => other != shard && state.IsOfTheFirst(other));

    /// <summary>Does it. A shard that the directory does not have changes nothing.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="keepsRunning">Its replicas are left running.</param>
    /// <returns>The replicas that were ended.</returns>
    /// <exception cref="Programs.Errors.ReportedException">Another px is at work in the directory, or a process did not end.</exception>
    public async Task<IReadOnlyList<RunningReplica>> RunAsync(GroupId shard, bool keepsRunning)
    {
        using IDisposable held = files.Lock();
        if (ClusterState.Read(files.Root) is not { } state || !state.Shards.Contains(shard))
            return [];
        // First, because what runs of a shard that has left is shown and ended with the others too.
        state.Without(shard).Write(files.Root);
        GroupFiles own = files.Of(shard);
        bool wasMade = GroupState.Read(own.Root) is not null; // An interrupted start did not come so far.
        return keepsRunning || !wasMade || RunsForOthers(state, shard) ? [] : await new GroupStopper(own).StopAsync();
    }
}
