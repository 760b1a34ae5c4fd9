using System.Diagnostics;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Adds and removes shards in turn while clients append, and kills a primary of a group by chance at some moment of each job. Every job has to end by itself, and every append has to be there once and in its order.
/// </summary>
/// <param name="cluster">The cluster, started.</param>
/// <param name="random">Chance.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class ReshardDrill(DrillCluster cluster, Random random, Action<string> tell)
{
    /// <summary>Its name.</summary>
    public const string Name = "reshard";

    private const int Clients = 8;
    private const int AcknowledgementsBetween = 200;
    private const int LongestDelay = 400;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it and audits the keys.</summary>
    /// <param name="count">How many shards are added or removed.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ReshardDrillResult> RunAsync(int count, CancellationToken cancellation)
    {
        await using AppendLoad load = await AppendLoad.StartAsync(cluster.ClientOptions, Clients, cancellation);
        await load.WaitForMoreAsync(AcknowledgementsBetween, cancellation);
        LatencyHistogram outages = new();
        for (int round = 1; round <= count; round++)
        {
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(_patience);
            long began = Stopwatch.GetTimestamp();
            string what = await ChangeAsync(late.Token);
            await load.WaitForMoreAsync(AcknowledgementsBetween, late.Token);
            TimeSpan outage = load.Times.LongestGap(began, Stopwatch.GetTimestamp());
            outages.Add(outage);
            tell($"{Name} {round} of {count}: {what}; no acknowledgement for {outage.TotalMilliseconds:0} ms");
        }

        AppendAudit audit = await load.StopAndAuditAsync(cancellation);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(_patience);
        return new ReshardDrillResult(count, audit, outages, await cluster.HashesAgreeAsync(end.Token));
    }

    private async Task<string> ChangeAsync(CancellationToken cancellation)
    {
        GroupId[] groups = [GroupId.Masters, .. cluster.Shards];
        bool isAdded = cluster.Shards.Count <= 3;
        GroupId shard = cluster.Shards[random.Next(cluster.Shards.Count)];
        JobResult job;
        if (isAdded)
            (shard, job) = await cluster.AddAsync(cancellation);
        else
            job = await cluster.RemoveAsync(shard, cancellation);
        GroupId victim = groups[random.Next(groups.Length)];
        LocalGroup group = await cluster.GroupAsync(victim, cancellation);
        ReplicaRecord primary = await group.PrimaryAsync(cancellation);
        await Task.Delay(random.Next(LongestDelay), cancellation);
        await group.KillAsync(primary, cancellation);
        long killed = Stopwatch.GetTimestamp();
        await cluster.WaitAsync(job, cancellation);
        TimeSpan took = Stopwatch.GetElapsedTime(killed);
        await group.StartAsync(cancellation);
        if (!isAdded)
            await cluster.RetireAsync(shard);
        return $"{ClusterFiles.NameOf(shard)} {(isAdded ? "added" : "removed")}, the primary of {ClusterFiles.NameOf(victim)} killed, the job had ended {took.TotalMilliseconds:0} ms later";
    }
}

/// <summary>What a <see cref="ReshardDrill"/> found.</summary>
/// <param name="Changes">How many shards were added or removed.</param>
/// <param name="Appends">What the keys held.</param>
/// <param name="Outages">The longest time without an acknowledgement around each change.</param>
/// <param name="HashesAgree">All replicas of each group have the same state hash at the same executed slot, afterwards.</param>
internal sealed record ReshardDrillResult(int Changes, AppendAudit Appends, LatencyHistogram Outages, bool HashesAgree)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Appends.IsClean && HashesAgree;
}
