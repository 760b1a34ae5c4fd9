using System.Globalization;
using System.Xml.Linq;
using PaxosShard.Benchmarks.Peers.Runs;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>Draws throughput and p99 against the requests under way, for each operation a row; both scales are logarithmic, so that equal ratios are equal distances.</summary>
internal static class ResultPlot
{
    private const int WidthPixels = 640;
    private const int HeightPixels = 460;
    private const int DecadeParts = 9;
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    /// <summary>Draws it.</summary>
    /// <param name="results">What was measured.</param>
    /// <returns>The picture, in SVG.</returns>
    public static string Draw(Results results)
    {
        Figure[] figures = [Figure.Throughput, Figure.Percentile99];
        Operation[] operations = [.. results.Levels.Select(static level => level.Operation).Distinct().Order()];
        XElement picture = new(_svg + "svg", new XAttribute("width", WidthPixels * figures.Length), new XAttribute("height", HeightPixels * operations.Length));
        for (int row = 0; row < operations.Length; row++)
        {
            for (int column = 0; column < figures.Length; column++)
            {
                using Plot plot = Draw(results, operations[row], figures[column]);
                picture.Add(Part(plot.GetSvgXml(WidthPixels, HeightPixels), column, row));
            }
        }

        return $"{picture}\n";
    }

    /// <summary>A picture as a part of a larger one. What it refers to has names of its own, because names hold in all of the larger one.</summary>
    private static XElement Part(string picture, int column, int row)
    {
        XElement part = XElement.Parse(picture);
        part.SetAttributeValue("x", column * WidthPixels);
        part.SetAttributeValue("y", row * HeightPixels);
        foreach (XElement element in part.Descendants())
        {
            if (element.Attribute("id") is { } name)
                name.Value = $"plot-{row}-{column}-{name.Value}";
            if (element.Attribute("clip-path") is { } clip)
                clip.Value = clip.Value.Replace("url(#", $"url(#plot-{row}-{column}-", StringComparison.Ordinal);
        }

        return part;
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
            ticks.AddMajor(decade, Math.Pow(10, decade).ToString("0.######", CultureInfo.InvariantCulture));
            for (int part = 2; part <= DecadeParts; part++)
                ticks.AddMinor(decade + Math.Log10(part));
        }

        return ticks;
    }
}
