namespace PaxosShard.ChatClient.App.Load;

/// <summary>One part of a picture: curves against numbers from left to right, whose scale is logarithmic.</summary>
/// <param name="svg">The picture.</param>
/// <param name="across">Where it begins and ends from left to right.</param>
/// <param name="down">Where it begins and ends from top to bottom.</param>
/// <param name="places">The numbers, ascending, each 1 or more.</param>
internal sealed class SvgPanel(SvgLines svg, (int Left, int Right) across, (int Top, int Bottom) down, IReadOnlyList<int> places)
{
    private const int Margin = 20;

    /// <summary>Adds both axes, a mark at each number, and what the numbers are.</summary>
    public void AddAxes(string numbers)
    {
        svg.Add($"<path d=\"M{across.Left} {down.Top} V{down.Bottom} H{across.Right}\" fill=\"none\" stroke=\"#444444\"/>");
        foreach (int place in places.Distinct())
        {
            string x = SvgLines.Number(XOf(place));
            svg.Add($"<path d=\"M{x} {down.Bottom} v5\" stroke=\"#444444\"/>");
            svg.Add($"<text x=\"{x}\" y=\"{down.Bottom + 18}\" text-anchor=\"middle\">{place}</text>");
        }

        svg.Add($"<text x=\"{(across.Left + across.Right) / 2}\" y=\"{down.Bottom + 40}\" text-anchor=\"middle\">{numbers}</text>");
    }

    /// <summary>Adds a mark of the scale from bottom to top.</summary>
    public void AddMark(double part, string text) => svg.AddMark(across.Left, across.Right, YOf(part), text);

    /// <summary>Adds a square of a colour and what the colour stands for.</summary>
    public void AddLegend(int offset, string colour, string text) => svg.AddLegend(across.Left + offset, colour, text);

    /// <summary>Adds a curve with a dot at each number.</summary>
    /// <param name="colour">Its colour.</param>
    /// <param name="parts">How high it is at each number: 0 at the bottom, 1 at the top.</param>
    public void AddCurve(string colour, IReadOnlyList<double> parts)
    {
        (string X, string Y)[] points = [.. places.Zip(parts, (place, part) => (SvgLines.Number(XOf(place)), SvgLines.Number(YOf(part))))];
        svg.Add($"<path d=\"M{string.Join('L', points.Select(static point => $"{point.X} {point.Y}"))}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>");
        foreach ((string x, string y) in points)
            svg.Add($"<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>");
    }

    private double XOf(int number)
    {
        double lowest = Math.Log2(places[0]);
        double highest = Math.Log2(places[^1]);
        double place = highest > lowest ? (Math.Log2(number) - lowest) / (highest - lowest) : 0.5;
        return across.Left + Margin + (place * (across.Right - across.Left - (2 * Margin)));
    }

    private double YOf(double part) => down.Bottom - (part * (down.Bottom - down.Top));
}
