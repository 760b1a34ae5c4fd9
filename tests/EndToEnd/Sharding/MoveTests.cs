using System.Globalization;
using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Arcs move between real processes, while clients go on.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MoveTests
{
    private const int Keys = 60;

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_joins_and_another_one_leaves_while_clients_append(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 3, replicas: 1, cancellation);
        await cluster.AddShardsAsync(2, cancellation);
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<int[]> appending = AppendAsync(client, enough.Token, cancellation);

        JobResult added = await cluster.AddShardsAsync(3, cancellation);
        await cluster.EndedAsync(added.Job, JobStep.Done, cancellation);
        Configuration joined = await cluster.AdoptedAsync(2, cancellation);
        JobResult removed = await cluster.Placement.RemoveShardAsync(new GroupId(1), cancellation);
        await cluster.EndedAsync(removed.Job, JobStep.Done, cancellation);
        await enough.CancelAsync();
        int[] appended = await appending;

        Assert.That(joined.ArcsOf(new GroupId(3)), Is.Not.Empty);
        Assert.That(appended.Sum(), Is.GreaterThan(Keys), "clients went on");
        await cluster.Shards[0].Replicas[0].KillAsync();
        for (int key = 0; key < Keys; key++)
        {
            string value = Encoding.UTF8.GetString((await client.Keys.GetAsync(Key(key), cancellation))!.Value.Span);
            Assert.That(value, Is.EqualTo(string.Concat(Enumerable.Range(0, appended[key]).Select(Token))), $"key {key}: each once, and in their order");
        }
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_job_that_waits_for_a_shard_that_cannot_be_reached_is_cancelled_and_nothing_has_changed(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);
        await cluster.AddShardsAsync(2, cancellation);
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        await client.Keys.PutAsync(Key(1), "one"u8.ToArray(), cancellation);

        JobResult dead = await cluster.Placement.AddShardsAsync([new NewShard(new GroupId(9), 100, ["127.0.0.1:1"])], cancellation);
        await client.Keys.PutAsync(Key(2), "two"u8.ToArray(), cancellation);
        Assert.That(dead.Step, Is.EqualTo(JobStep.Copying));
        await cluster.Placement.CancelJobAsync(dead.Job, cancellation);
        JobResult next = await cluster.Placement.MoveArcsAsync([FirstArcOf(await cluster.AdoptedAsync(1, cancellation))], new GroupId(2), cancellation);
        await cluster.EndedAsync(next.Job, JobStep.Done, cancellation);

        foreach ((int key, string value) in new[] { (1, "one"), (2, "two") })
            Assert.That(Encoding.UTF8.GetString((await client.Keys.GetAsync(Key(key), cancellation))!.Value.Span), Is.EqualTo(value));
    }

    private static int FirstArcOf(Configuration configuration) => configuration.ArcsOf(new GroupId(1))[0].Number;

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{number}"));

    private static string Token(int number) => string.Create(CultureInfo.InvariantCulture, $"{number};");

    /// <summary>Appends to all keys, one token after the other, until it is enough; how many each got.</summary>
    private static async Task<int[]> AppendAsync(ChatLogClient client, CancellationToken enough, CancellationToken cancellation)
    {
        int[] appended = new int[Keys];
        while (!enough.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(async key =>
            {
                await client.Keys.AppendAsync(Key(key), Encoding.UTF8.GetBytes(Token(appended[key])), cancellation);
                appended[key]++;
            }));
        }

        return appended;
    }
}
