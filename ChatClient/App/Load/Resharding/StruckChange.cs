using System.Diagnostics;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Adds a shard or removes one, by turns, and kills a replica of a group by chance at some moment of the job: every second time the primary, otherwise any. The job has to end by itself.
/// </summary>
/// <param name="cluster">The cluster, started.</param>
/// <param name="random">Chance.</param>
internal sealed class StruckChange(DrillCluster cluster, Random random)
{
    private const int LongestDelay = 400;

    /// <summary>With more shards than these one is removed, otherwise one is added.</summary>
    public int MostShards { get; init; } = 3;

    /// <summary>How long each job took from the kill on.</summary>
    public LatencyHistogram Jobs { get; } = new();

    /// <summary>Changes the cluster once, and has all replicas run again in the end.</summary>
    /// <returns>What was done, for people.</returns>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        GroupId[] groups = [GroupId.Masters, .. cluster.Shards];
        bool isAdded = cluster.Shards.Count <= MostShards;
        GroupId shard = cluster.Shards[random.Next(cluster.Shards.Count)];
        JobResult job;
        if (isAdded)
            (shard, job) = await cluster.AddAsync(cancellation);
        else
            job = await cluster.RemoveAsync(shard, cancellation);
        GroupId victim = groups[random.Next(groups.Length)];
        LocalGroup group = await cluster.GroupAsync(victim, cancellation);
        ReplicaRecord primary = await group.PrimaryAsync(cancellation);
        ReplicaRecord killed = random.Next(2) == 0 ? primary : group.State.Replicas[random.Next(group.State.Replicas.Count)];
        await Task.Delay(random.Next(LongestDelay), cancellation);
        await group.KillAsync(killed, cancellation);
        long since = Stopwatch.GetTimestamp();

        // A group of one is down with it, and its part of the job waits.
        if (group.State.Replicas.Count == 1)
            await group.StartAsync(cancellation);
        await cluster.WaitAsync(job, cancellation);
        TimeSpan took = Stopwatch.GetElapsedTime(since);
        Jobs.Add(took);
        await group.StartAsync(cancellation);
        if (!isAdded)
            await cluster.RetireAsync(shard);
        return $"{ClusterFiles.NameOf(shard)} {(isAdded ? "added" : "removed")}, {ClusterFiles.NameOf(victim)}/{killed.Name}{(killed == primary ? ", the primary," : "")} killed, the job had ended {took.TotalMilliseconds:0} ms later";
    }
}
