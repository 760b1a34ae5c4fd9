using System.Diagnostics;
using PaxosShard.ChatClient.App.Checks;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Keys;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Adds and removes shards in turn, and kills a replica in the middle of each job (<see cref="StruckChange"/>), while clients append, directly and through the gateways of the masters: every append has to be there once and in its
/// order. Meanwhile others read and change a few keys; their history has to be linearizable.
/// </summary>
/// <param name="cluster">The cluster, started.</param>
/// <param name="random">Chance.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class ReshardDrill(DrillCluster cluster, Random random, Action<string> tell)
{
    /// <summary>Its name.</summary>
    public const string Name = "reshard";

    private const int Clients = 8;
    private const int KeyCallers = 2;
    private const int AcknowledgementsBetween = 200;
    private const int GatewayAcknowledgementsBetween = 40;

    /// <summary>How long a change, or the audit, may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StruckChange _change = new(cluster, random);
    private readonly LatencyHistogram _outages = new();
    private readonly LatencyHistogram _gatewayOutages = new();
    private readonly List<KeyAudit> _keys = [];

    /// <summary>Runs it and audits the keys.</summary>
    /// <param name="count">How many shards are added or removed.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ReshardDrillResult> RunAsync(int count, CancellationToken cancellation)
    {
        await using AppendLoad load = await AppendLoad.StartAsync(cluster.ClientOptions, Clients, cancellation);
        await using GatewayLoad gateways = new(() => cluster.Gateways, Clients);
        await WaitForMoreAsync(load, gateways, cancellation);
        for (int round = 1; round <= count; round++)
        {
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(Patience);
            tell($"{Name} {round} of {count}: {await ChangeAsync(load, gateways, late.Token)}");
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(Patience);
        AppendAudit through = await gateways.StopAndAuditAsync(load.Reader, end.Token);
        AppendAudit direct = await load.StopAndAuditAsync(end.Token);
        return new ReshardDrillResult(
            count, new AppendersResult(direct, _outages, LostConnections: 0), new AppendersResult(through, _gatewayOutages, gateways.LostConnections),
            new KeyAudit(_keys.Sum(static keys => keys.Calls), _keys.Sum(static keys => keys.Unknown), _keys.Sum(static keys => keys.NotApplied), [.. _keys.SelectMany(static keys => keys.Wrong)]),
            _change.Jobs, await cluster.HashesAgreeAsync(end.Token), await ClusterCheck.FindFaultsAsync(cluster.ClientOptions, end.Token));
    }

    private static async Task WaitForMoreAsync(AppendLoad load, GatewayLoad gateways, CancellationToken cancellation)
    {
        await load.WaitForMoreAsync(AcknowledgementsBetween, cancellation);
        await gateways.WaitForMoreAsync(GatewayAcknowledgementsBetween, cancellation);
    }

    private async Task<string> ChangeAsync(AppendLoad load, GatewayLoad gateways, CancellationToken cancellation)
    {
        // A history of its own for each change: it is bounded, and judged at once.
        GatewayTalk[] talks = [.. Enumerable.Range(0, KeyCallers).Select(index => new GatewayTalk(() => cluster.Gateways, index))];
        try
        {
            Func<KeyCommand, Task<KeyResult>>[] through = [.. talks.Select(static talk => (Func<KeyCommand, Task<KeyResult>>)new GatewayKeys(talk).ExecuteAsync)];
            await using KeyLoad keys = await KeyLoad.StartAsync(cluster.ClientOptions, KeyCallers, through, cancellation);
            long began = Stopwatch.GetTimestamp();
            string what = await _change.RunAsync(cancellation);
            await WaitForMoreAsync(load, gateways, cancellation);
            long ended = Stopwatch.GetTimestamp();
            TimeSpan outage = load.Times.LongestGap(began, ended);
            TimeSpan gatewayOutage = gateways.Times.LongestGap(began, ended);
            _outages.Add(outage);
            _gatewayOutages.Add(gatewayOutage);
            KeyAudit audit = await keys.StopAndAuditAsync();
            _keys.Add(audit);
            return $"{what}; no acknowledgement for {outage.TotalMilliseconds:0} ms, through gateways for {gatewayOutage.TotalMilliseconds:0} ms; {audit.Calls} calls of keys are {(audit.IsClean ? "" : "NOT ")}linearizable";
        }
        finally
        {
            foreach (GatewayTalk talk in talks)
                talk.Dispose();
        }
    }
}
