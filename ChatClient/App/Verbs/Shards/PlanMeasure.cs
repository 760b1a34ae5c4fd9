using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Asks shards how much is in the arcs that a plan takes from them.</summary>
/// <param name="options">How to connect, but for the addresses.</param>
internal sealed class PlanMeasure(ClientOptions options)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The same plan with what is in the arcs; without it where a shard does not tell.</summary>
    public async Task<ShardPlan> OfAsync(ShardPlan plan, CancellationToken cancellation)
    {
        ShardPlan.Transfer[] transfers = [.. plan.Transfers().Where(static transfer => transfer.From != GroupId.None)];
        ArcsMeasure?[] found = await Task.WhenAll(transfers.Select(transfer => AskAsync(plan, transfer, cancellation)));
        Dictionary<(GroupId From, GroupId To), ArcsMeasure> measures = [];
        for (int index = 0; index < found.Length; index++)
        {
            if (found[index] is { } measure)
                measures.Add((transfers[index].From, transfers[index].To), measure);
        }

        return plan with { Measures = measures };
    }

    private async Task<ArcsMeasure?> AskAsync(ShardPlan plan, ShardPlan.Transfer transfer, CancellationToken cancellation)
    {
        int[] arcs = [.. plan.Moves.Where(move => move.From == transfer.From && move.To == transfer.To).Select(static move => move.Arc.Number).Order()];
        if (plan.Now.Find(transfer.From) is not { } source)
            return null;
        try
        {
            return await PlacementCalls.MeasureArcsAsync(options with { Endpoints = source.Addresses, RequestTimeout = _patience }, arcs, cancellation);
        }
        catch (Exception exception) when (exception is NotAppliedException or RejectedException)
        {
            return null;
        }
    }
}
