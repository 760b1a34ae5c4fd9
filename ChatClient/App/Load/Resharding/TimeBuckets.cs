using PaxosShard.ChatClient.App.Load.OpenLoads;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>Writes in equal parts of time: how long those took that were due in each, and how many were acknowledged in it. Pure.</summary>
internal sealed class TimeBuckets
{
    /// <summary>Most parts; in a longer time they are longer.</summary>
    public const int Most = 2400;

    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(50);

    private readonly double?[] _medians;
    private readonly double?[] _tails;
    private readonly int[] _acknowledged;

    /// <summary>Sorts some writes.</summary>
    /// <param name="samples">The writes.</param>
    /// <param name="from">Where the first part begins.</param>
    /// <param name="to">Where the last one ends, at least.</param>
    public TimeBuckets(IEnumerable<WriteSample> samples, TimeSpan from, TimeSpan to)
    {
        Width = WidthOf(to - from);
        int count = Math.Max(1, (int)Math.Ceiling((to - from) / Width));
        _medians = new double?[count];
        _tails = new double?[count];
        _acknowledged = new int[count];
        List<double>?[] latencies = new List<double>?[count];
        foreach (WriteSample sample in samples)
        {
            if (PlaceOf(sample.Due - from) is { } due)
                (latencies[due] ??= []).Add(sample.Latency.TotalMilliseconds);
            if (sample.IsAcknowledged && PlaceOf(sample.Ended - from) is { } ended)
                _acknowledged[ended]++;
        }

        for (int place = 0; place < count; place++)
        {
            latencies[place]?.Sort();
            _medians[place] = RankOf(latencies[place], 0.5);
            _tails[place] = RankOf(latencies[place], 0.99);
        }
    }

    /// <summary>How long each part is.</summary>
    public TimeSpan Width { get; }

    /// <summary>The medians in milliseconds; null where no write was due.</summary>
    public IReadOnlyList<double?> Medians => _medians;

    /// <summary>The 99th percentiles in milliseconds; null where no write was due.</summary>
    public IReadOnlyList<double?> Tails => _tails;

    /// <summary>How many writes were acknowledged.</summary>
    public IReadOnlyList<int> Acknowledged => _acknowledged;

    /// <summary>How long each part of such a time is: 50 ms, or a multiple of it, so that there are not too many.</summary>
    public static TimeSpan WidthOf(TimeSpan length) => _shortest * Math.Max(1, Math.Ceiling(length / _shortest / Most));

    private int? PlaceOf(TimeSpan behind) => behind >= TimeSpan.Zero && (int)(behind / Width) is var place && place < _acknowledged.Length ? place : null;

    private static double? RankOf(List<double>? sorted, double part) => sorted?[(int)Math.Ceiling(part * sorted.Count) - 1];
}
