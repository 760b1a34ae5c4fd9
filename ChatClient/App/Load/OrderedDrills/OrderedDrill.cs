using System.Diagnostics;
using PaxosShard.ChatClient.App.Checks;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load.Resharding;

namespace PaxosShard.ChatClient.App.Load.OrderedDrills;

/// <summary>
/// Adds and removes shards in turn, and kills a replica in the middle of each job (<see cref="StruckChange"/>), while clients issue bursts in ordered sessions: what all of them saw has to have one order.
/// </summary>
/// <param name="cluster">The cluster, started.</param>
/// <param name="random">Chance.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class OrderedDrill(DrillCluster cluster, Random random, Action<string> tell)
{
    /// <summary>Its name.</summary>
    public const string Name = "ordered";

    private const int AnswersBetween = 400;

    private readonly StruckChange _change = new(cluster, random);
    private readonly LatencyHistogram _outages = new();
    private readonly List<BurstAudit> _bursts = [];

    /// <summary>Runs it.</summary>
    /// <param name="count">How many shards are added or removed.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<OrderedDrillResult> RunAsync(int count, CancellationToken cancellation)
    {
        for (int round = 1; round <= count; round++)
        {
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(ReshardDrill.Patience);
            tell($"{Name} {round} of {count}: {await ChangeAsync(late.Token)}");
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(ReshardDrill.Patience);
        BurstAudit all = new(_bursts.Sum(static audit => audit.Bursts), _bursts.Sum(static audit => audit.Operations), _bursts.Sum(static audit => audit.Failed), _bursts.Sum(static audit => audit.Unknown), _bursts.Find(static audit => audit.Wrong is not null)?.Wrong);
        return new OrderedDrillResult(count, all, _outages, _change.Jobs, await cluster.HashesAgreeAsync(end.Token), await ClusterCheck.FindFaultsAsync(cluster.ClientOptions, end.Token));
    }

    // Keys, sessions and a history of its own for each change: the history is bounded, and judged at once.
    private async Task<string> ChangeAsync(CancellationToken cancellation)
    {
        await using BurstLoad load = await BurstLoad.StartAsync(cluster.ClientOptions, cancellation);
        await load.WaitForMoreAsync(AnswersBetween, cancellation);
        long began = Stopwatch.GetTimestamp();
        string what = await _change.RunAsync(cancellation);
        await load.WaitForMoreAsync(AnswersBetween, cancellation);
        TimeSpan outage = load.Times.LongestGap(began, Stopwatch.GetTimestamp());
        _outages.Add(outage);
        BurstAudit audit = await load.StopAndAuditAsync(cancellation);
        _bursts.Add(audit);
        return $"{what}; no answer for {outage.TotalMilliseconds:0} ms; {audit.Bursts} bursts have {(audit.Wrong is null ? "one" : "NO")} order";
    }
}

/// <summary>What an <see cref="OrderedDrill"/> found.</summary>
/// <param name="Changes">How many shards were added or removed.</param>
/// <param name="Bursts">What the sessions were told, in all changes together.</param>
/// <param name="Outages">The longest time without an answer around each change.</param>
/// <param name="Jobs">How long each job took from the kill on.</param>
/// <param name="HashesAgree">All replicas of each group have the same state hash at the same executed slot, afterwards.</param>
/// <param name="Faults">What <c>px check</c> finds wrong afterwards.</param>
internal sealed record OrderedDrillResult(int Changes, BurstAudit Bursts, LatencyHistogram Outages, LatencyHistogram Jobs, bool HashesAgree, IReadOnlyList<string> Faults)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Bursts.Wrong is null && HashesAgree && Faults.Count == 0;
}
