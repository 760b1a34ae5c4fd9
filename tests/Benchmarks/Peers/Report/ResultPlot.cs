using System.Globalization;
using PaxosShard.Benchmarks.Peers.Runs;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>Draws throughput and p99 against the requests under way, for each operation a row; both scales are logarithmic, so that equal ratios are equal distances.</summary>
internal static class ResultPlot
{
    /// <summary>Draws it.</summary>
    /// <param name="results">What was measured.</param>
    /// <returns>The picture, in SVG.</returns>
    public static string Draw(Results results)
    {
        Figure[] figures = [Figure.Throughput, Figure.Percentile99];
        Operation[] operations = [.. results.Levels.Select(static level => level.Operation).Distinct().Order()];
        return PlotSheet.Compose(operations.Length, figures.Length, (row, column) => Draw(results, operations[row], figures[column]));
    }

    private static Plot Draw(Results results, Operation operation, Figure figure)
    {
        LevelKey[] levels = [.. results.Levels.Where(level => level.Operation == operation)];
        Plot plot = new();
        foreach (IGrouping<string, LevelKey> peer in levels.GroupBy(static level => level.Peer, StringComparer.Ordinal))
        {
            (double Outstanding, double Median)[] points = [.. peer.Select(level => ((double)level.Outstanding, results.Of(level, figure.Of).Median)).Where(static point => point.Item2 > 0).Order()];
            if (points.Length > 0)
                plot.Add.Scatter(points.Select(static point => Math.Log10(point.Outstanding)).ToArray(), points.Select(static point => Math.Log10(point.Median)).ToArray()).LegendText = peer.Key;
        }

        int[] outstanding = [.. levels.Select(static level => level.Outstanding).Distinct().Order()];
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. outstanding.Select(static level => Math.Log10(level))], [.. outstanding.Select(static level => level.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.Left.TickGenerator = PlotSheet.Decades([.. levels.Select(level => results.Of(level, figure.Of).Median)]);
        plot.Title($"{ResultTable.Name(operation)}s: {figure.Heading.ToLowerInvariant()}");
        plot.XLabel("requests under way");
        plot.YLabel($"{figure.Heading.ToLowerInvariant()}{figure.Unit}");
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }
}
