using System.Text;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Batches whose operations take effect in the order of their lines, over all shards, although none is waited for.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class OrderedBatchTests
{
    private const int Usage = 2;
    private const int Replicas = 3;
    private const int Keys = 8;

    [Test]
    [CancelAfter(240_000)]
    public async Task All_at_once_gives_what_one_after_the_other_gives(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(replicas: 1, cancellation);
        const string Lines = "put photo bytes of it\nappend timeline photo;\n# a remark\n\nget timeline\ncas photo other x\ncas photo 1 2\ndelete photo\nget photo\nput last 1\n";

        CommandResult ordered = (await BatchAsync(cluster, Lines, cancellation, "--ordered", "--json")).Succeeded();
        CommandResult compared = (await BatchAsync(cluster, "put a 1\nput b 2\nput c 3\nput d 4\n", cancellation, "--ordered", "--compare")).Succeeded();

        string[] lines = ordered.OutputLines;
        Assert.That(lines.Take(8).Select(static line => line.Contains("\"result\":\"done\"", StringComparison.Ordinal)), Is.EqualTo(new[] { true, true, true, false, false, true, false, true }));
        Assert.That(lines[2], Does.Contain("\"value\":\"photo;\""));
        Assert.That(lines[6], Does.Contain("\"result\":\"missing\""));
        Assert.That(compared.OutputLines[^1], Does.StartWith("4 operations, ").And.Contain(" (one after the other: "));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_line_that_is_none_is_named_and_nothing_is_done(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(replicas: 1, cancellation);

        ErrorAssert.Failed(await BatchAsync(cluster, "put a 1\nswap a b\n", cancellation, "--ordered"), Usage, "PX1200", "line 2");
        ErrorAssert.Failed(await BatchAsync(cluster, "\n# nothing\n", cancellation, "--ordered"), Usage, "PX1200", "1 to 10000");

        CommandResult left = await cluster.PxAsync("", cancellation, "kv", "get", "a", "--dir", cluster.Directory);
        Assert.That(left.Code, Is.EqualTo(3), "nothing was put");
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Every_batch_takes_effect_once_and_in_order_while_primaries_are_killed([Values] bool isTogether, CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(Replicas, cancellation, isTogether ? ["--together"] : []);
        int sent = 0;
        using CancellationTokenSource enough = new();
        Task<int> batches = Task.Run(() => SendAsync(cluster, () => sent++, enough.Token, cancellation), cancellation);

        for (int kill = 0; kill < 4; kill++)
        {
            int before = Volatile.Read(ref sent);
            await Eventually.HoldsAsync("batches go on", () => Volatile.Read(ref sent) > before + 1 || batches.IsCompleted ? null : $"{sent}", cancellation);
            PxReplica primary = (await cluster.ReplicasAsync(cancellation)).Skip(1).Where(static replica => replica.Role is "primary").ElementAt(kill % 2);
            int victim = primary.ProcessId!.Value;
            await ProcessTable.KillAsync("a primary is gone", () => ProcessTable.IsAlive(victim) ? [victim] : []);
            (await cluster.UpAsync(cancellation)).Succeeded();
        }

        await enough.CancelAsync();
        int count = await batches;
        Assert.That(count, Is.GreaterThan(4));
        string all = string.Concat(Enumerable.Range(0, count).Select(static batch => $"{batch};"));
        for (int key = 0; key < Keys; key++)
            Assert.That((await cluster.PxAsync("", cancellation, "kv", "get", $"list/{key}", "--dir", cluster.Directory)).Succeeded().Output, Is.EqualTo(all), $"list/{key}");
        (await cluster.PxAsync("", cancellation, "check", "--dir", cluster.Directory)).Succeeded();
    }

    private static async Task<int> SendAsync(PxGroup cluster, Action onSent, CancellationToken enough, CancellationToken cancellation)
    {
        int count = 0;
        while (!enough.IsCancellationRequested)
        {
            StringBuilder lines = new();
            for (int key = 0; key < Keys; key++)
                lines.Append($"append list/{key} {count};\n");
            (await BatchAsync(cluster, lines.ToString(), cancellation, "--ordered", "--timeout", "60s")).Succeeded();
            count++;
            onSent();
        }

        return count;
    }

    private static async Task<PxGroup> StartAsync(int replicas, CancellationToken cancellation, params string[] more)
    {
        PxGroup cluster = new();
        try
        {
            (await cluster.UpAsync(cancellation, ["--shards", "3", "--replicas", $"{replicas}", .. more])).Succeeded();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static Task<CommandResult> BatchAsync(PxGroup cluster, string lines, CancellationToken cancellation, params string[] options) =>
        cluster.PxAsync(lines, cancellation, ["kv", "batch", "-", "--dir", cluster.Directory, .. options]);
}
