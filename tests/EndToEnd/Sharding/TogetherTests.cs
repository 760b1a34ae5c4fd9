using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Shards that share processes: each process runs a replica of every one of them, on one log.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class TogetherTests
{
    private const int Usage = 2;
    private const int Rejected = 4;
    private const int Shards = 3;
    private const int Replicas = 3;

    private static readonly string[] _keys = [.. Enumerable.Range(10, 12).Select(static number => $"key/{number}")];

    [Test]
    [CancelAfter(300_000)]
    public async Task Every_process_runs_a_replica_of_each_shard_and_any_of_them_may_be_killed(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        IReadOnlyList<PxReplica> before = await ShardsAsync(cluster, cancellation);
        Assert.That(before, Has.Count.EqualTo(Shards * Replicas));
        Assert.That(before.Select(static replica => replica.ProcessId).Distinct().Count(), Is.EqualTo(Replicas));
        Assert.That(before.Select(static replica => replica.DataDirectory).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(Replicas));
        await PutAsync(cluster, "first", cancellation);

        for (int place = 0; place < Replicas; place++)
        {
            int victim = (await ShardsAsync(cluster, cancellation))[place].ProcessId!.Value;
            await ProcessTable.KillAsync($"r{place} is gone", () => ProcessTable.IsAlive(victim) ? [victim] : []);
            await PutAsync(cluster, $"without r{place}", cancellation);
            (await cluster.UpAsync(cancellation)).Succeeded();
            await AssertReadAsync(cluster, $"without r{place}", cancellation);
        }

        (await PxAsync(cluster, cancellation, "check")).Succeeded();
        CommandResult down = (await cluster.PxAsync("", cancellation, "down", "--dir", Path.Combine(cluster.Directory, "shard-2"))).Succeeded();
        Assert.That(down.Error, Does.Contain("shard-1, shard-2, shard-3"), "who ends one of them is told of the others");
        Assert.That((await ShardsAsync(cluster, cancellation)).Select(static replica => replica.ProcessId), Is.All.Null);
        (await cluster.UpAsync(cancellation, "--shards", $"{Shards}", "--together")).Succeeded();
        (await PxAsync(cluster, cancellation, "down")).Succeeded();
        foreach (int place in Enumerable.Range(0, Replicas))
        {
            string log = await File.ReadAllTextAsync(Path.Combine(cluster.Directory, "shards", $"r{place}.log"), cancellation);
            Assert.That(log.Split("stopped as asked"), Has.Length.GreaterThanOrEqualTo(3), $"r{place} was ended twice, in good order");
        }

        (await cluster.UpAsync(cancellation)).Succeeded();
        await AssertReadAsync(cluster, $"without r{Replicas - 1}", cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_process_is_replaced_in_all_shards_at_once(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        await PutAsync(cluster, "before", cancellation);

        CommandResult replaced = (await cluster.PxAsync("", cancellation, "replica", "replace", "1", "--stop", "--dir", Path.Combine(cluster.Directory, "shard-2"))).Succeeded();

        Assert.That(replaced.Output, Does.StartWith("r1 at "));
        for (int shard = 1; shard <= Shards; shard++)
        {
            CommandResult status = (await cluster.PxAsync("", cancellation, "status", "--dir", Path.Combine(cluster.Directory, $"shard-{shard}"))).Succeeded();
            Assert.That(status.OutputLines[1], Does.EndWith("member list 1"));
            Assert.That(status.Output, Does.StartWith("well: 3 of 3 up, can lose 1\n"));
        }

        int left = (await ShardsAsync(cluster, cancellation))[2].ProcessId!.Value;
        await ProcessTable.KillAsync("r2 is gone", () => ProcessTable.IsAlive(left) ? [left] : []);
        await PutAsync(cluster, "after", cancellation);
        await AssertReadAsync(cluster, "after", cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_shard_that_leaves_leaves_the_processes_to_the_others_and_one_that_joins_has_its_own(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        await PutAsync(cluster, "before", cancellation);

        (await PxAsync(cluster, cancellation, "shard", "remove", "2")).Succeeded();
        (await PxAsync(cluster, cancellation, "shard", "add")).Succeeded();

        await AssertReadAsync(cluster, "before", cancellation);
        IReadOnlyList<PxReplica> after = await ShardsAsync(cluster, cancellation);
        Assert.That(after.Select(static replica => replica.ProcessId).Distinct().Count(), Is.EqualTo(2 * Replicas), "three that are shared, and three of the new shard");
        (await PxAsync(cluster, cancellation, "check")).Succeeded();
        (await PxAsync(cluster, cancellation, "down")).Succeeded();
        (await cluster.UpAsync(cancellation)).Succeeded();
        await AssertReadAsync(cluster, "before", cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task The_log_of_each_shard_is_exported_by_itself(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        foreach (string key in _keys)
            (await cluster.SendAsync(key, $"in {key}\n", cancellation)).Succeeded();
        string data = (await ShardsAsync(cluster, cancellation))[0].DataDirectory;
        (await PxAsync(cluster, cancellation, "down")).Succeeded();

        CommandResult unnamed = await cluster.PxAsync("", cancellation, "log", "export", "--data", data);
        List<string> all = [];
        for (int shard = 1; shard <= Shards; shard++)
            all.AddRange((await cluster.PxAsync("", cancellation, "log", "export", "--data", data, "--group", $"{shard}")).Succeeded().OutputLines);
        CommandResult foreign = await cluster.PxAsync("", cancellation, "log", "export", "--data", data, "--group", "9");

        Assert.That(all.Select(static line => line.Split('\t')[^1]), Is.EquivalentTo(_keys.Select(static key => $"in {key}")));
        ErrorAssert.Failed(unnamed, Usage, "PX1106", "1, 2, 3", "--group");
        ErrorAssert.Failed(foreign, Usage, "PX1106", "9");
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task What_cannot_be_together_is_refused(CancellationToken cancellation)
    {
        await using PxGroup apart = new();
        ErrorAssert.Failed(await apart.UpAsync(cancellation, "--together"), Usage, "PX1200", "--shards");
        (await apart.UpAsync(cancellation, "--shards", "2", "--replicas", "1")).Succeeded();
        ErrorAssert.Failed(await apart.UpAsync(cancellation, "--shards", "2", "--together"), Rejected, "PX1208", "--together");

        foreach (string groups in (string[])["1,1", "5-2", "1-65", "0", "1,,2", "x"])
        {
            CommandResult run = await Command.RunAsync(
                Programs.Replica, ["run", "--data", Path.Combine(apart.Directory, "none"), "--self", "0", "--members", "127.0.0.1:1", "--group", groups, "--create"], default, apart.Environment, cancellation);
            ErrorAssert.Failed(run, Usage, "PX1106", "--group");
        }
    }

    private static async Task<PxGroup> StartAsync(CancellationToken cancellation)
    {
        PxGroup cluster = new();
        try
        {
            (await cluster.UpAsync(cancellation, "--shards", $"{Shards}", "--replicas", $"{Replicas}", "--together")).Succeeded();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task PutAsync(PxGroup cluster, string value, CancellationToken cancellation)
    {
        foreach (string key in _keys)
            (await PxAsync(cluster, cancellation, "kv", "put", key, value)).Succeeded();
    }

    private static async Task AssertReadAsync(PxGroup cluster, string value, CancellationToken cancellation)
    {
        foreach (string key in _keys)
            Assert.That((await PxAsync(cluster, cancellation, "kv", "get", key)).Succeeded().Output, Is.EqualTo(value));
    }

    /// <summary>The replicas of the shards, without the master.</summary>
    private static async Task<IReadOnlyList<PxReplica>> ShardsAsync(PxGroup cluster, CancellationToken cancellation) => [.. (await cluster.ReplicasAsync(cancellation)).Skip(1)];

    private static Task<CommandResult> PxAsync(PxGroup cluster, CancellationToken cancellation, params string[] words) =>
        cluster.PxAsync("", cancellation, [.. words, "--dir", cluster.Directory]);
}
