using PaxosShard.ChatClient.App.Load.OpenLoads;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>What a <see cref="ReshardBench"/> has measured.</summary>
/// <param name="plan">What was to be done.</param>
/// <param name="shardsBefore">How many shards there were.</param>
/// <param name="keys">The keys that were written.</param>
/// <param name="samples">All writes.</param>
/// <param name="times">What was seen of the job.</param>
internal sealed class ReshardBenchResult(ReshardBenchPlan plan, int shardsBefore, IReadOnlyList<LoadKey> keys, IReadOnlyList<WriteSample> samples, JobTimes times)
{
    private const int AllArcs = Hashing.Arc.Count;
    private const double Tail = 0.99;

    private readonly WindowLatencies _latencies = new(keys, samples, times);

    /// <summary>What was to be done.</summary>
    public ReshardBenchPlan Plan => plan;

    /// <summary>The keys that were written.</summary>
    public IReadOnlyList<LoadKey> Keys => keys;

    /// <summary>All writes.</summary>
    public IReadOnlyList<WriteSample> Samples => samples;

    /// <summary>What was seen of the job.</summary>
    public JobTimes Times => times;

    /// <summary>How long writes took in each window.</summary>
    public WindowLatencies Latencies => _latencies;

    /// <summary>How many shards there were before.</summary>
    public int ShardsBefore => shardsBefore;

    /// <summary>How many arcs have moved.</summary>
    public required int MovedArcs { get; init; }

    /// <summary>How many of the stored values have moved.</summary>
    public required int MovedValues { get; init; }

    /// <summary>Writes of the load that were acknowledged and are not there.</summary>
    public required int LostWrites { get; init; }

    /// <summary>Values that were stored before and are not there, or not as they were.</summary>
    public required int LostValues { get; init; }

    /// <summary>Nothing that was acknowledged is lost.</summary>
    public bool IsClean => LostWrites + LostValues == 0;

    /// <summary>All figures, in the order in which they are told.</summary>
    public IReadOnlyList<BenchFigure> Figures()
    {
        double fair = 1.0 / (shardsBefore + 1);
        double share = (double)MovedValues / plan.Values;
        TimeSpan copying = times.Draining - times.Copying;
        LatencyHistogram blocked = _latencies.Blocked;
        LatencyHistogram late = new();
        foreach (WriteSample sample in samples)
            late.Add(sample.Sent - sample.Due);
        return
        [
            new("job, from the request until it is done", "jobSeconds", Seconds(times.Done - times.Asked), "s"),
            new("copying", "copyingSeconds", Seconds(copying), "s"),
            new("draining", "drainingSeconds", Seconds(times.Committed - times.Draining), "s"),
            new("committed", "committedSeconds", Seconds(times.Done - times.Committed), "s"),
            new("start of the new replicas, before the request", "startSeconds", Seconds(times.Asked - times.Starting), "s"),
            new("first progress, from the request", "progressSeconds", Seconds(times.Progress - times.Asked), "s", Most: 1),
            new("copied", "copiedMegabytes", Math.Round(times.CopiedBytes / 1e6, 3), "MB"),
            new("copied, a second of copying", "copiedMegabytesPerSecond", times.CopiedBytes > 0 && copying > TimeSpan.Zero ? Math.Round(times.CopiedBytes / 1e6 / copying.TotalSeconds, 2) : null, "MB/s"),
            new("arcs that moved", "movedArcs", MovedArcs, ""),
            new("share of the arcs that moved", "arcShare", Math.Round(100.0 * MovedArcs / AllArcs, 2), "%"),
            new("share of the values that moved", "valueShare", Math.Round(100 * share, 2), "%"),
            new($"1/{shardsBefore + 1}", "fairShare", Math.Round(100 * fair, 2), "%"),
            new($"share of the values against 1/{shardsBefore + 1}", "shareDeviation", Math.Round(100 * Math.Abs((share / fair) - 1), 2), "% off", Most: 10),
            new("blocked at the hand-over, keys that move: p50", "blockedP50Ms", Milliseconds(blocked, 0.5), "ms"),
            new("blocked at the hand-over, keys that move: p99", "blockedP99Ms", Milliseconds(blocked, Tail), "ms", Most: 50),
            new("blocked at the hand-over, keys that move: worst", "blockedWorstMs", Milliseconds(blocked, 1), "ms"),
            new("p99 of keys that stay, copying against quiet", "stayingCopyingRatio", StayingRatio(ChangeWindow.Copying), "x", Most: 2),
            new("p99 of keys that stay, handing over against quiet", "stayingHandingOverRatio", StayingRatio(ChangeWindow.HandingOver), "x", Most: 2),
            new("writes", "writes", samples.Count, ""),
            new("writes that failed", "failed", samples.Count(static sample => !sample.IsAcknowledged), ""),
            new("acknowledged writes that are lost", "lostWrites", LostWrites, "", Most: 0),
            new("stored values that are lost", "lostValues", LostValues, "", Most: 0),
            new("the load itself was late by: p99", "lateP99Ms", Milliseconds(late, Tail), "ms"),
        ];
    }

    /// <summary>How much more the 99th percentile of a window is than that of the quiet one; null when one of them has no writes.</summary>
    public double? RatioOf(ChangeWindow window, bool isMoving)
    {
        LatencyHistogram quiet = _latencies.Of(ChangeWindow.Quiet, isMoving);
        LatencyHistogram other = _latencies.Of(window, isMoving);
        return quiet.Count == 0 || other.Count == 0 ? null : Math.Round(other.Quantile(Tail) / quiet.Quantile(Tail), 2);
    }

    private double? StayingRatio(ChangeWindow window) => RatioOf(window, isMoving: false);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static double? Milliseconds(LatencyHistogram times, double part) => times.Count == 0 ? null : Math.Round(times.Quantile(part).TotalMilliseconds, 2);
}
