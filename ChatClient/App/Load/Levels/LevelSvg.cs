using System.Globalization;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>What levels of load gave, as a picture: on the left how much was answered, on the right how long it took, both against what was outstanding, whose scale is logarithmic as that of the times. Pure.</summary>
/// <param name="title">What it shows.</param>
/// <param name="levels">The levels, at least one, each with what was outstanding.</param>
internal sealed class LevelSvg(string title, IReadOnlyList<BenchResult> levels)
{
    private const int Width = 960;
    private const int Height = 420;
    private const int Top = 70;
    private const int Bottom = 350;
    private const string OperationsColour = "#005faf";
    private const string DeliveriesColour = "#00875f";
    private const string TailColour = "#d7005f";
    private const string MedianColour = "#ff87af";
    private static readonly (int Left, int Right) _amounts = (90, 460);
    private static readonly (int Left, int Right) _times = (560, 930);

    private readonly SvgLines _svg = new(title, Width, Height, _amounts.Left);
    private readonly BenchResult[] _levels = [.. levels.OrderBy(static level => level.Outstanding)];

    /// <summary>The whole file; called once.</summary>
    public string Text()
    {
        Amounts();
        Times();
        return _svg.End();
    }

    private void Amounts()
    {
        bool areFollowed = _levels.Any(static level => level.Follows is not null);
        double most = Math.Max(1, _levels.Max(static level => Math.Max(level.PerSecond, level.Follows?.PerSecond ?? 0)));
        double step = SvgLines.RoundStep(most / 5);
        double YOf(double amount) => Bottom - (amount / most * (Bottom - Top));
        Axes(_amounts);
        for (int mark = 0; mark * step <= most; mark++)
            _svg.AddMark(_amounts.Left, _amounts.Right, YOf(mark * step), SvgLines.Number(mark * step));
        _svg.AddLegend(_amounts.Left, OperationsColour, "operations a second");
        Curve(_amounts, OperationsColour, level => YOf(level.PerSecond));
        if (!areFollowed)
            return;
        _svg.AddLegend(_amounts.Left + 180, DeliveriesColour, "deliveries a second");
        Curve(_amounts, DeliveriesColour, level => YOf(level.Follows?.PerSecond ?? 0));
    }

    private void Times()
    {
        double[] times = [.. _levels.SelectMany(static level => new[] { Milliseconds(level, 0.5), Milliseconds(level, 0.99) })];
        int lowest = (int)Math.Floor(Math.Log10(times.Min()));
        int highest = Math.Max(lowest + 1, (int)Math.Ceiling(Math.Log10(times.Max())));
        double YOf(double milliseconds) => Bottom - ((Math.Log10(milliseconds) - lowest) / (highest - lowest) * (Bottom - Top));
        Axes(_times);
        for (int decade = lowest; decade <= highest; decade++)
            _svg.AddMark(_times.Left, _times.Right, YOf(Math.Pow(10, decade)), Math.Pow(10, decade).ToString("0.######", CultureInfo.InvariantCulture));
        _svg.AddLegend(_times.Left, TailColour, "p99, ms");
        _svg.AddLegend(_times.Left + 100, MedianColour, "p50, ms");
        Curve(_times, MedianColour, level => YOf(Milliseconds(level, 0.5)));
        Curve(_times, TailColour, level => YOf(Milliseconds(level, 0.99)));
    }

    private void Axes((int Left, int Right) part)
    {
        _svg.Add($"<path d=\"M{part.Left} {Top} V{Bottom} H{part.Right}\" fill=\"none\" stroke=\"#444444\"/>");
        foreach (BenchResult level in _levels.DistinctBy(static level => level.Outstanding))
        {
            string x = SvgLines.Number(XOf(part, level));
            _svg.Add($"<path d=\"M{x} {Bottom} v5\" stroke=\"#444444\"/>");
            _svg.Add($"<text x=\"{x}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{level.Outstanding}</text>");
        }

        _svg.Add($"<text x=\"{(part.Left + part.Right) / 2}\" y=\"{Bottom + 40}\" text-anchor=\"middle\">outstanding</text>");
    }

    private void Curve((int Left, int Right) part, string colour, Func<BenchResult, double> yOf)
    {
        string[] points = [.. _levels.Select(level => $"{SvgLines.Number(XOf(part, level))} {SvgLines.Number(yOf(level))}")];
        _svg.Add($"<path d=\"M{string.Join('L', points)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>");
        foreach (string[] point in points.Select(static point => point.Split(' ')))
            _svg.Add($"<circle cx=\"{point[0]}\" cy=\"{point[1]}\" r=\"3\" fill=\"{colour}\"/>");
    }

    private double XOf((int Left, int Right) part, BenchResult level)
    {
        double lowest = Math.Log2(_levels[0].Outstanding!.Value);
        double highest = Math.Log2(_levels[^1].Outstanding!.Value);
        double place = highest > lowest ? (Math.Log2(level.Outstanding!.Value) - lowest) / (highest - lowest) : 0.5;
        return part.Left + 20 + (place * (part.Right - part.Left - 40));
    }

    // Where nothing was answered there is no time; the shortest that is counted stands for it.
    private static double Milliseconds(BenchResult level, double part) => Math.Max(0.001, level.Latency.Quantile(part).TotalMilliseconds);
}
