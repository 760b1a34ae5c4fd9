using PaxosShard.ChatClient.App.Load.Keys;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>What a <see cref="ReshardDrill"/> found.</summary>
/// <param name="Changes">How many shards were added or removed.</param>
/// <param name="Direct">What became of the appends by the client library.</param>
/// <param name="Gateways">What became of those through gateways.</param>
/// <param name="Keys">What the callers of a few keys were told, by both ways, and whether it can be true.</param>
/// <param name="Jobs">How long each job took from the kill on.</param>
/// <param name="HashesAgree">All replicas of each group have the same state hash at the same executed slot, afterwards.</param>
/// <param name="Faults">What <c>px check</c> finds wrong afterwards: arcs that nobody serves or several do, what is left over, moves that are half done.</param>
internal sealed record ReshardDrillResult(int Changes, AppendersResult Direct, AppendersResult Gateways, KeyAudit Keys, LatencyHistogram Jobs, bool HashesAgree, IReadOnlyList<string> Faults)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Direct.Appends.IsClean && Gateways.Appends.IsClean && Keys.IsClean && HashesAgree && Faults.Count == 0;
}

/// <summary>What became of the appends of some clients.</summary>
/// <param name="Appends">What the keys held.</param>
/// <param name="Outages">The longest time without an acknowledgement around each change.</param>
/// <param name="LostConnections">Connections that were lost while an append had no answer; the client library hides them.</param>
internal sealed record AppendersResult(AppendAudit Appends, LatencyHistogram Outages, int LostConnections);
