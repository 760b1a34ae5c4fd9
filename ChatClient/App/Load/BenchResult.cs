namespace PaxosShard.ChatClient.App.Load;

/// <summary>What one level of load gave.</summary>
/// <param name="Outstanding">Messages that were sent and not acknowledged, at any time.</param>
/// <param name="Length">How long it was measured.</param>
/// <param name="Latency">From send to acknowledgement, of every message acknowledged in that time.</param>
/// <param name="Syncs">Calls of fdatasync in that time, by all replicas together; null when one did not tell, or was started again.</param>
internal sealed record BenchResult(int Outstanding, TimeSpan Length, LatencyHistogram Latency, ulong? Syncs)
{
    /// <summary>Acknowledged messages a second.</summary>
    public double MessagesPerSecond => Latency.Count / Length.TotalSeconds;

    /// <summary>Calls of fdatasync a second, by all replicas together.</summary>
    public double? SyncsPerSecond => Syncs / Length.TotalSeconds;
}
