using System.Globalization;
using PaxosShard.ChatClient.App.Load.OpenLoads;

namespace PaxosShard.ChatClient.App.Load.CatchingUp;

/// <summary>What a <see cref="CatchUpBench"/> has measured.</summary>
internal sealed class CatchUpBenchResult
{
    private const double Tail = 0.99;

    // How much longer writes may take while a replica catches up than with all of them.
    private const double MostRatio = 1.5;

    private readonly Dictionary<CatchUpWindow, LatencyHistogram> _latencies = Enum.GetValues<CatchUpWindow>().ToDictionary(static window => window, static _ => new LatencyHistogram());
    private readonly LatencyHistogram _starting = new();
    private readonly LatencyHistogram _late = new();
    private readonly int _failed;
    private readonly CatchUpTimes _times;
    private readonly IReadOnlyList<WriteSample> _samples;

    /// <summary>Sorts all writes: one counts in the window in which it was due, where somebody began to wait for it.</summary>
    /// <param name="plan">What was to be done.</param>
    /// <param name="samples">All writes.</param>
    /// <param name="times">What was seen of the return.</param>
    public CatchUpBenchResult(CatchUpBenchPlan plan, IReadOnlyList<WriteSample> samples, CatchUpTimes times)
    {
        Plan = plan;
        Writes = samples.Count;
        _times = times;
        _samples = samples;
        _failed = samples.Count(static sample => !sample.IsAcknowledged);
        foreach (WriteSample sample in samples)
        {
            _late.Add(sample.Sent - sample.Due);
            if (times.WindowOf(sample.Due) is not { } window)
                continue;
            _latencies[window].Add(sample.Latency);
            if (window == CatchUpWindow.CatchingUp && sample.Due < times.Started + CatchUpTimes.Start)
                _starting.Add(sample.Latency);
        }
    }

    /// <summary>What was to be done.</summary>
    public CatchUpBenchPlan Plan { get; }

    /// <summary>How many writes were begun.</summary>
    public int Writes { get; }

    /// <summary>How many slots the replica lacked.</summary>
    public required long LackingSlots { get; init; }

    /// <summary>Writes of the load that were acknowledged and are not there.</summary>
    public required int LostWrites { get; init; }

    /// <summary>Values that were stored and are not there.</summary>
    public required int LostValues { get; init; }

    /// <summary>In the end all replicas have the same state.</summary>
    public required bool IsOneState { get; init; }

    /// <summary>Nothing that was acknowledged is lost, and the replicas agree.</summary>
    public bool IsClean => LostWrites + LostValues == 0 && IsOneState;

    /// <summary>How long the writes took that were due in a window.</summary>
    public LatencyHistogram Of(CatchUpWindow window) => _latencies[window];

    /// <summary>How much more the 99th percentile of a window is than with all replicas; null when one of them has no writes.</summary>
    public double? RatioOf(CatchUpWindow window) => Ratio(Of(window), Of(CatchUpWindow.All));

    /// <summary>All figures, in the order in which they are told.</summary>
    public IReadOnlyList<BenchFigure> Figures() =>
    [
        new("caught up, from the start of its process", "catchUpSeconds", Seconds(_times.CaughtUp - _times.Started), "s"),
        new("had the snapshot, from the start of its process", "snapshotSeconds", Seconds(_times.Installed - _times.Started), "s"),
        new("slots that it lacked", "lackingSlots", LackingSlots, ""),
        new("p99 while it catches up against all replicas", "catchingUpRatio", RatioOf(CatchUpWindow.CatchingUp), "x", Most: MostRatio),
        new("p99 while it catches up against afterwards", "catchingUpAfterRatio", Ratio(Of(CatchUpWindow.CatchingUp), Of(CatchUpWindow.After)), "x"),
        new($"p99 of the first {CatchUpTimes.Start.TotalSeconds:0} s of them, while programs start", "startingP99Ms", Milliseconds(_starting, Tail), "ms"),
        new("writes", "writes", Writes, ""),
        new("writes that failed", "failed", _failed, ""),
        new("acknowledged writes that are lost", "lostWrites", LostWrites, "", Most: 0),
        new("stored values that are lost", "lostValues", LostValues, "", Most: 0),
        new("the load itself was late by: p99", "lateP99Ms", Milliseconds(_late, Tail), "ms"),
    ];

    /// <summary>Each second of all windows, as lines of comma-separated values with a head: how many writes were due in it, and how long they took.</summary>
    public IEnumerable<string> Seconds()
    {
        yield return "second,window,writes,p50Ms,p99Ms,worstMs";
        foreach (IGrouping<int, WriteSample> second in _samples.Where(sample => _times.WindowOf(sample.Due) is not null).GroupBy(static sample => (int)sample.Due.TotalSeconds).OrderBy(static second => second.Key))
        {
            LatencyHistogram latency = new();
            foreach (WriteSample sample in second)
                latency.Add(sample.Latency);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{second.Key},{_times.WindowOf(second.First().Due)},{latency.Count},{Milliseconds(latency, 0.5)},{Milliseconds(latency, Tail)},{Milliseconds(latency, 1)}");
        }
    }

    private static double? Ratio(LatencyHistogram one, LatencyHistogram other) =>
        one.Count == 0 || other.Count == 0 ? null : Math.Round(one.Quantile(Tail) / other.Quantile(Tail), 2);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static double? Milliseconds(LatencyHistogram times, double part) => times.Count == 0 ? null : Math.Round(times.Quantile(part).TotalMilliseconds, 2);
}
