using System.Globalization;
using PaxosShard.Benchmarks.Peers.Report;
using PaxosShard.Benchmarks.Scale.Sweeps;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace PaxosShard.Benchmarks.Scale.Report;

/// <summary>Draws each sweep as a row: throughput, p99, and the replicas' time of processors for an operation; both scales are logarithmic, so that equal ratios are equal distances.</summary>
internal static class SweepPlot
{
    private static readonly (string Title, Func<ScalePoint, double?> Of)[] _figures =
    [
        ("operations/s", static point => point.PerSecond),
        ("p99 ms", static point => point.Percentile99Ms),
        ("replicas' CPU of an operation, us", static point => point.ReplicasMicroseconds),
    ];

    /// <summary>Draws it.</summary>
    /// <returns>The picture, in SVG.</returns>
    public static string Draw(IReadOnlyList<SweepResult> results) => PlotSheet.Compose(results.Count, _figures.Length, (row, column) => Draw(results[row], _figures[column].Title, _figures[column].Of));

    private static Plot Draw(SweepResult result, string title, Func<ScalePoint, double?> figure)
    {
        (double Value, double Figure)[] points = [.. result.Points.Select(point => ((double)point.Value, figure(point) ?? 0)).Where(static point => point.Item2 > 0)];
        Plot plot = new();
        if (points.Length > 0)
            plot.Add.Scatter(points.Select(static point => Math.Log10(point.Value)).ToArray(), points.Select(static point => Math.Log10(point.Figure)).ToArray());
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. result.Points.Select(static point => Math.Log10(point.Value))], [.. result.Points.Select(static point => point.Value.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.Left.TickGenerator = PlotSheet.Decades([.. points.Select(static point => point.Figure)]);
        plot.Title($"{result.Sweep.Name}: {title}");
        plot.XLabel(result.Sweep.Axis);
        plot.YLabel(title);
        return plot;
    }
}
