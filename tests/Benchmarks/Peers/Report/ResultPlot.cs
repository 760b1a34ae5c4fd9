using System.Text;
using PaxosShard.Benchmarks.Peers.Runs;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>Draws throughput and p99 against the requests under way, for each operation a row; both scales are logarithmic, so that equal ratios are equal distances.</summary>
internal static class ResultPlot
{
    private const int WidthPixels = 640;
    private const int HeightPixels = 460;
    private const int DecadeParts = 9;

    /// <summary>Draws it.</summary>
    /// <param name="results">What was measured.</param>
    /// <returns>The picture, in SVG.</returns>
    public static string Draw(Results results)
    {
        Figure[] figures = [Figure.Throughput, Figure.Percentile99];
        Operation[] operations = [.. results.Levels.Select(static level => level.Operation).Distinct().Order()];
        using MemoryStream image = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, WidthPixels * figures.Length, HeightPixels * operations.Length), image))
        {
            for (int row = 0; row < operations.Length; row++)
            {
                for (int column = 0; column < figures.Length; column++)
                {
                    using Plot plot = Draw(results, operations[row], figures[column]);
                    plot.Render(canvas, new PixelRect(column * WidthPixels, (column + 1) * WidthPixels, (row + 1) * HeightPixels, row * HeightPixels));
                }
            }
        } // The end of the picture is written only now.

        return Encoding.UTF8.GetString(image.ToArray());
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
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. outstanding.Select(static level => Math.Log10(level))], [.. outstanding.Select(static level => Figure.Text(level))]);
        plot.Axes.Left.TickGenerator = Decades([.. levels.Select(level => results.Of(level, figure.Of).Median)]);
        plot.Title($"{ResultTable.Name(operation)}s: {figure.Heading.ToLowerInvariant()}");
        plot.XLabel("requests under way");
        plot.YLabel($"{figure.Heading.ToLowerInvariant()}{figure.Unit}");
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    /// <summary>A line at each power of ten, with its number, and a short one at its multiples.</summary>
    private static NumericManual Decades(double[] figures)
    {
        double[] positive = [.. figures.Where(static figure => figure > 0)];
        NumericManual ticks = new();
        if (positive.Length == 0)
            return ticks;
        for (int decade = (int)Math.Floor(Math.Log10(positive.Min())); decade <= (int)Math.Ceiling(Math.Log10(positive.Max())); decade++)
        {
            ticks.AddMajor(decade, Figure.Text(Math.Pow(10, decade)));
            for (int part = 2; part <= DecadeParts; part++)
                ticks.AddMinor(decade + Math.Log10(part));
        }

        return ticks;
    }
}
