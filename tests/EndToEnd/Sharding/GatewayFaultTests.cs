using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Shards are killed and stopped under the requests of a gateway.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class GatewayFaultTests
{
    private const int Appends = 300;

    [Test]
    [CancelAfter(300_000)]
    public async Task An_append_that_succeeds_is_there_once_although_the_primary_is_killed(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 3, threads: 32, cancellation);
        ReplicaProcess primary = await cluster.Cluster.Shards[0].PrimaryAsync(cancellation);
        string key = cluster.KeyOf(0);
        using GatewayTalk one = await cluster.ConnectAsync(cancellation);
        using GatewayTalk two = await cluster.ConnectAsync(cancellation);

        Task<string[]> first = AppendAsync(one, key, "one", static _ => Task.CompletedTask, cancellation);
        Task<string[]> second = AppendAsync(two, key, "two", number => number == Appends / 3 ? primary.KillAsync() : Task.CompletedTask, cancellation);
        string[] answers = [.. await first, .. await second];

        string value = await one.AskAsync($"me | G | {key}", cancellation);
        Assert.That(value, Does.StartWith("Success | "));
        string[] found = value["Success | ".Length..].Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(found, Is.Unique, "at most once");
        string[] succeeded = [.. answers.Where(static answer => answer.EndsWith("Success", StringComparison.Ordinal)).Select(static answer => answer.Split(' ')[0])];
        Assert.That(succeeded, Is.SubsetOf(found), "at least once, when it was said so");
        string[] denied = [.. answers.Where(static answer => answer.Contains("not applied", StringComparison.Ordinal)).Select(static answer => answer.Split(' ')[0])];
        Assert.That(found.Intersect(denied, StringComparer.Ordinal), Is.Empty, "never, when it was said so");
        Assert.That(succeeded, Has.Length.GreaterThan(Appends), "the shard went on");
        Assert.That(OrderOf(found.Where(token => succeeded.Contains(token, StringComparer.Ordinal)), "one"), Is.Ordered, "in the order of the lines of a connection");
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_stopped_shard_holds_up_nobody_who_does_not_ask_it(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, threads: 16, cancellation);
        using GatewayTalk waiting = await cluster.ConnectAsync(cancellation);
        using GatewayTalk served = await cluster.ConnectAsync(cancellation);
        ReplicaProcess stopped = cluster.Cluster.Shards[0].Replicas[0];
        Assert.That(await waiting.AskAsync($"me | P | {cluster.KeyOf(0)} | value", cancellation), Is.EqualTo("Success"));
        stopped.Pause();
        for (int number = 0; number < 8; number++)
            await waiting.SendAsync($"me | G | {cluster.KeyOf(0, number)}", cancellation);

        await Eventually.HoldsAsync(
            "the status of the masters tells what waits for the stopped shard",
            async () => await UnderWayAsync(cluster, cancellation) is var told && told.Equals("group 1: 8, group 2: 0", StringComparison.Ordinal) ? null : told,
            cancellation);
        for (int number = 0; number < 8; number++)
        {
            Assert.That(await served.AskAsync($"me | P | {cluster.KeyOf(1, number)} | value", cancellation), Is.EqualTo("Success"));
            Assert.That(await served.AskAsync($"me | G | {cluster.KeyOf(1, number)}", cancellation), Is.EqualTo("Success | value"));
        }

        stopped.Continue();
        for (int number = 0; number < 8; number++)
            Assert.That(await waiting.ReadAsync(cancellation), Does.StartWith("Success | value").Or.EqualTo("Fail | missing").Or.StartWith("Fail | not applied: "));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task When_all_threads_wait_for_a_stopped_shard_requests_are_answered_busy(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, threads: 2, cancellation);
        ReplicaProcess stopped = cluster.Cluster.Shards[0].Replicas[0];
        stopped.Pause();
        List<GatewayTalk> talks = [];
        try
        {
            for (int number = 0; number < 4; number++)
            {
                talks.Add(await cluster.ConnectAsync(cancellation));
                await talks[number].SendAsync($"me | G | {cluster.KeyOf(0, number)}", cancellation);
            }

            Task<string>[] answers = [.. talks.Select(talk => talk.ReadAsync(cancellation))];
            Assert.That(await await Task.WhenAny(answers), Does.StartWith("Fail | busy: 2 requests"));
            stopped.Continue();
            string[] all = await Task.WhenAll(answers);
            Assert.That(all.Count(static answer => answer.StartsWith("Fail | busy", StringComparison.Ordinal)), Is.InRange(1, 2));
            Assert.That(await talks[0].AskAsync($"me | P | {cluster.KeyOf(1)} | value", cancellation), Is.EqualTo("Success"));
        }
        finally
        {
            talks.ForEach(static talk => talk.Dispose());
        }
    }

    private static async Task<string> UnderWayAsync(GatewayCluster cluster, CancellationToken cancellation) =>
        string.Join(", ", (await cluster.Cluster.Masters.Replicas[0].StatusAsync(cancellation))!.Requests.Select(static requests => $"{requests.Shard}: {requests.UnderWay}"));

    /// <summary>Appends tokens, some under way at once, and returns what became of each: the token, a space, the answer.</summary>
    private static async Task<string[]> AppendAsync(GatewayTalk talk, string key, string writer, Func<int, Task> onAnswer, CancellationToken cancellation)
    {
        const int ahead = 8;
        List<string> answers = [];
        for (int number = 0; number < Appends + ahead; number++)
        {
            if (number < Appends)
                await talk.SendAsync($"{writer} | A | {key} | {writer}-{number},", cancellation);
            if (number < ahead)
                continue;
            answers.Add($"{writer}-{number - ahead} {await talk.ReadAsync(cancellation)}");
            await onAnswer(number - ahead);
        }

        return [.. answers];
    }

    private static IEnumerable<int> OrderOf(IEnumerable<string> found, string writer) => found
        .Where(token => token.StartsWith(writer, StringComparison.Ordinal))
        .Select(static token => int.Parse(token[(token.IndexOf('-', StringComparison.Ordinal) + 1)..]));
}
