using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Masters and primaries of shards are killed: what was adopted is served, and what was decided is adopted as soon as somebody can tell it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ShardFaultTests
{
    private static readonly byte[] _value = [1, 2, 3];

    [Test]
    [CancelAfter(300_000)]
    public async Task A_shard_serves_on_without_masters_even_when_it_is_started_again(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);
        await cluster.AddShardsAsync(cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);

        await cluster.Masters.Replicas[0].KillAsync();
        await PutAndGetAsync(cluster, configuration, number: 0, cancellation);
        await cluster.Shards[0].Replicas[0].KillAsync();
        cluster.Shards[0].Restart(0);
        await PutAndGetAsync(cluster, configuration, number: 1, cancellation);

        ArcsResult arcs = await TestCluster.ReadArcsAsync(cluster.Shards[0], cancellation);
        Assert.That((arcs.Configuration, arcs.Hash), Is.EqualTo((1L, configuration.Hash)));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_master_that_is_killed_right_after_the_answer_has_forgotten_nothing(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);

        JobResult job = await cluster.AddShardsAsync(cancellation);
        await cluster.Masters.Replicas[0].KillAsync();
        cluster.Masters.Restart(0);

        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        Assert.That(await cluster.AddShardsAsync(cancellation), Is.EqualTo(job), "what is there is not added again");
        Assert.That((await cluster.Placement.JobsAsync(0, 10, cancellation)).Last, Is.EqualTo(job.Job));
        await PutAndGetAsync(cluster, configuration, number: 0, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task With_three_masters_the_loss_of_their_primary_keeps_no_shard_from_its_arcs(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 3, shards: 2, replicas: 1, cancellation);
        ReplicaProcess primary = await cluster.Masters.PrimaryAsync(cancellation);

        Task<JobResult> adding = cluster.AddShardsAsync(cancellation);
        await primary.KillAsync();
        JobResult job = await adding;

        Assert.That(job.Configuration, Is.EqualTo(1));
        await PutAndGetAsync(cluster, await cluster.AdoptedAsync(1, cancellation), number: 0, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Whoever_leads_a_shard_has_it_adopt_what_its_dead_primary_had_not(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 1, replicas: 3, cancellation);
        ReplicaProcess primary = await cluster.Shards[0].PrimaryAsync(cancellation);

        await cluster.AddShardsAsync(cancellation);
        await primary.KillAsync();

        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        await PutAndGetAsync(cluster, configuration, number: 0, cancellation);
        cluster.Shards[0].Restart(primary.Index);
        await cluster.Shards[0].SettleAsync(cancellation);
        Assert.That((await TestCluster.ReadArcsAsync(cluster.Shards[0], cancellation)).Configuration, Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_shard_that_was_down_adopts_what_was_decided_meanwhile(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);
        await cluster.Shards[1].Replicas[0].KillAsync();

        await cluster.AddShardsAsync(cancellation);
        cluster.Shards[1].Restart(0);

        await PutAndGetAsync(cluster, await cluster.AdoptedAsync(1, cancellation), number: 0, cancellation);
    }

    private static async Task PutAndGetAsync(TestCluster cluster, Configuration configuration, int number, CancellationToken cancellation)
    {
        for (int shard = 0; shard < cluster.Shards.Count; shard++)
        {
            byte[] key = TestCluster.KeyOf(configuration, shard, number);
            await using ChatLogClient client = await cluster.Shards[shard].ConnectAsync(cancellation);
            await client.Keys.PutAsync(key, _value, cancellation);
            Assert.That((await client.Keys.GetAsync(key, cancellation))!.Value.ToArray(), Is.EqualTo(_value));
        }
    }
}
