using System.Globalization;
using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Primaries of masters, sources and destinations are killed while arcs move and clients go on: each job ends by itself, and every append is there once and in its order.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MoveFaultTests
{
    private const int Keys = 24;
    private const string Room = "lobby";

    [Test]
    [CancelAfter(300_000)]
    public async Task Jobs_end_by_themselves_whoever_is_killed(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 3, shards: 2, replicas: 3, cancellation);
        await cluster.AddShardsAsync(2, cancellation);
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation, TimeSpan.FromSeconds(60));
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<int[]> appending = AppendAsync(client, enough.Token, cancellation);
        Task<int> sending = SendAsync(client, enough.Token, cancellation);
        List<string> read = [];
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task following = FollowAsync(cluster, read, end.Token, cancellation);

        int round = 0;
        foreach (TestGroup victim in new[] { cluster.Masters, cluster.Shards[0], cluster.Shards[1], cluster.Shards[0] })
        {
            GroupId to = new(1 + (round++ % 2));
            ReplicaProcess primary = await victim.PrimaryAsync(cancellation);
            Configuration now = Configuration.Decode((await cluster.Placement.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation)).Configuration.Span);
            JobResult job = await cluster.Placement.MoveArcsAsync([.. now.ArcsOf(new GroupId(3 - to.Number)).Select(static arc => arc.Number).Where((_, index) => index % 2 == 0)], to, cancellation);
            await Task.Delay(round * 15, cancellation);
            await primary.KillAsync();
            victim.Restart(primary.Index);
            await cluster.EndedAsync(job.Job, JobStep.Done, cancellation);
        }

        await enough.CancelAsync();
        int[] appended = await appending;
        int sent = await sending;
        await Eventually.HoldsAsync("whoever follows has read all", () => Task.FromResult(CountOf(read) >= sent ? null : $"{CountOf(read)} of {sent}"), cancellation);
        await end.CancelAsync();
        await following;
        Assert.That(read, Is.EqualTo(Enumerable.Range(0, sent).Select(Token)), "whoever follows a room gets each message once, and in its order");
        for (int key = 0; key < Keys; key++)
        {
            string value = Encoding.UTF8.GetString((await client.Keys.GetAsync(Key(key), cancellation))!.Value.Span);
            Assert.That(value, Is.EqualTo(string.Concat(Enumerable.Range(0, appended[key]).Select(Token))), $"key {key}");
        }
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{number}"));

    private static string Token(int number) => string.Create(CultureInfo.InvariantCulture, $"{number};");

    private static async Task<int[]> AppendAsync(ChatLogClient client, CancellationToken enough, CancellationToken cancellation)
    {
        int[] appended = new int[Keys];
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(async key =>
        {
            while (!enough.IsCancellationRequested)
            {
                await client.Keys.AppendAsync(Key(key), Encoding.UTF8.GetBytes(Token(appended[key])), cancellation);
                appended[key]++;
            }
        }));
        return appended;
    }

    private static async Task<int> SendAsync(ChatLogClient client, CancellationToken enough, CancellationToken cancellation)
    {
        int sent = 0;
        for (; !enough.IsCancellationRequested; sent++)
            await client.SendAsync(Room, "ann", Token(sent), cancellation);
        return sent;
    }

    private static async Task FollowAsync(TestCluster cluster, List<string> read, CancellationToken end, CancellationToken cancellation)
    {
        await using ChatLogClient reader = await cluster.Masters.ConnectAsync(cancellation, TimeSpan.FromSeconds(60));
        try
        {
            await foreach (RoomMessage message in reader.FollowAsync(Room, 1, end))
            {
                lock (read)
                    read.Add(message.Text);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It has read enough.
        }
    }

    private static int CountOf(List<string> read)
    {
        lock (read)
            return read.Count;
    }
}
