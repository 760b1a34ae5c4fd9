using HdrHistogram;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>
/// Counts durations from a microsecond to an hour, each to a thousandth of itself, in constant memory; what is shorter or longer counts as
/// the bound. To be read once nobody adds any more.
/// </summary>
/// <param name="isShared">Safe from any thread; otherwise one at a time may add, which costs less.</param>
internal sealed class LatencyHistogram(bool isShared = true)
{
    private const int SignificantDigits = 3;
    private static readonly long _longest = (long)TimeSpan.FromHours(1).TotalMicroseconds;

    private readonly HistogramBase _microseconds = isShared ? new LongConcurrentHistogram(1, _longest, SignificantDigits) : new LongHistogram(1, _longest, SignificantDigits);

    /// <summary>Durations counted.</summary>
    public long Count => _microseconds.TotalCount;

    /// <summary>The longest, to a thousandth of itself; zero when there is none.</summary>
    public TimeSpan Longest => Quantile(1);

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan duration) => _microseconds.RecordValue(Math.Clamp((long)duration.TotalMicroseconds, 1, _longest));

    /// <summary>Counts all that another one has counted.</summary>
    public void Add(LatencyHistogram other) => _microseconds.Add(other._microseconds);

    /// <summary>The duration that this part of all was not above; zero when there is none.</summary>
    /// <param name="part">0 to 1: 0.99 for the 99th percentile.</param>
    public TimeSpan Quantile(double part) =>
        Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_microseconds.GetValueAtPercentile(100 * part));
}
