using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>A cluster of a drill, in a temporary directory: shards come and go, and replicas are killed. It is gone afterwards, unless the drill has failed.</summary>
/// <param name="shell">The environment.</param>
/// <param name="plan">What it begins with.</param>
internal sealed class DrillCluster(Shell shell, ClusterPlan plan) : IAsyncDisposable
{
    private static readonly TimeSpan _requestTimeout = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new(shell);
    private IReadOnlyList<string> _masters = [];
    private ClusterState? _state;

    /// <summary>How clients connect: they know the masters alone.</summary>
    public ClientOptions ClientOptions => new() { Endpoints = _masters, Cluster = State.Cluster, RequestTimeout = _requestTimeout };

    /// <summary>The shards, ascending.</summary>
    public IReadOnlyList<GroupId> Shards => State.Shards;

    /// <summary>Where the gateways of the masters listen; each keeps its address.</summary>
    public IReadOnlyList<string> Gateways
    {
        get
        {
            GroupFiles masters = Files.Of(GroupId.Masters);
            return [.. GroupState.Read(masters.Root)!.Replicas.Select(replica => masters.GatewayAddress(replica.Name)).OfType<string>()];
        }
    }

    /// <summary>The number of the shard that would be added next.</summary>
    public GroupId NextShard => new ShardStarter(shell, Files).FreeNumber([]);

    private ClusterFiles Files => new(_directory.Root);

    private ClusterState State => _state ?? throw new InvalidOperationException("the cluster was not started");

    /// <summary>Starts all of it, and waits until every shard serves.</summary>
    public async Task StartAsync(CancellationToken cancellation) => (_state, _masters) = await new ClusterStarter(shell, Files, plan with { HasGateway = true }).StartAsync(cancellation);

    /// <summary>A group of it, whose processes may be killed and started again.</summary>
    /// <param name="group">The group: a shard, or the masters.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LocalGroup> GroupAsync(GroupId group, CancellationToken cancellation)
    {
        LocalGroup local = new(shell, Files.Of(group), State.PlanOf(group, group == GroupId.Masters ? [] : _masters, isThere: true));
        await local.StartAsync(cancellation);
        return local;
    }

    /// <summary>Starts another shard and has it added.</summary>
    /// <returns>The shard and the job.</returns>
    public async Task<(GroupId Shard, JobResult Job)> AddAsync(CancellationToken cancellation)
    {
        NewShard started = await StartShardAsync(NextShard, cancellation);
        await using PlacementClient client = PlacementClient.Start(ClientOptions);
        return (started.Group, await client.AddShardsAsync([started], cancellation));
    }

    /// <summary>Starts the replicas of another shard, which serves nothing before it is added.</summary>
    /// <param name="shard">Its number: <see cref="NextShard"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What the masters are to be asked for.</returns>
    public async Task<NewShard> StartShardAsync(GroupId shard, CancellationToken cancellation)
    {
        GroupState started = await new ShardStarter(shell, Files).StartAsync(shard, replicas: null, points: null, _masters, cancellation);
        _state = ClusterState.Read(_directory.Root);
        return new NewShard(shard, started.Points ?? Hashing.Rings.RingMember.DefaultPoints, started.Addresses);
    }

    /// <summary>Has a shard removed.</summary>
    public async Task<JobResult> RemoveAsync(GroupId shard, CancellationToken cancellation)
    {
        await using PlacementClient client = PlacementClient.Start(ClientOptions);
        return await client.RemoveShardAsync(shard, cancellation);
    }

    /// <summary>Waits until a job has ended.</summary>
    public async Task WaitAsync(JobResult job, CancellationToken cancellation)
    {
        await using PlacementClient client = PlacementClient.Start(ClientOptions);
        long position = -1;
        while (true)
        {
            WatchJobResult news = await client.WatchJobAsync(position, TimeSpan.FromSeconds(1), cancellation);
            if (news.HasPassed(job.Job))
                return;
            position = news.Position;
        }
    }

    /// <summary>Ends the replicas of a shard that has left.</summary>
    public async Task RetireAsync(GroupId shard)
    {
        await new ShardRetirement(Files).RunAsync(shard, keepsRunning: false);
        _state = ClusterState.Read(_directory.Root);
    }

    /// <summary>The replicas of each group have the same state.</summary>
    public async Task<bool> HashesAgreeAsync(CancellationToken cancellation)
    {
        foreach (GroupId group in State.Groups)
        {
            if (!await (await GroupAsync(group, cancellation)).HashesAgreeAsync(cancellation))
                return false;
        }

        return true;
    }

    /// <summary>The directory stays, for the analysis of a drill that did not come to its end.</summary>
    public void Keep()
    {
        if (_directory.IsKept)
            return;
        _directory.IsKept = true;
        shell.Note($"the cluster's directory is kept: {_directory.Root}");
    }

    /// <summary>The error that a failed drill is; the directory is kept for the analysis.</summary>
    /// <param name="names">What failed.</param>
    public ReportedException Failed(IEnumerable<string> names)
    {
        _directory.IsKept = true;
        return new ReportedException(ErrorKinds.CheckFailed, string.Join(", ", names)) { Outcome = $"the cluster's directory is kept: {_directory.Root}" };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (ClusterState.Read(_directory.Root) is not null)
            await new ClusterStopper(Files).StopAsync();
        _directory.Dispose();
    }
}
