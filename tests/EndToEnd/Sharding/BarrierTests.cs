using System.Globalization;
using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A job that is a barrier stops the world at the gateway, and only there; other jobs do not.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class BarrierTests
{
    private const int Threads = 16;

    // Nobody listens there, so that the job that adds it goes on until it is called off.
    private static readonly NewShard _nobody = new(new GroupId(9), 100, ["127.0.0.1:1"]);

    [Test]
    [CancelAfter(240_000)]
    public async Task Requests_for_arcs_that_stay_wait_for_a_barrier_and_then_go_on(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, Threads, cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);
        await using ChatLogClient direct = await cluster.Cluster.Masters.ConnectAsync(cancellation);
        JobResult job = await cluster.Cluster.Placement.AddShardsAsync([_nobody], isBarrier: true, cancellation);
        await LogsAsync(cluster, $"Job {job.Job} is a barrier: all requests are held back", cancellation);

        for (int shard = 0; shard < 2; shard++)
            await talk.SendAsync($"me | P | {cluster.KeyOf(shard)} | held", cancellation);
        Task<(string Answer, string Log)> first = ReadAsync(cluster, talk, cancellation);
        for (int number = 0; number < 20; number++)
            await direct.Keys.PutAsync(Encoding.ASCII.GetBytes(cluster.KeyOf(number % 2, number: 1)), "direct"u8.ToArray(), cancellation);
        await cluster.Cluster.Placement.CancelJobAsync(job.Job, cancellation);

        // Where all of this takes 5 s the barrier is given up instead: an answer comes behind either, and never before.
        foreach ((string answer, string log) in new[] { await first, await ReadAsync(cluster, talk, cancellation) })
        {
            Assert.That(answer, Is.EqualTo("Success"));
            Assert.That(log, Does.Contain($"What was held back behind job {job.Job} goes on"));
        }

        Assert.That(await talk.AskAsync($"me | G | {cluster.KeyOf(0, number: 1)}", cancellation), Is.EqualTo("Success | direct"));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Without_a_barrier_requests_are_answered_while_the_job_is_under_way(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, Threads, cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);
        JobResult job = await cluster.Cluster.Placement.AddShardsAsync([_nobody], cancellation);

        for (int number = 0; number < 10; number++)
        {
            for (int shard = 0; shard < 2; shard++)
                Assert.That(await talk.AskAsync($"me | P | {cluster.KeyOf(shard, number)} | value", cancellation), Is.EqualTo("Success"));
        }

        PlacementJob found = (await cluster.Cluster.Placement.JobsAsync(job.Job, 1, cancellation)).Jobs.Single();
        Assert.That((found.Step, found.IsBarrier), Is.EqualTo((JobStep.Copying, false)), "all that while");
        Assert.That(cluster.Log, Does.Not.Contain("barrier"));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Arcs_move_behind_a_barrier_under_load_and_every_append_is_there_once(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, Threads, cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);
        using CancellationTokenSource enough = new();
        Task<string> appending = AppendAsync(talk, [cluster.KeyOf(0), cluster.KeyOf(1)], enough.Token, cancellation);
        int[] arcs = [.. cluster.Configuration.ArcsOf(new GroupId(1)).Select(static arc => arc.Number)];

        JobResult job = await cluster.Cluster.Placement.MoveArcsAsync(arcs, new GroupId(2), isBarrier: true, cancellation);
        await cluster.Cluster.EndedAsync(job.Job, JobStep.Done, cancellation);
        await LogsAsync(cluster, $"What was held back behind job {job.Job} goes on", cancellation);
        await enough.CancelAsync();

        string appended = await appending;
        for (int shard = 0; shard < 2; shard++)
            Assert.That(await talk.AskAsync($"me | G | {cluster.KeyOf(shard)}", cancellation), Is.EqualTo($"Success | {appended}"), "each once, in their order");
    }

    private static Task LogsAsync(GatewayCluster cluster, string words, CancellationToken cancellation) =>
        Eventually.HoldsAsync($"the gateway logs '{words}'", () => cluster.Log.Contains(words, StringComparison.Ordinal) ? null : cluster.Log, cancellation);

    /// <summary>The next answer, and what was logged by the time that it came.</summary>
    private static async Task<(string Answer, string Log)> ReadAsync(GatewayCluster cluster, GatewayTalk talk, CancellationToken cancellation) =>
        (await talk.ReadAsync(cancellation), cluster.Log);

    /// <summary>Appends the same tokens to each of some keys, one line of each under way at a time, until it is enough; what must be there then.</summary>
    private static async Task<string> AppendAsync(GatewayTalk talk, string[] keys, CancellationToken enough, CancellationToken cancellation)
    {
        StringBuilder appended = new();
        for (int number = 0; !enough.IsCancellationRequested; number++)
        {
            string token = string.Create(CultureInfo.InvariantCulture, $"{number};");
            foreach (string key in keys)
                await talk.SendAsync($"me | A | {key} | {token}", cancellation);
            foreach (string key in keys)
                Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success"), $"{key} {token}");
            appended.Append(token);
        }

        return appended.ToString();
    }
}
