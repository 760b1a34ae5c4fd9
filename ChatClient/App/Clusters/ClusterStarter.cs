using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>
/// Starts whatever of a cluster is down, and waits until every shard serves its arcs. Doing it twice is the same as doing it once; after an interruption it goes on where it was.
/// </summary>
/// <param name="shell">The environment.</param>
/// <param name="files">The cluster's directory.</param>
/// <param name="plan">What is wanted.</param>
internal sealed class ClusterStarter(Shell shell, ClusterFiles files, ClusterPlan plan)
{
    private static readonly TimeSpan _leastWait = TimeSpan.FromSeconds(1);

    private readonly long _start = Environment.TickCount64;

    private TimeSpan Left => plan.Timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - _start) is var left && left > _leastWait ? left : _leastWait;

    /// <summary>Starts what is down.</summary>
    /// <param name="cancellation">Stops the wait; what was started goes on.</param>
    /// <returns>The cluster, and where its masters listen.</returns>
    /// <exception cref="ReportedException">A replica ended, the options do not fit, or not all shards serve in time.</exception>
    public async Task<(ClusterState State, IReadOnlyList<string> Masters)> StartAsync(CancellationToken cancellation)
    {
        plan.Validate();
        _ = ReplicaProgram.Find(shell, GroupId.Masters); // Before anything is touched.
        if (GroupState.Read(files.Root) is not null)
            throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} holds a group without shards");
        using IDisposable held = files.Lock();
        ClusterState state = Prepare();
        GroupState masters = await StartGroupAsync(state, GroupId.Masters, [], cancellation);
        GroupState[] shards = await Task.WhenAll(state.Shards.Select(shard => StartGroupAsync(state, shard, masters.Addresses, cancellation)));
        await new ShardAssignment(masters, shards, Left).RunAsync(cancellation);
        return (state, masters.Addresses);
    }

    private ClusterState Prepare()
    {
        if (ClusterState.Read(files.Root) is { } known)
            return plan.Violation(known) is { } violation ? throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} {violation}") : known;
        ClusterState fresh = plan.Fresh();
        fresh.Write(files.Root);
        return fresh;
    }

    private Task<GroupState> StartGroupAsync(ClusterState state, GroupId group, IReadOnlyList<string> masters, CancellationToken cancellation)
    {
        bool isMasters = group == GroupId.Masters;
        GroupPlan groupPlan = new()
        {
            Place = new ClusterPlace(state.Cluster, group, masters),
            Replicas = isMasters ? state.Masters : state.Replicas,
            BasePort = isMasters ? state.BasePort : state.BasePort + state.Masters + ((group.Number - 1) * state.Replicas),
            MachineOptions = isMasters ? [] : state.MachineOptions,
            Timeout = Left,
        };
        return new GroupStarter(shell, files.Of(group), groupPlan).StartAsync(cancellation);
    }
}
