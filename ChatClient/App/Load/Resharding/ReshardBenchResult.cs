using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>What a <see cref="ReshardBench"/> has measured. All times are in seconds since the load began, all latencies in milliseconds.</summary>
/// <param name="Shards">Shards before.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Load">The load, ended.</param>
/// <param name="Job">When the job was in which step.</param>
/// <param name="Times">When what was measured.</param>
/// <param name="Lost">Keys that hold less than was acknowledged.</param>
internal sealed record ReshardBenchResult(int Shards, MovingKeys Keys, WriteLoad Load, JobTimes Job, ReshardBenchTimes Times, int Lost)
{
    /// <summary>The most that a moving key may be blocked, at the 99th percentile: milliseconds.</summary>
    public const double MostBlocked = 50;

    /// <summary>The most that the 99th percentile of keys that stay may grow by.</summary>
    public const double MostSlower = 2;

    /// <summary>The most that the share of what moves may be off: the part of it.</summary>
    public const double MostOff = 0.1;

    /// <summary>How soon progress has to be seen: seconds.</summary>
    public const double LatestProgress = 1;

    /// <summary>The windows, in their order: before, while copying, while handing over, after.</summary>
    public IReadOnlyList<(string Name, double From, double To)> Windows =>
    [
        ("before", Times.Quiet, Times.Asked),
        ("copying", Times.Asked, Times.HandOver),
        ("handing over", Times.HandOver, Times.Done),
        ("after", Times.Done, Times.End),
    ];

    /// <summary>Seconds from the request to the end.</summary>
    public double Seconds => Times.Done - Times.Asked;

    /// <summary>Seconds for which a step lasted.</summary>
    public double SecondsOf(JobStep step) => Job.Began(step + 1) - Job.Began(step);

    /// <summary>Millions of bytes a second that were copied.</summary>
    public double MegabytesPerSecond => Job.Bytes / 1_000_000.0 / Math.Max(0.001, Times.HandOver - Times.Asked);

    /// <summary>Seconds until progress was seen; infinity when none was.</summary>
    public double Progress => double.IsNaN(Job.FirstProgress) ? double.PositiveInfinity : Job.FirstProgress - Times.Asked;

    /// <summary>The share that moved, as a multiple of what the joiner should have.</summary>
    public double ShareRatio => Keys.ArcShare * (Shards + 1);

    /// <summary>How many times as long the 99th percentile of staying keys was in a time as before.</summary>
    public double Slower(double from, double to) => Quantile(from, to, moves: false, 0.99) / Math.Max(0.001, Quantile(Times.Quiet, Times.Asked, moves: false, 0.99));

    /// <summary>The same, while anything went on.</summary>
    public double SlowerWhileMoving => Slower(Times.Asked, Times.Done);

    /// <summary>How long moving keys were blocked, at the 99th percentile.</summary>
    public double Blocked => Quantile(Times.HandOver, Times.Done, moves: true, 0.99);

    /// <summary>Everything is as good as it has to be, on this machine.</summary>
    public bool MeetsAll => Blocked <= MostBlocked && SlowerWhileMoving <= MostSlower && Math.Abs(ShareRatio - 1) <= MostOff && Progress <= LatestProgress && Lost == 0;

    /// <summary>A part of the writes that were due in a time took no longer than this.</summary>
    public double Quantile(double from, double to, bool moves, double part) => WriteTimes.Quantile(Load.Times.LatenciesDue(from, to, moves), part);
}

/// <summary>When what was measured, in seconds since the load began.</summary>
/// <param name="Quiet">From here on the time before counts.</param>
/// <param name="Asked">The shard was asked for.</param>
/// <param name="HandOver">Enough was copied: requests were drained from here on, and then the arcs were handed over.</param>
/// <param name="Done">The job was done.</param>
/// <param name="End">The load ended.</param>
internal readonly record struct ReshardBenchTimes(double Quiet, double Asked, double HandOver, double Done, double End);
