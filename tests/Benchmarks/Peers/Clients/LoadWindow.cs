using System.Diagnostics;
using HdrHistogram;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>The time that counts of a measurement, which begins after a warm-up, and what was answered in it. One thread counts; others look when it has ended.</summary>
/// <param name="warmUp">Time before anything counts, from now on.</param>
/// <param name="length">Time that counts.</param>
internal sealed class LoadWindow(TimeSpan warmUp, TimeSpan length)
{
    private const int SignificantDigits = 3;

    private readonly LongHistogram _microseconds = new(1, (long)TimeSpan.FromMinutes(10).TotalMicroseconds, SignificantDigits);
    private readonly long _start = Stopwatch.GetTimestamp() + Ticks(warmUp);
    private readonly long _end = Stopwatch.GetTimestamp() + Ticks(warmUp) + Ticks(length);

    /// <summary>Requests that were acknowledged.</summary>
    public long Acknowledged => _microseconds.TotalCount;

    /// <summary>Requests that were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Nothing more counts.</summary>
    public bool IsOver => Stopwatch.GetTimestamp() >= _end;

    /// <summary>A request is answered.</summary>
    /// <param name="begun">When it was written, by the clock of the machine.</param>
    /// <param name="now">What the clock of the machine shows.</param>
    /// <param name="isAcknowledged">It was not refused.</param>
    public void Count(long begun, long now, bool isAcknowledged)
    {
        if (now < _start || now >= _end)
            return;
        if (isAcknowledged)
            _microseconds.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(begun, now).TotalMicroseconds));
        else
            Refused++;
    }

    /// <summary>The time that this part of the acknowledged requests was not above, in milliseconds.</summary>
    /// <param name="part">0 to 1.</param>
    public double Quantile(double part) => Acknowledged == 0 ? 0 : _microseconds.GetValueAtPercentile(100 * part) / 1000.0;

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
