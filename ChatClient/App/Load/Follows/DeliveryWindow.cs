using System.Diagnostics;
using PaxosShard.ChatClient.App.Load.Levels;

namespace PaxosShard.ChatClient.App.Load.Follows;

/// <summary>The time in which deliveries to followers count. Safe from any thread.</summary>
internal sealed class DeliveryWindow
{
    private long _start = long.MaxValue;
    private long _end = long.MaxValue;

    /// <summary>From now on there is a time that counts; before, nothing did.</summary>
    /// <param name="warmUp">How long nothing counts still.</param>
    /// <param name="length">How long it counts then.</param>
    public void Begin(TimeSpan warmUp, TimeSpan length)
    {
        long start = Stopwatch.GetTimestamp() + LatencyWindow.Ticks(warmUp);
        Volatile.Write(ref _end, start + LatencyWindow.Ticks(length));
        Volatile.Write(ref _start, start);
    }

    /// <summary>What is delivered then counts.</summary>
    /// <param name="at">When, as the clock of the machine counts.</param>
    public bool Has(long at) => at >= Volatile.Read(ref _start) && at < Volatile.Read(ref _end);
}
