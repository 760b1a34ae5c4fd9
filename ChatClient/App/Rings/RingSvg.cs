using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.ChatClient.App.Rings;

/// <summary>
/// A configuration as a picture: the arcs as a circle, from the top clockwise, in the colours of their owners, one path for each shard; and a legend. Pure.
/// </summary>
/// <param name="configuration">The configuration.</param>
internal sealed class RingSvg(Configuration configuration)
{
    private const int Centre = 200;
    private const int Radius = 150;
    private const int Thickness = 60;
    private const int LegendLeft = 400;
    private const int LegendTop = 40;
    private const int LineHeight = 22;

    // An arc of a path that is a half circle or more can be drawn in two ways, or in none.
    private const int LongestPiece = Arc.Count / 4;

    /// <summary>The whole file.</summary>
    public string Text()
    {
        IReadOnlyList<ShardShare> shares = ShardShare.AllOf(configuration);
        int height = Math.Max(2 * Centre, LegendTop + (shares.Count * LineHeight) + LegendTop);
        StringBuilder svg = new();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height}\" font-family=\"sans-serif\" font-size=\"14\">");
        Line(svg, $"<title>configuration {configuration.Number}</title>");
        Line(svg, $"<circle cx=\"{Centre}\" cy=\"{Centre}\" r=\"{Radius}\" fill=\"none\" stroke=\"#dddddd\" stroke-width=\"{Thickness}\"/>");
        foreach (ShardShare share in shares)
        {
            IEnumerable<ArcRun> own = ArcRun.AllOf(configuration).Where(run => run.Owner == share.Shard.Group);
            Line(svg, $"<path d=\"{string.Join(' ', own.Select(Path))}\" fill=\"none\" stroke=\"{share.Look.WebColour}\" stroke-width=\"{Thickness}\"/>");
        }

        Line(svg, $"<text x=\"{Centre}\" y=\"{Centre}\" text-anchor=\"middle\">configuration {configuration.Number}</text>");
        for (int place = 0; place < shares.Count; place++)
            Legend(svg, shares[place], LegendTop + (place * LineHeight));
        Line(svg, "</svg>");
        return svg.ToString();
    }

    /// <summary>One stroke for a run: from its begin to its end, in pieces that are less than a half circle each.</summary>
    private static string Path(ArcRun run)
    {
        StringBuilder path = new();
        path.Append(CultureInfo.InvariantCulture, $"M{Point(run.First)}");
        for (int done = 0; done < run.Count;)
        {
            done += Math.Min(LongestPiece, run.Count - done);
            path.Append(CultureInfo.InvariantCulture, $" A{Radius} {Radius} 0 0 1 {Point(run.First + done)}");
        }

        return path.ToString();
    }

    private static void Legend(StringBuilder svg, ShardShare share, int top)
    {
        Line(svg, $"<rect x=\"{LegendLeft}\" y=\"{top - 12}\" width=\"14\" height=\"14\" fill=\"{share.Look.WebColour}\"/>");
        Line(svg, $"<text x=\"{LegendLeft + LineHeight}\" y=\"{top}\">shard {share.Shard.Group.Number}: {share.Arcs} arcs, {share.ShareText}</text>");
    }

    private static string Point(int arc)
    {
        double angle = 2 * Math.PI * arc / Arc.Count;
        return $"{Coordinate(Centre + (Radius * Math.Sin(angle)))} {Coordinate(Centre - (Radius * Math.Cos(angle)))}";
    }

    private static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder svg, string line) => svg.Append(line).Append('\n');
}
