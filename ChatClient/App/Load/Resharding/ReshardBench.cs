using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Measures what clients notice of a shard that joins: keys that move are blocked for as long as they are handed over, and keys that stay should notice nothing. Writes go on at a fixed rate before, during and after it.
/// </summary>
/// <param name="cluster">The cluster, started, in which nothing is.</param>
/// <param name="plan">How much.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class ReshardBench(DrillCluster cluster, ReshardBenchPlan plan, Action<string> tell)
{
    /// <summary>Runs it.</summary>
    public async Task<ReshardBenchResult> RunAsync(CancellationToken cancellation)
    {
        if (plan.WarmsUp)
            await WarmUpAsync(cancellation);
        NewShard joiner = await cluster.StartShardAsync(cancellation);
        Configuration before = await PlacementCalls.ReadLatestAsync(cluster.ClientOptions, cancellation);
        MovingKeys keys = new(plan.Keys(before.Shards.Count), before, new Shard(joiner.Group, joiner.Points, joiner.Addresses));
        await using WriteLoad load = await WriteLoad.ConnectAsync(cluster.ClientOptions, keys, plan.ValueBytes, plan.Rate, cancellation);
        tell($"storing {keys.Count} keys of {plan.ValueBytes} bytes ...");
        await load.FillAsync(cancellation);
        load.Begin();
        tell($"{plan.Rate} writes a second for {plan.Window.TotalSeconds} s, then {ClusterFiles.NameOf(joiner.Group)} joins ...");
        await Task.Delay(plan.Settling, cancellation);
        double quiet = load.Now;
        await Task.Delay(plan.Window, cancellation);
        JobTimes job = new(cluster.ClientOptions, cluster.ClientOptions with { Endpoints = joiner.Addresses }, () => load.Now);
        await job.RunAsync(() => cluster.AddAsync(joiner, cancellation), cancellation);
        double done = load.Now;
        await Task.Delay(plan.Window, cancellation);
        double end = load.Now;
        tell("reading every key back ...");
        int lost = await load.StopAndAuditAsync(cancellation);
        return new ReshardBenchResult(before.Shards.Count, keys, load, job, new ReshardBenchTimes(quiet, job.Asked, job.Began(JobStep.Draining), done, end), lost);
    }

    // Programs compile what they run for the first time while they run it.
    private async Task WarmUpAsync(CancellationToken cancellation)
    {
        tell("a shard joins and leaves, so that the programs' code of moves is compiled ...");
        NewShard shard = await cluster.StartShardAsync(cancellation);
        MovingKeys keys = new(ReshardBenchPlan.WarmUpKeys, await PlacementCalls.ReadLatestAsync(cluster.ClientOptions, cancellation), new Shard(shard.Group, shard.Points, shard.Addresses));
        await using WriteLoad load = await WriteLoad.ConnectAsync(cluster.ClientOptions, keys, plan.ValueBytes, plan.Rate, cancellation);
        await load.FillAsync(cancellation);
        load.Begin();
        await cluster.WaitAsync(await cluster.AddAsync(shard, cancellation), cancellation);
        await Task.Delay(plan.Settling, cancellation);
        await cluster.WaitAsync(await cluster.RemoveAsync(shard.Group, cancellation), cancellation);
        await load.StopAndAuditAsync(cancellation);
        await cluster.RetireAsync(shard.Group);
    }
}

/// <summary>How much a <see cref="ReshardBench"/> does.</summary>
/// <param name="Megabytes">Millions of bytes that are to move.</param>
/// <param name="ValueBytes">Bytes of each value.</param>
/// <param name="Rate">Writes a second.</param>
/// <param name="Window">How long is measured before and after.</param>
/// <param name="WarmsUp">A shard joins and leaves before anything counts.</param>
internal sealed record ReshardBenchPlan(double Megabytes, int ValueBytes, double Rate, TimeSpan Window, bool WarmsUp)
{
    /// <summary>Keys that are stored before the shard of the warm-up joins.</summary>
    public const int WarmUpKeys = 20_000;

    /// <summary>The load has become even.</summary>
    public TimeSpan Settling => Window < TimeSpan.FromSeconds(2) ? Window : TimeSpan.FromSeconds(2);

    /// <summary>How many keys are stored in a cluster of so many shards, so that about as much moves as wanted.</summary>
    public int Keys(int shards) => (int)Math.Max(64, Megabytes * 1_000_000 / ValueBytes * (shards + 1));
}
