using System.Globalization;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>A figure of a level.</summary>
/// <param name="Heading">What people call it.</param>
/// <param name="Key">What it is called in JSON.</param>
/// <param name="Unit">What is written behind it, for people.</param>
/// <param name="Of">It, of a measurement.</param>
internal sealed record Figure(string Heading, string Key, string Unit, Func<LevelMeasurement, double> Of)
{
    /// <summary>Acknowledged operations a second.</summary>
    public static readonly Figure Throughput = new("OPERATIONS/S", "operationsPerSecond", "", static level => level.PerSecond);

    /// <summary>The time that 99 of 100 operations took at most.</summary>
    public static readonly Figure Percentile99 = new("P99", "p99Ms", " ms", static level => level.Percentile99Ms);

    private const int Digits = 3;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Figure> All { get; } =
    [
        Throughput,
        new("P50", "p50Ms", " ms", static level => level.MedianMs),
        Percentile99,
        new("SERVERS' CPU/1000", "serverSecondsPer1000", " s", static level => level.ServerSecondsPer1000),
        new("SERVERS' MEMORY", "serverMegabytes", " MB", static level => level.MemoryMegabytes),
    ];

    /// <summary>Writes a spread of it: the median, and least and most when there are several windows.</summary>
    /// <param name="spread">The spread.</param>
    /// <param name="windows">How many windows it is of.</param>
    public string Text(Spread spread, int windows) => (windows == 1 ? Text(spread.Median) : $"{Text(spread.Median)} [{Text(spread.Least)}..{Text(spread.Most)}]") + Unit;

    /// <summary>A number in as few digits as tell it to a part in a thousand.</summary>
    public static string Text(double number)
    {
        if (number == 0)
            return "0";
        int decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(number)));
        return decimals > 0 ? Math.Round(number, Math.Min(decimals, 15)).ToString($"F{decimals}", CultureInfo.InvariantCulture) : number.ToString("F0", CultureInfo.InvariantCulture);
    }
}
