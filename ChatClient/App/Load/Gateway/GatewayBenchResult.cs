namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>What a <see cref="GatewayBench"/> has measured.</summary>
/// <param name="Plan">What was to be done.</param>
internal sealed record GatewayBenchResult(GatewayBenchPlan Plan)
{
    private const double Tail = 0.99;

    /// <summary>All requests of the first window.</summary>
    public required GatewayWindow All { get; init; }

    /// <summary>Those of the first window for shards that are not stopped.</summary>
    public required GatewayWindow OthersBefore { get; init; }

    /// <summary>Those of the first window for the shard that is stopped later.</summary>
    public required GatewayWindow StoppedBefore { get; init; }

    /// <summary>Those that were begun in the second window for shards that are not stopped.</summary>
    public required GatewayWindow OthersDuring { get; init; }

    /// <summary>Those that were begun in the second window for the shard that was stopped.</summary>
    public required GatewayWindow StoppedDuring { get; init; }

    /// <summary>The time of processors that the first window took.</summary>
    public required ProcessorTime Processors { get; init; }

    /// <summary>How long the first window really was.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Answers to G that no order of the puts explains.</summary>
    public required int Wrong { get; init; }

    /// <summary>All figures, in the order in which they are told.</summary>
    public IReadOnlyList<BenchFigure> Figures()
    {
        List<BenchFigure> figures =
        [
            new("requests a second", "requestsPerSecond", Math.Round(All.Served.Count / Length.TotalSeconds), ""),
            new("from the line to its answer: p50", "p50Ms", Milliseconds(All, 0.5), "ms"),
            new("from the line to its answer: p99", "p99Ms", Milliseconds(All, Tail), "ms"),
            new("answered busy", "busy", All.Busy, ""),
            new("failed otherwise", "failed", All.Failed, ""),
            new("processor time of the masters, 1,000 requests", "mastersSecondsPerThousand", PerThousand(Processors.Masters), "s"),
            new("processor time of the shards, 1,000 requests", "shardsSecondsPerThousand", PerThousand(Processors.Shards), "s"),
            new("processor time of the load, 1,000 requests", "loadSecondsPerThousand", PerThousand(Processors.Load), "s"),
            new("wrong answers", "wrong", Wrong, "", Most: 0),
        ];
        if (Plan.IsShardStopped)
            figures.Add(new BenchFigure("p99 of the other shards, one stopped against before", "othersStoppedRatio", Ratio(), "x", Most: 2));
        return figures;
    }

    private double? Ratio() =>
        OthersBefore.Served.Count == 0 || OthersDuring.Served.Count == 0 ? null : Math.Round(OthersDuring.Served.Quantile(Tail) / OthersBefore.Served.Quantile(Tail), 2);

    private double? PerThousand(TimeSpan time) => All.Served.Count == 0 ? null : Math.Round(1000 * time.TotalSeconds / All.Served.Count, 4);

    private static double? Milliseconds(GatewayWindow window, double part) => window.Served.Count == 0 ? null : Math.Round(window.Served.Quantile(part).TotalMilliseconds, 2);
}
