using System.Globalization;
using System.Xml.Linq;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>Several plots in rows and columns, in one picture.</summary>
internal static class PlotSheet
{
    private const int WidthPixels = 640;
    private const int HeightPixels = 460;
    private const int DecadeParts = 9;
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    /// <summary>Draws all of them.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="draw">Draws the plot of a row and a column; the sheet disposes of it.</param>
    /// <returns>The picture, in SVG.</returns>
    public static string Compose(int rows, int columns, Func<int, int, Plot> draw)
    {
        XElement picture = new(_svg + "svg", new XAttribute("width", WidthPixels * columns), new XAttribute("height", HeightPixels * rows));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                using Plot plot = draw(row, column);
                picture.Add(Part(plot.GetSvgXml(WidthPixels, HeightPixels), column, row));
            }
        }

        return $"{picture}\n";
    }

    /// <summary>A line at each power of ten, with its number, and a short one at its multiples.</summary>
    public static NumericManual Decades(double[] figures)
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
}
