using System.Diagnostics;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>The time that counts of a measurement, which begins after a warm-up, and what was answered in it. Safe from any thread.</summary>
/// <param name="warmUp">Time before anything counts, from now on.</param>
/// <param name="length">Time that counts.</param>
internal sealed class LatencyWindow(TimeSpan warmUp, TimeSpan length)
{
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp() + Ticks(warmUp);

    /// <summary>From the beginning of each operation to its answer. To be read once nothing comes any more.</summary>
    public LatencyHistogram Latency { get; } = new(isShared: false);

    /// <summary>The same, each second apart. To be read once nothing comes any more.</summary>
    public SecondBySecond Seconds { get; } = new(length);

    /// <summary>Time that counts.</summary>
    public TimeSpan Length => length;

    private long End => _start + Ticks(length);

    /// <summary>Nothing more counts.</summary>
    public bool IsOver => Stopwatch.GetTimestamp() >= End;

    /// <summary>A length of time, as the clock of the machine counts it.</summary>
    public static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>An operation is answered now.</summary>
    /// <param name="begun">When its time began, by the clock of the machine.</param>
    public void Count(long begun) => Count([begun]);

    /// <summary>Operations are answered now, all by what was read at once.</summary>
    /// <param name="begun">When the time of each began, by the clock of the machine.</param>
    public void Count(ReadOnlySpan<long> begun)
    {
        long answered = Stopwatch.GetTimestamp();
        if (answered < _start || answered >= End)
            return;
        TimeSpan passed = Stopwatch.GetElapsedTime(_start, answered);
        lock (_gate)
        {
            foreach (long begin in begun)
            {
                TimeSpan took = Stopwatch.GetElapsedTime(begin, answered);
                Latency.Add(took);
                Seconds.Add(passed, took);
            }
        }
    }
}
