using System.Globalization;
using System.Text;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>What clients noticed, over time, as a picture: the 99th percentile and the median of moving and of staying keys, and lines where a step of the job began. Pure.</summary>
/// <param name="result">What was measured.</param>
internal sealed class ReshardSvg(ReshardBenchResult result)
{
    private const int Left = 70;
    private const int Top = 40;
    private const int Width = 860;
    private const int Height = 320;
    private const double BucketSeconds = 0.1;

    // Latencies are shown as powers of ten, from this one on: milliseconds.
    private const double Lowest = 0.1;

    private double First => result.Times.Quiet;

    private double Last => result.Times.End;

    /// <summary>The whole file.</summary>
    public string Text()
    {
        double highest = Math.Pow(10, Math.Ceiling(Math.Log10(Math.Max(10, result.Load.Times.LatenciesDue(First, Last, moves: true).Concat(result.Load.Times.LatenciesDue(First, Last, moves: false)).DefaultIfEmpty(1).Max()))));
        StringBuilder svg = new();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Left + Width + 40} {Top + Height + 90}\" font-family=\"sans-serif\" font-size=\"13\">");
        Line(svg, $"<title>A shard joins {result.Shards} others under load</title>");
        Line(svg, $"<text x=\"{Left}\" y=\"20\" font-size=\"16\">A shard joins {result.Shards} others: time to the acknowledgement of writes, by when they were due</text>");
        Axes(svg, highest);
        Steps(svg);
        Curve(svg, highest, moves: false, 0.5, "#9ecae1");
        Curve(svg, highest, moves: false, 0.99, "#1f77b4");
        Curve(svg, highest, moves: true, 0.5, "#fdbe85");
        Curve(svg, highest, moves: true, 0.99, "#d95f0e");
        Legend(svg);
        Line(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Legend(StringBuilder svg)
    {
        (string Colour, string Text)[] entries = [("#1f77b4", "staying keys, p99"), ("#9ecae1", "p50"), ("#d95f0e", "moving keys, p99"), ("#fdbe85", "p50")];
        for (int place = 0; place < entries.Length; place++)
        {
            int x = Left + (place * 170);
            Line(svg, $"<rect x=\"{x}\" y=\"{Top + Height + 62}\" width=\"14\" height=\"4\" fill=\"{entries[place].Colour}\"/>");
            Line(svg, $"<text x=\"{x + 20}\" y=\"{Top + Height + 68}\">{entries[place].Text}</text>");
        }
    }

    private void Axes(StringBuilder svg, double highest)
    {
        for (double value = Lowest; value <= highest * 1.001; value *= 10)
        {
            Line(svg, $"<line x1=\"{Left}\" y1=\"{Y(value, highest)}\" x2=\"{Left + Width}\" y2=\"{Y(value, highest)}\" stroke=\"#dddddd\"/>");
            Line(svg, $"<text x=\"{Left - 8}\" y=\"{Y(value, highest)}\" text-anchor=\"end\">{value.ToString("0.###", CultureInfo.InvariantCulture)} ms</text>");
        }

        double step = Last - First > 40 ? 10 : Last - First > 15 ? 5 : 1;
        for (double second = 0; second <= Last - First; second += step)
            Line(svg, $"<text x=\"{X(First + second)}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{second.ToString("0", CultureInfo.InvariantCulture)} s</text>");
    }

    private void Steps(StringBuilder svg)
    {
        (string Name, double At)[] steps = [("copying", result.Times.Asked), ("handing over", result.Times.HandOver), ("done", result.Times.Done)];
        for (int place = 0; place < steps.Length; place++)
        {
            Line(svg, $"<line x1=\"{X(steps[place].At)}\" y1=\"{Top}\" x2=\"{X(steps[place].At)}\" y2=\"{Top + Height}\" stroke=\"#555555\" stroke-dasharray=\"4 3\"/>");
            Line(svg, $"<text x=\"{X(steps[place].At)}\" y=\"{Top + Height + 34 + (place % 2 * 14)}\">{steps[place].Name}</text>");
        }
    }

    private void Curve(StringBuilder svg, double highest, bool moves, double part, string colour)
    {
        StringBuilder points = new();
        for (double from = First; from < Last; from += BucketSeconds)
        {
            double[] latencies = result.Load.Times.LatenciesDue(from, from + BucketSeconds, moves);
            if (latencies.Length > 0)
                points.Append(CultureInfo.InvariantCulture, $"{X(from + (BucketSeconds / 2))},{Y(WriteTimes.Quantile(latencies, part), highest)} ");
        }

        Line(svg, $"<polyline points=\"{points.ToString().TrimEnd()}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>");
    }

    private string X(double seconds) => Number(Left + (Width * (seconds - First) / Math.Max(0.001, Last - First)));

    private static string Y(double milliseconds, double highest) =>
        Number(Top + Height - (Height * Math.Log10(Math.Max(Lowest, milliseconds) / Lowest) / Math.Log10(highest / Lowest)));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
