using System.Globalization;

namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>What <c>px bench ordered</c> has measured.</summary>
/// <param name="Plan">What was to be done.</param>
/// <param name="Points">Bursts of each length, in the order in which they were asked for.</param>
/// <param name="Lost">Keys that did not have what was put last.</param>
/// <param name="Rates">Throughput without delays.</param>
internal sealed record OrderedBenchResult(OrderedBenchPlan Plan, IReadOnlyList<OrderedPoint> Points, int Lost, IReadOnlyList<OrderedRate> Rates)
{
    /// <summary>All figures with a bar, and the throughput, in the order in which they are told. Without a delay the formula is no bar: it counts nothing but delays.</summary>
    public IReadOnlyList<BenchFigure> Figures() =>
    [
        .. Points.DistinctBy(static point => point.Fanout).Select(point => new BenchFigure(
            string.Create(CultureInfo.InvariantCulture, $"ordered against one after the other, fanout {point.Fanout}"),
            string.Create(CultureInfo.InvariantCulture, $"ratioAtFanout{point.Fanout}"),
            Math.Round(point.Ratio, 3),
            "",
            Plan.Delay > TimeSpan.Zero ? Math.Round(point.MostRatio, 3) : null)),
        .. Rates.SelectMany(FiguresOf),
        new BenchFigure("keys without what was put last", "lostWrites", Lost, "", Most: 0),
    ];

    // No bar: where each operation is a hop, one of a burst is under way at a time, however many are outstanding.
    private static IEnumerable<BenchFigure> FiguresOf(OrderedRate rate)
    {
        string sessions = rate.Sessions == 1 ? "session" : "sessions";
        string key = string.Create(CultureInfo.InvariantCulture, $"At{rate.Outstanding}");
        yield return new BenchFigure($"bursts of {OrderedThroughput.Fanout}, {rate.Sessions} {sessions}", $"orderedPerSecond{key}", Math.Round(rate.Ordered), "/s");
        yield return new BenchFigure($"plain, {rate.Outstanding} outstanding", $"plainPerSecond{key}", Math.Round(rate.Plain), "/s");
        yield return new BenchFigure($"plain against bursts, {rate.Outstanding} outstanding", $"plainAgainstOrdered{key}", Math.Round(rate.Plain / rate.Ordered, 3), "x");
    }
}
