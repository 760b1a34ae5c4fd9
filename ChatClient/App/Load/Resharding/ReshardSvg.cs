using System.Globalization;
using System.Text;
using PaxosShard.ChatClient.App.Load.OpenLoads;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// What a <see cref="ReshardBench"/> has measured, over time, as a picture: above how long writes took, below how many were acknowledged, for keys that move and for keys that stay, and a line
/// where each step of the job begins. Pure.
/// </summary>
/// <param name="title">What it shows.</param>
/// <param name="keys">The keys.</param>
/// <param name="samples">The writes.</param>
/// <param name="times">What was seen of the job.</param>
internal sealed class ReshardSvg(string title, IReadOnlyList<LoadKey> keys, IReadOnlyList<WriteSample> samples, JobTimes times)
{
    private const int Width = 960;
    private const int Height = 600;
    private const int Left = 80;
    private const int Right = 940;
    private const int LatencyTop = 90;
    private const int LatencyBottom = 350;
    private const int CountTop = 400;
    private const int CountBottom = 540;
    private const string MovingColour = "#d7005f";
    private const string MovingTailColour = "#ff87af";
    private const string StayingColour = "#005faf";
    private const string StayingTailColour = "#5fafff";

    private readonly SvgLines _svg = new(title, Width, Height, Left);
    private readonly TimeBuckets _moving = new(samples.Where(sample => keys[sample.Key].IsMoving), times.Quiet, times.End);
    private readonly TimeBuckets _staying = new(samples.Where(sample => !keys[sample.Key].IsMoving), times.Quiet, times.End);

    private double Seconds => Math.Max(0.001, (times.End - times.Quiet).TotalSeconds);

    private string BucketText => string.Create(CultureInfo.InvariantCulture, $"{_moving.Width.TotalMilliseconds:0} ms");

    /// <summary>The whole file; called once.</summary>
    public string Text()
    {
        Legend();
        TimeAxis();
        Latencies();
        Counts();
        Steps();
        return _svg.End();
    }

    private void Legend()
    {
        (string Colour, string Text)[] entries =
        [
            (MovingColour, "keys that move: p50, acknowledged"), (MovingTailColour, "keys that move: p99"),
            (StayingColour, "keys that stay: p50, acknowledged"), (StayingTailColour, "keys that stay: p99"),
        ];
        int x = Left;
        foreach ((string colour, string text) in entries)
        {
            _svg.AddLegend(x, colour, text);
            x += 225;
        }
    }

    private void TimeAxis()
    {
        Line($"<path d=\"M{Left} {LatencyTop} V{LatencyBottom} H{Right} M{Left} {CountTop} V{CountBottom} H{Right}\" fill=\"none\" stroke=\"#444444\"/>");
        double step = SvgLines.RoundStep(Seconds / 10);
        for (int mark = 0; mark * step <= Seconds; mark++)
        {
            string x = Number(XOf(mark * step));
            Line($"<path d=\"M{x} {CountBottom} v5\" stroke=\"#444444\"/>");
            Line($"<text x=\"{x}\" y=\"{CountBottom + 18}\" text-anchor=\"middle\">{Number(mark * step)}</text>");
        }

        Line($"<text x=\"{(Left + Right) / 2}\" y=\"{CountBottom + 40}\" text-anchor=\"middle\">seconds since the quiet window began</text>");
    }

    private void Latencies()
    {
        double[] all = [.. new[] { _moving, _staying }.SelectMany(static buckets => buckets.Medians.Concat(buckets.Tails)).Where(static value => value > 0).Select(static value => value!.Value)];
        int lowest = (int)Math.Floor(Math.Log10(all.DefaultIfEmpty(1).Min()));
        int highest = Math.Max(lowest + 1, (int)Math.Ceiling(Math.Log10(all.DefaultIfEmpty(10).Max())));
        double YOf(double milliseconds) =>
            LatencyBottom - ((Math.Log10(Math.Max(milliseconds, Math.Pow(10, lowest))) - lowest) / (highest - lowest) * (LatencyBottom - LatencyTop));
        for (int decade = lowest; decade <= highest; decade++)
            YMark(YOf(Math.Pow(10, decade)), Number(Math.Pow(10, decade)));
        YTitle((LatencyTop + LatencyBottom) / 2, $"ms from due to acknowledged, by {BucketText}");
        Curve(_staying.Tails, YOf, StayingTailColour);
        Curve(_moving.Tails, YOf, MovingTailColour);
        Curve(_staying.Medians, YOf, StayingColour);
        Curve(_moving.Medians, YOf, MovingColour);
    }

    private void Counts()
    {
        int most = Math.Max(1, _moving.Acknowledged.Concat(_staying.Acknowledged).Max());
        double step = Math.Max(1, SvgLines.RoundStep(most / 4.0));
        double YOf(double count) => CountBottom - (count / most * (CountBottom - CountTop));
        for (int mark = 0; mark * step <= most; mark++)
            YMark(YOf(mark * step), Number(mark * step));
        YTitle((CountTop + CountBottom) / 2, $"acknowledged in {BucketText}");
        Curve([.. _staying.Acknowledged.Select(static count => (double?)count)], YOf, StayingColour);
        Curve([.. _moving.Acknowledged.Select(static count => (double?)count)], YOf, MovingColour);
    }

    private void Steps()
    {
        (TimeSpan At, string Name)[] steps =
        [
            (times.Starting, "replicas start"), (times.Asked, "asked"), (times.Copying, "copying"), (times.Draining, "draining"), (times.Committed, "committed"), (times.Done, "done"),
        ];
        for (int index = 0; index < steps.Length; index++)
        {
            string x = Number(XOf((steps[index].At - times.Quiet).TotalSeconds));
            Line($"<path d=\"M{x} {LatencyTop - 10} V{CountBottom}\" stroke=\"#888888\" stroke-dasharray=\"4 3\"/>");
            // Steps that follow each other at once have their names one below the other.
            Line($"<text x=\"{x}\" y=\"{LatencyTop + 4 + (index * 13)}\" dx=\"4\" fill=\"#444444\">{steps[index].Name}</text>");
        }
    }

    private void YMark(double y, string text) => _svg.AddMark(Left, Right, y, text);

    private void YTitle(int y, string text) => Line($"<text transform=\"translate(18 {y}) rotate(-90)\" text-anchor=\"middle\">{text}</text>");

    /// <summary>A line through the middles of the parts; where there is no value it is interrupted.</summary>
    private void Curve(IReadOnlyList<double?> values, Func<double, double> yOf, string colour)
    {
        StringBuilder path = new();
        bool isInterrupted = true;
        for (int place = 0; place < values.Count; place++)
        {
            if (values[place] is { } value)
            {
                // The line of no length makes a dot of a value that stands alone.
                string point = $"{Number(XOf((place + 0.5) * _moving.Width.TotalSeconds))} {Number(yOf(value))}";
                path.Append(isInterrupted ? $"M{point}h0" : $"L{point}");
            }

            isInterrupted = values[place] is null;
        }

        Line($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-linecap=\"round\"/>");
    }

    private double XOf(double seconds) => Left + (Math.Clamp(seconds / Seconds, 0, 1) * (Right - Left));

    private static string Number(double value) => SvgLines.Number(value);

    private void Line(string line) => _svg.Add(line);
}
