namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>What a <see cref="GatewayBench"/> is to do.</summary>
/// <param name="Clients">How many clients ask, each with one request under way.</param>
/// <param name="Window">How long each window is.</param>
/// <param name="IsShardStopped">There is a second window, in which all replicas of one shard are stopped.</param>
internal sealed record GatewayBenchPlan(int Clients, TimeSpan Window, bool IsShardStopped);
