using System.Diagnostics;
using PaxosShard.ChatClient.App.Checks;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load.Resharding;

namespace PaxosShard.ChatClient.App.Load.OrderedDrills;

/// <summary>
/// Adds and removes shards in turn, and kills a replica in the middle of each job (<see cref="StruckChange"/>), while clients issue bursts in ordered sessions: what all of them saw has to have one order.
/// </summary>
/// <param name="cluster">The cluster, started.</param>
/// <param name="plan">What is to be done.</param>
/// <param name="random">Chance.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class OrderedDrill(DrillCluster cluster, OrderedDrillPlan plan, Random random, Action<string> tell)
{
    /// <summary>Its name.</summary>
    public const string Name = "ordered";

    private const int AnswersBetween = 400;

    private readonly StruckChange _change = new(cluster, random) { MostShards = plan.Shards };
    private readonly LatencyHistogram _outages = new();
    private readonly List<BurstAudit> _bursts = [];

    /// <summary>Runs it.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<OrderedDrillResult> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        int round = 0;
        while (plan.Length is { } length ? Stopwatch.GetElapsedTime(began) < length : round < plan.Changes)
        {
            round++;
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(ReshardDrill.Patience);
            string done = await ChangeAsync(late.Token);
            tell(plan.Length is { } all ? $"{Name} {round}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} of {all.TotalSeconds:0} s: {done}" : $"{Name} {round} of {plan.Changes}: {done}");
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(ReshardDrill.Patience);
        return new OrderedDrillResult(round, BurstAudit.Of(_bursts), _outages, _change.Jobs, await cluster.HashesAgreeAsync(end.Token), await ClusterCheck.FindFaultsAsync(cluster.ClientOptions, end.Token));
    }

    // Keys, sessions and a history of its own for each change: the history is bounded, and judged at once.
    private async Task<string> ChangeAsync(CancellationToken cancellation)
    {
        await using BurstLoad load = await BurstLoad.StartAsync(cluster.ClientOptions, plan.Clients, plan.Fanout, cancellation);
        await load.WaitForMoreAsync(AnswersBetween, cancellation);
        long began = Stopwatch.GetTimestamp();
        string what = await _change.RunAsync(cancellation);
        await load.WaitForMoreAsync(AnswersBetween, cancellation);
        TimeSpan outage = load.Times.LongestGap(began, Stopwatch.GetTimestamp());
        _outages.Add(outage);
        BurstAudit audit = await load.StopAndAuditAsync(cancellation);
        _bursts.Add(audit);
        return $"{what}; no answer for {outage.TotalMilliseconds:0} ms; {audit.Bursts} bursts: {audit.Verdict}";
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
    public bool IsClean => Bursts.HasOneOrder && HashesAgree && Faults.Count == 0;
}
