using System.Globalization;
using System.Text;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Masters and shards as real processes, started by hand: a shard serves nothing until the test adds it. Gone with the test, whatever becomes of that.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private const int Points = 100;

    private readonly List<TestGroup> _shards = [];
    private readonly Func<GroupId, string[]> _arguments;

    private TestCluster(TestGroup masters, Func<GroupId, string[]> arguments)
    {
        Masters = masters;
        _arguments = arguments;
        Placement = PlacementClient.Start(masters.ClientOptions());
    }

    /// <summary>The masters.</summary>
    public TestGroup Masters { get; }

    /// <summary>The shards: group 1 first.</summary>
    public IReadOnlyList<TestGroup> Shards => _shards;

    /// <summary>A client of the masters.</summary>
    public PlacementClient Placement { get; }

    /// <summary>Starts all of them; each has a primary then.</summary>
    /// <param name="masters">Replicas of the masters.</param>
    /// <param name="shards">How many shards.</param>
    /// <param name="replicas">Replicas of each shard.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    /// <param name="arguments">More arguments of the replicas of a group; asked for again at each start.</param>
    public static async Task<TestCluster> StartAsync(int masters, int shards, int replicas, CancellationToken cancellation, Func<GroupId, string[]>? arguments = null)
    {
        arguments ??= static _ => [];
        TestGroupOptions options = new() { Program = Programs.Master, Arguments = _ => arguments(GroupId.Masters) };
        TestCluster cluster = new(await TestGroup.StartAsync(masters, cancellation, options), arguments);
        try
        {
            for (int group = 1; group <= shards; group++)
                cluster._shards.Add(await cluster.StartShardAsync(group, replicas, cluster.Masters.Cluster, cancellation));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts replicas of a shard that is told of these masters; whoever calls this ends them.</summary>
    public Task<TestGroup> StartShardAsync(int group, int replicas, Guid cluster, CancellationToken cancellation)
    {
        string[] arguments = ["--group", group.ToString(CultureInfo.InvariantCulture), "--masters", string.Join(',', Masters.Members)];
        return TestGroup.StartAsync(replicas, cancellation, new TestGroupOptions { Cluster = cluster, Arguments = _ => [.. arguments, .. _arguments(new GroupId(group))] });
    }

    /// <summary>A group: a shard, or the masters.</summary>
    public TestGroup this[GroupId group] => group == GroupId.Masters ? Masters : Shards[group.Number - 1];

    /// <summary>Adds all shards by one job.</summary>
    public Task<JobResult> AddShardsAsync(CancellationToken cancellation) =>
        Placement.AddShardsAsync([.. Shards.Select(static (shard, index) => new NewShard(GroupOf(index), Points, shard.Members))], cancellation);

    /// <summary>Adds the first shards by one job, without those that are there already.</summary>
    public Task<JobResult> AddShardsAsync(int count, CancellationToken cancellation) =>
        Placement.AddShardsAsync([.. Shards.Take(count).Select(static (shard, index) => new NewShard(GroupOf(index), Points, shard.Members))], cancellation);

    /// <summary>Waits until a job is done.</summary>
    public Task DoneAsync(JobResult job, CancellationToken cancellation) => EndedAsync(job.Job, JobStep.Done, cancellation);

    /// <summary>Moves arcs, and waits until that is done.</summary>
    public async Task MoveAsync(GroupId to, CancellationToken cancellation, params Arc[] arcs) =>
        await DoneAsync(await Placement.MoveArcsAsync([.. arcs.Select(static arc => arc.Number).Order()], to, cancellation), cancellation);

    /// <summary>Has a shard added that was started with the others.</summary>
    public Task<JobResult> AddShardAsync(int shard, CancellationToken cancellation) =>
        Placement.AddShardsAsync([new NewShard(GroupOf(shard), Points, Shards[shard].Members)], cancellation);

    /// <summary>Bytes of keys and messages that each shard holds, once none of them takes part in any move.</summary>
    public async Task<long[]> HeldAsync(CancellationToken cancellation)
    {
        long[] held = new long[Shards.Count];
        for (int index = 0; index < held.Length; index++)
        {
            TestGroup group = Shards[index];
            await using ShardClient client = ShardClient.Start(group.ClientOptions());
            await Eventually.HoldsAsync(
                $"{GroupOf(index)} takes part in no move",
                async () => await client.ReadMovesAsync(cancellation) is { Incoming: [], Outgoing: [] } ? null : "it does",
                cancellation);
            await group.SettleAsync(cancellation);
            held[index] = (await group.Replicas[0].StatusAsync(cancellation))!.State.Used;
        }

        return held;
    }

    /// <summary>Waits until a job has ended.</summary>
    public Task EndedAsync(long job, JobStep how, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"job {job} is {how}",
        async () =>
        {
            PlacementJob found = (await Placement.JobsAsync(job, 1, cancellation)).Jobs.Single();
            return found.Step == how ? null : $"it is {found.Step}, and {string.Join(", ", found.Reported)} have reported";
        },
        cancellation);

    /// <summary>A configuration.</summary>
    /// <param name="number">Its number; <see cref="ReadConfigurationQuery.Latest"/> for the latest one.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    public async Task<Configuration> ReadConfigurationAsync(long number, CancellationToken cancellation) =>
        Configuration.Decode((await Placement.ReadConfigurationAsync(number, cancellation)).Configuration.Span);

    /// <summary>Waits until all shards that it names, or takes away, have adopted a configuration and serve what it gives them, and returns it.</summary>
    public async Task<Configuration> AdoptedAsync(long number, CancellationToken cancellation)
    {
        Configuration configuration = await ReadConfigurationAsync(number, cancellation);
        Configuration before = await ReadConfigurationAsync(number - 1, cancellation);
        for (int index = 0; index < Shards.Count; index++)
        {
            if (configuration.Find(GroupOf(index)) is not null || before.Find(GroupOf(index)) is not null)
                await AdoptedAsync(index, configuration, cancellation);
        }

        return configuration;
    }

    /// <summary>What a shard has adopted and serves.</summary>
    public static async Task<ArcsResult> ReadArcsAsync(TestGroup shard, CancellationToken cancellation)
    {
        await using ShardClient client = ShardClient.Start(shard.ClientOptions());
        return await client.ReadArcsAsync(cancellation);
    }

    /// <summary>A key of a shard, another one for each number.</summary>
    public static byte[] KeyOf(Configuration configuration, int shard, int number = 0) => Enumerable.Range(0, int.MaxValue)
        .Select(static candidate => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{candidate}")))
        .Where(key => configuration.OwnerOf(Arc.Of(key)) == GroupOf(shard))
        .ElementAt(number);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Placement.DisposeAsync();
        foreach (TestGroup shard in _shards)
            await shard.DisposeAsync();
        await Masters.DisposeAsync();
    }

    private static GroupId GroupOf(int shard) => new(shard + 1);

    private async Task AdoptedAsync(int index, Configuration configuration, CancellationToken cancellation)
    {
        await using ShardClient client = ShardClient.Start(Shards[index].ClientOptions());
        int[] wanted = [.. configuration.ArcsOf(GroupOf(index)).Select(static arc => arc.Number)];
        await Eventually.HoldsAsync(
            $"{GroupOf(index)} has adopted configuration {configuration.Number}",
            async () =>
            {
                ArcsResult arcs = await client.ReadArcsAsync(cancellation);
                bool isAdopted = arcs.Configuration == configuration.Number && arcs.Hash == configuration.Hash && arcs.Served.SequenceEqual(wanted);
                return isAdopted ? null : $"configuration {arcs.Configuration} and {arcs.Served.Count} arcs instead of {wanted.Length}";
            },
            cancellation);
    }
}
