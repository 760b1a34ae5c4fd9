namespace PaxosShard.ChatClient.App.Load;

/// <summary>What one level of load gave.</summary>
/// <param name="Outstanding">Messages that were sent and not acknowledged, at any time.</param>
/// <param name="Length">How long it was measured.</param>
/// <param name="Latency">From send to acknowledgement, of every message acknowledged in that time.</param>
/// <param name="Flushes">Disk flushes of the machine in that time; null where the kernel does not tell.</param>
internal sealed record BenchResult(int Outstanding, TimeSpan Length, LatencyHistogram Latency, long? Flushes)
{
    /// <summary>Acknowledged messages a second.</summary>
    public double MessagesPerSecond => Latency.Count / Length.TotalSeconds;

    /// <summary>Disk flushes a second.</summary>
    public double? FlushesPerSecond => Flushes / Length.TotalSeconds;
}
