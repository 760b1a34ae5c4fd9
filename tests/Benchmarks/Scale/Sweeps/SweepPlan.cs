namespace PaxosShard.Benchmarks.Scale.Sweeps;

/// <summary>What is measured.</summary>
internal sealed record SweepPlan
{
    /// <summary>The sweeps, in turn.</summary>
    public required IReadOnlyList<Sweep> Sweeps { get; init; }

    /// <summary>How long each point is measured, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>How often each sweep is measured.</summary>
    public required int Windows { get; init; }

    /// <summary>Most points of each sweep.</summary>
    public required int MostPoints { get; init; }
}

/// <summary>What a sweep gave.</summary>
/// <param name="Sweep">The sweep.</param>
/// <param name="Points">Its points, from the smallest one on.</param>
internal sealed record SweepResult(Sweep Sweep, IReadOnlyList<ScalePoint> Points)
{
    /// <summary>The middle of several windows: of each point, the window with the median throughput (of an even number the lower one of the two).</summary>
    public static SweepResult Middle(Sweep sweep, IEnumerable<ScalePoint> points) => new(
        sweep,
        [
            .. points.GroupBy(static point => point.Value).OrderBy(static point => point.Key)
                .Select(static windows => windows.OrderBy(static point => point.PerSecond).ElementAt((windows.Count() - 1) / 2)),
        ]);
}
