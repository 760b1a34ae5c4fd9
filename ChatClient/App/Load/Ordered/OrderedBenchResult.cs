using System.Globalization;

namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>What <c>px bench ordered</c> has measured.</summary>
/// <param name="Plan">What was to be done.</param>
/// <param name="Points">Bursts of each length, in the order in which they were asked for.</param>
/// <param name="Lost">Keys that did not have what was put last.</param>
/// <param name="Rates">Throughput without delays.</param>
internal sealed record OrderedBenchResult(OrderedBenchPlan Plan, IReadOnlyList<OrderedPoint> Points, int Lost, IReadOnlyList<OrderedRate> Rates)
{
    private const double MostWithoutDelay = 0.333;

    // 0.8 of the throughput.
    private const double MostPlainAgainstOrdered = 1.25;

    /// <summary>All figures, in the order in which they are told. Without a delay the formula is no bar, for it counts nothing but delays: long bursts are to take a third of the time then.</summary>
    public IReadOnlyList<BenchFigure> Figures() =>
    [
        .. Points.DistinctBy(static point => point.Fanout).Select(point => new BenchFigure(
            string.Create(CultureInfo.InvariantCulture, $"ordered against one after the other, fanout {point.Fanout}"),
            string.Create(CultureInfo.InvariantCulture, $"ratioAtFanout{point.Fanout}"),
            Math.Round(point.Ratio, 3),
            "",
            Plan.Delay > TimeSpan.Zero ? Math.Round(point.MostRatio, 3) : point.Fanout >= OrderedThroughput.Fanout ? MostWithoutDelay : null)),
        .. Rates.SelectMany(FiguresOf),
        new BenchFigure("keys without what was put last", "lostWrites", Lost, "", Most: 0),
    ];

    // One session has one burst under way, as many operations as are outstanding. More sessions want each other's keys, so that they wait for each other.
    private static IEnumerable<BenchFigure> FiguresOf(OrderedRate rate)
    {
        string sessions = rate.Sessions == 1 ? "session" : "sessions";
        string key = string.Create(CultureInfo.InvariantCulture, $"At{rate.Outstanding}");
        yield return new BenchFigure($"bursts of {OrderedThroughput.Fanout}, {rate.Sessions} {sessions}", $"orderedPerSecond{key}", Math.Round(rate.Ordered), "/s");
        yield return new BenchFigure($"plain, {rate.Outstanding} outstanding", $"plainPerSecond{key}", Math.Round(rate.Plain), "/s");
        yield return new BenchFigure($"plain against bursts, {rate.Outstanding} outstanding", $"plainAgainstOrdered{key}", Math.Round(rate.Plain / rate.Ordered, 3), "x", rate.Sessions == 1 ? MostPlainAgainstOrdered : null);
    }
}
