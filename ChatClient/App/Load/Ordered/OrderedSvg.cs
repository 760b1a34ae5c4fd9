namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>What bursts of several lengths took, as a picture: on the left how long they and the same operations one after the other took, on the right the ratio beside the formulas. Pure.</summary>
/// <param name="title">What it shows.</param>
/// <param name="points">The points, at least one.</param>
internal sealed class OrderedSvg(string title, IReadOnlyList<OrderedPoint> points)
{
    private const int Width = 960;
    private const int Height = 420;
    private const string OrderedColour = "#005faf";
    private const string OrderedTailColour = "#5fafff";
    private const string OneByOneColour = "#d7005f";
    private const string OneByOneTailColour = "#ff87af";
    private const string FormulaColour = "#888888";
    private const string WaitingColour = "#00875f";
    private const string Numbers = "operations of a burst";
    private static readonly (int Top, int Bottom) _down = (70, 350);
    private static readonly (int Left, int Right) _times = (90, 480);
    private static readonly (int Left, int Right) _ratios = (550, 940);

    private readonly SvgLines _svg = new(title, Width, Height, _times.Left);
    private readonly OrderedPoint[] _points = [.. points.OrderBy(static point => point.Fanout)];

    /// <summary>The whole file; called once.</summary>
    public string Text()
    {
        Times();
        Ratios();
        return _svg.End();
    }

    private void Times()
    {
        (string Colour, string Text, Func<OrderedPoint, double> Of)[] curves =
        [
            (OneByOneTailColour, "p99", static point => Milliseconds(point.OneByOne, 0.99)), (OneByOneColour, "one by one, ms", static point => Milliseconds(point.OneByOne, 0.5)),
            (OrderedTailColour, "p99", static point => Milliseconds(point.Ordered, 0.99)), (OrderedColour, "ordered, ms", static point => Milliseconds(point.Ordered, 0.5)),
        ];
        double most = curves.Max(curve => _points.Max(curve.Of));
        double step = SvgLines.RoundStep(most / 5);
        Draw(_times, curves, most, step);
    }

    private void Ratios()
    {
        (string Colour, string Text, Func<OrderedPoint, double> Of)[] curves =
        [
            (WaitingColour, "(3h+4)/4N", static point => point.WaitingFormula), (FormulaColour, "min(h+5,8)/4N", static point => point.Formula), (OrderedColour, "measured", static point => point.Ratio),
        ];
        double most = Math.Max(1, curves.Max(curve => _points.Max(curve.Of)));
        Draw(_ratios, curves, most, SvgLines.RoundStep(most / 5));
    }

    private void Draw((int Left, int Right) across, (string Colour, string Text, Func<OrderedPoint, double> Of)[] curves, double most, double step)
    {
        const int LegendWidth = 95;
        SvgPanel panel = new(_svg, across, _down, [.. _points.Select(static point => point.Fanout)]);
        panel.AddAxes(Numbers);
        for (int mark = 0; mark * step <= most; mark++)
            panel.AddMark(mark * step / most, SvgLines.Number(mark * step));
        for (int index = 0; index < curves.Length; index++)
        {
            (string colour, string text, Func<OrderedPoint, double> of) = curves[index];
            panel.AddLegend(index * LegendWidth, colour, text);
            panel.AddCurve(colour, [.. _points.Select(point => of(point) / most)]);
        }
    }

    private static double Milliseconds(LatencyHistogram times, double part) => times.Quantile(part).TotalMilliseconds;
}
