namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>What a <see cref="GatewayBench"/> is to do.</summary>
/// <param name="Clients">How many clients ask, each with one request under way.</param>
/// <param name="Window">How long the first window is.</param>
/// <param name="Stopped">How long the second window is, in which all replicas of one shard are stopped; null when there is none.</param>
internal sealed record GatewayBenchPlan(int Clients, TimeSpan Window, TimeSpan? Stopped)
{
    /// <summary>There is a second window.</summary>
    public bool IsShardStopped => Stopped is not null;
}
