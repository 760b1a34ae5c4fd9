using System.Numerics;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>
/// Counts durations in buckets that are about 3 % wide, from a microsecond to over an hour, in constant memory. One thread at a
/// time adds; histograms of several threads are added up afterwards.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int BitsWithinPower = 5;
    private const int WithinPower = 1 << BitsWithinPower;
    private const int Powers = 40;

    private readonly long[] _counts = new long[Powers * WithinPower];

    /// <summary>Durations counted.</summary>
    public long Count { get; private set; }

    /// <summary>The longest.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan duration)
    {
        _counts[BucketOf(Microseconds(duration))]++;
        Count++;
        if (duration > Longest)
            Longest = duration;
    }

    /// <summary>Takes in what another one counted.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            _counts[bucket] += other._counts[bucket];
        Count += other.Count;
        if (other.Longest > Longest)
            Longest = other.Longest;
    }

    /// <summary>The duration that this part of all was not above; zero when there is none.</summary>
    /// <param name="part">0 to 1: 0.99 for the 99th percentile.</param>
    public TimeSpan Quantile(double part)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(part * Count));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted && _counts[bucket] > 0)
                return TimeSpan.FromMicroseconds(Math.Min(TopOf(bucket), Longest.TotalMicroseconds));
        }
        return TimeSpan.Zero;
    }

    private static ulong Microseconds(TimeSpan duration) => (ulong)Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);

    // Values below 32 have a bucket each; above, each power of two has 32.
    private static int BucketOf(ulong value)
    {
        int shift = Math.Max(0, BitOperations.Log2(value | 1) - BitsWithinPower);
        int bucket = (shift << BitsWithinPower) + (int)(value >> shift);
        return Math.Min(bucket, (Powers * WithinPower) - 1);
    }

    private static double TopOf(int bucket)
    {
        if (bucket < 2 * WithinPower)
            return bucket;
        int shift = (bucket >> BitsWithinPower) - 1;
        long within = bucket - ((long)shift << BitsWithinPower);
        return ((within + 1) << shift) - 1;
    }
}
