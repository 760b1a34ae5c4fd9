using PaxosShard.ChatClient.App.Load.Follows;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>What one level of load gave.</summary>
/// <param name="Outstanding">Operations that were begun and not answered, at any time; null at a fixed rate.</param>
/// <param name="Rate">Operations that were due each second; null when each began where another had ended.</param>
/// <param name="Window">The time of every operation that was answered while it was measured: from its beginning, and at a fixed rate from when it was due.</param>
/// <param name="Usage">What it cost; null when one of the replicas did not tell, or was started again.</param>
internal sealed record BenchResult(int? Outstanding, double? Rate, LatencyWindow Window, GroupUsage? Usage)
{
    /// <summary>What followers have received; null when there were none.</summary>
    public FollowResult? Follows { get; init; }

    /// <summary>From the beginning of each operation, or when it was due, to its answer.</summary>
    public LatencyHistogram Latency => Window.Latency;

    /// <summary>Answered operations a second.</summary>
    public double PerSecond => Latency.Count / Window.Length.TotalSeconds;

    /// <summary>Calls of fdatasync a second, by all replicas together.</summary>
    public double? SyncsPerSecond => Usage is { } usage ? usage.Syncs / Window.Length.TotalSeconds : null;

    /// <summary>Time of processors that all replicas together took for 1,000 operations, in seconds.</summary>
    public double? ReplicasPer1000 => Per1000(Usage?.Replicas);

    /// <summary>Time of processors that this program took for 1,000 operations, in seconds.</summary>
    public double? LoadPer1000 => Per1000(Usage?.Load);

    /// <summary>The part of <see cref="GroupUsage.Load"/> that went into compiling methods of this program, 0 to 1.</summary>
    public double? LoadCompilation => Usage is { Load.Ticks: > 0 } usage ? Math.Min(1, usage.Compilation / usage.Load) : null;

    private double? Per1000(TimeSpan? time) => time is { } taken && Latency.Count > 0 ? taken.TotalSeconds * 1000 / Latency.Count : null;
}
