using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>
/// Starts whatever of a cluster is down, and waits until every shard serves its arcs. Doing it twice is the same as doing it once; after an interruption it goes on where it was.
/// </summary>
/// <param name="shell">The environment.</param>
/// <param name="files">The cluster's directory.</param>
/// <param name="plan">What is wanted.</param>
internal sealed class ClusterStarter(Shell shell, ClusterFiles files, ClusterPlan plan)
{
    // A time of none would be one without an end to some.
    private static readonly TimeSpan _leastWait = TimeSpan.FromMilliseconds(1);

    private readonly long _start = Environment.TickCount64;

    private TimeSpan Left => plan.Timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - _start) is var left && left > _leastWait ? left : _leastWait;

    /// <summary>Starts what is down.</summary>
    /// <param name="cancellation">Stops the wait; what was started goes on.</param>
    /// <returns>The cluster, and where its masters listen.</returns>
    /// <exception cref="ReportedException">A replica ended, the options do not fit, the directory of a group is gone, or not all shards serve in time.</exception>
    public async Task<(ClusterState State, IReadOnlyList<string> Masters)> StartAsync(CancellationToken cancellation)
    {
        plan.Validate();
        _ = ReplicaProgram.Find(shell, GroupId.Masters); // Before anything is touched.
        if (GroupState.Read(files.Root) is not null)
            throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} holds a group without shards");
        using IDisposable held = files.Lock();
        ClusterState state = Prepare();
        ThrowIfTheMastersAreGone(state);
        GroupState masters = await StartGroupAsync(state, GroupId.Masters, [], cancellation);
        ClientOptions options = new() { Endpoints = masters.Addresses, Cluster = state.Cluster, RequestTimeout = Left };
        (Configuration latest, IReadOnlyDictionary<GroupId, JobStep> leaving) = await AskMastersAsync(state, options, cancellation);
        ThrowIfAShardIsGone(state, latest, leaving);
        state = WithoutThoseThatHaveLeft(state, leaving);
        GroupState[] shards = await StartShardsAsync(state, masters.Addresses, cancellation);
        // One that leaves hands over what it has, and is not asked for again.
        await new ShardAssignment(masters, [.. shards.Where(shard => !leaving.ContainsKey(shard.Group))], Left, plan.Timeout).RunAsync(cancellation);
        return (state, masters.Addresses);
    }

    private async Task<(Configuration Latest, IReadOnlyDictionary<GroupId, JobStep> Leaving)> AskMastersAsync(ClusterState state, ClientOptions masters, CancellationToken cancellation)
    {
        try
        {
            Configuration latest = await PlacementCalls.ReadLatestAsync(masters, cancellation);
            return (latest, await LeavingAsync(state, latest, masters, cancellation));
        }
        catch (NotAppliedException)
        {
            throw new ReportedException(ErrorKinds.NotReady, $"{files.Of(GroupId.Masters).Root} within {Spoken.Time(plan.Timeout)}");
        }
    }

    private ClusterState Prepare()
    {
        if (ClusterState.Read(files.Root) is { } known)
            return plan.Violation(known) is { } violation ? throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} {violation}") : WithGateway(known);
        if (IsThere(GroupId.Masters))
            throw new ReportedException(ErrorKinds.BadState, $"{files.Root} has masters, and no {ClusterState.FileName}") { Next = $"ls -l {ShellWord.Of(files.Root)}" };
        ClusterState fresh = plan.Fresh();
        fresh.Write(files.Root);
        return fresh;
    }

    /// <summary>A cluster may be given gateways later: each master has its own from its next start on.</summary>
    private ClusterState WithGateway(ClusterState known)
    {
        if (!plan.HasGateway || known.HasGateway)
            return known;
        ClusterState changed = known with { HasGateway = true };
        changed.Write(files.Root);
        if (GroupState.Read(files.Of(GroupId.Masters).Root) is { } masters && new GroupProcesses(files.Of(GroupId.Masters)).Running(masters).Count > 0)
            shell.Note($"masters that run already have no gateway until they are started again: px down --dir {files.Root}, then px up --dir {files.Root}");
        return changed;
    }

    // They are started before any shard: where a shard is, they were.
    private void ThrowIfTheMastersAreGone(ClusterState state)
    {
        if (!IsThere(GroupId.Masters) && state.Shards.Any(IsThere))
            throw Gone(GroupId.Masters);
    }

    // A start that was interrupted leaves shards without a directory too, but the masters do not know those yet.
    private void ThrowIfAShardIsGone(ClusterState state, Configuration latest, IReadOnlyDictionary<GroupId, JobStep> leaving)
    {
        bool HasArcs(GroupId shard) => latest.Find(shard) is not null || leaving.GetValueOrDefault(shard) == JobStep.Committed;
        if (state.Shards.FirstOrDefault(shard => !IsThere(shard) && HasArcs(shard)) is { Number: > 0 } gone)
            throw Gone(gone);
    }

    /// <summary>The shards that a committed job has removed, with the step of that job.</summary>
    private static async Task<IReadOnlyDictionary<GroupId, JobStep>> LeavingAsync(ClusterState state, Configuration latest, ClientOptions masters, CancellationToken cancellation) =>
        latest.Number == 0 || state.Shards.All(shard => latest.Find(shard) is not null)
            ? new Dictionary<GroupId, JobStep>()
            : (await PlacementCalls.ReadJobsAsync(masters, cancellation))
                .Where(static job => job.Kind == JobKind.RemoveShard && job.Step is JobStep.Committed or JobStep.Done)
                .ToDictionary(static job => job.Group, static job => job.Step);

    // Nobody has told this directory, as when px shard remove was not waited for.
    private ClusterState WithoutThoseThatHaveLeft(ClusterState state, IReadOnlyDictionary<GroupId, JobStep> leaving)
    {
        GroupId[] gone = [.. state.Shards.Where(shard => leaving.GetValueOrDefault(shard) == JobStep.Done)];
        foreach (GroupId shard in gone)
        {
            state = state.Without(shard);
            shell.Note($"{ClusterFiles.NameOf(shard)} has left the cluster, and is not started; what still runs of it is ended by px down --dir {files.Of(shard).Root}");
        }

        if (gone.Length > 0)
            state.Write(files.Root);
        return state;
    }

    private async Task<GroupState[]> StartShardsAsync(ClusterState state, IReadOnlyList<string> masters, CancellationToken cancellation)
    {
        GroupId[] together = [.. state.Shards.Where(state.IsOfTheFirst)];
        if (together.Length == 0)
            return await Task.WhenAll(state.Shards.Select(shard => StartGroupAsync(state, shard, masters, cancellation)));

        // The first one starts the processes of all of them; the others find them running, and wait until they commit as well.
        GroupState first = await StartGroupAsync(state, together[0], masters, cancellation);
        foreach (GroupId shard in together.Where(shard => !IsThere(shard)))
            WriteBeside(shard, first);
        GroupState[] others = await Task.WhenAll(state.Shards.Where(shard => shard != together[0]).Select(shard => StartGroupAsync(state, shard, masters, cancellation)));
        return [first, .. others];
    }

    // Of a shard whose replicas run already, in processes that another one has started.
    private void WriteBeside(GroupId shard, GroupState first)
    {
        GroupFiles own = files.Of(shard);
        using IDisposable held = own.Lock();
        (first with { Group = shard }).Write(own.Root);
    }

    private bool IsThere(GroupId group) => GroupState.Read(files.Of(group).Root) is not null;

    private ReportedException Gone(GroupId group) =>
        new(ErrorKinds.GroupGone, files.Of(group).Root) { Next = $"ls -l {ShellWord.Of(files.Root)}" };

    private Task<GroupState> StartGroupAsync(ClusterState state, GroupId group, IReadOnlyList<string> masters, CancellationToken cancellation) =>
        new GroupStarter(shell, files.Of(group), state.PlanOf(group, masters, IsThere(group)) with { Timeout = Left, TimeoutOfAll = plan.Timeout, KnownAs = plan.KnownAs, ReplicaArguments = plan.ReplicaArguments }).StartAsync(cancellation);
}
