using System.Globalization;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>What levels of load gave, as a picture: on the left how much was answered, on the right how long it took, both against what was outstanding, whose scale is logarithmic as that of the times. Pure.</summary>
/// <param name="title">What it shows.</param>
/// <param name="levels">The levels, at least one, each with what was outstanding.</param>
internal sealed class LevelSvg(string title, IReadOnlyList<BenchResult> levels)
{
    private const int Width = 960;
    private const int Height = 420;
    private const string OperationsColour = "#005faf";
    private const string DeliveriesColour = "#00875f";
    private const string TailColour = "#d7005f";
    private const string MedianColour = "#ff87af";
    private static readonly (int Top, int Bottom) _down = (70, 350);
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
        SvgPanel panel = NewPanel(_amounts);
        for (int mark = 0; mark * step <= most; mark++)
            panel.AddMark(mark * step / most, SvgLines.Number(mark * step));
        panel.AddLegend(0, OperationsColour, "operations a second");
        panel.AddCurve(OperationsColour, [.. _levels.Select(level => level.PerSecond / most)]);
        if (!areFollowed)
            return;
        panel.AddLegend(180, DeliveriesColour, "deliveries a second");
        panel.AddCurve(DeliveriesColour, [.. _levels.Select(level => (level.Follows?.PerSecond ?? 0) / most)]);
    }

    private void Times()
    {
        double[] times = [.. _levels.SelectMany(static level => new[] { Milliseconds(level, 0.5), Milliseconds(level, 0.99) })];
        int lowest = (int)Math.Floor(Math.Log10(times.Min()));
        int highest = Math.Max(lowest + 1, (int)Math.Ceiling(Math.Log10(times.Max())));
        double PartOf(double milliseconds) => (Math.Log10(milliseconds) - lowest) / (highest - lowest);
        SvgPanel panel = NewPanel(_times);
        for (int decade = lowest; decade <= highest; decade++)
            panel.AddMark(PartOf(Math.Pow(10, decade)), Math.Pow(10, decade).ToString("0.######", CultureInfo.InvariantCulture));
        panel.AddLegend(0, TailColour, "p99, ms");
        panel.AddLegend(100, MedianColour, "p50, ms");
        panel.AddCurve(MedianColour, [.. _levels.Select(level => PartOf(Milliseconds(level, 0.5)))]);
        panel.AddCurve(TailColour, [.. _levels.Select(level => PartOf(Milliseconds(level, 0.99)))]);
    }

    private SvgPanel NewPanel((int Left, int Right) across)
    {
        SvgPanel panel = new(_svg, across, _down, [.. _levels.Select(static level => level.Outstanding!.Value)]);
        panel.AddAxes("outstanding");
        return panel;
    }

    // Where nothing was answered there is no time; the shortest that is counted stands for it.
    private static double Milliseconds(BenchResult level, double part) => Math.Max(0.001, level.Latency.Quantile(part).TotalMilliseconds);
}
