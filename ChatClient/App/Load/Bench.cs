using System.Diagnostics;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>
/// Keeps a fixed number of messages outstanding over one connection and measures what is acknowledged; each acknowledged
/// message is on the disks of a quorum. The warm-up is not counted.
/// </summary>
/// <param name="options">How to connect.</param>
/// <param name="countSyncs">Counts the syncs that all replicas have made since their start; null when one does not answer.</param>
/// <param name="sizeBytes">Length of each text.</param>
/// <param name="warmUp">Time before anything counts.</param>
/// <param name="length">Time that counts.</param>
internal sealed class Bench(ClientOptions options, Func<CancellationToken, Task<ulong?>> countSyncs, int sizeBytes, TimeSpan warmUp, TimeSpan length)
{
    private const string Room = "bench";
    private const string Author = "bench";

    private readonly string _text = new('x', sizeBytes);

    /// <summary>Measures one level of load.</summary>
    public async Task<BenchResult> RunAsync(int outstanding, CancellationToken cancellation)
    {
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
        await client.SendAsync(Room, Author, _text, cancellation);
        long start = Stopwatch.GetTimestamp() + Ticks(warmUp);
        long end = start + Ticks(length);
        LatencyHistogram latency = new();
        Task[] senders = [.. Enumerable.Range(0, outstanding).Select(_ => SendAsync(client, latency, start, end, cancellation))];
        await Task.Delay(warmUp, cancellation);
        ulong? before = await countSyncs(cancellation);
        await Task.Delay(length, cancellation);
        ulong? after = await countSyncs(cancellation);
        await Task.WhenAll(senders);
        return new BenchResult(outstanding, length, latency, after >= before ? after - before : null);
    }

    private async Task SendAsync(ChatLogClient client, LatencyHistogram latency, long start, long end, CancellationToken cancellation)
    {
        while (true)
        {
            long sent = Stopwatch.GetTimestamp();
            if (sent >= end)
                return;
            await client.SendAsync(Room, Author, _text, cancellation);
            long acknowledged = Stopwatch.GetTimestamp();
            if (acknowledged >= start && acknowledged < end)
                latency.Add(Stopwatch.GetElapsedTime(sent, acknowledged));
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}

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
