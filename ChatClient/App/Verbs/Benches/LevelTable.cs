using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>What levels of load gave, for people and for scripts.</summary>
/// <param name="shell">Where it goes.</param>
/// <param name="plan">What was measured.</param>
/// <param name="isJson">Each level as an object in a line, when it is known; otherwise a table in the end.</param>
/// <param name="bars">What every level has to meet.</param>
internal sealed class LevelTable(Shell shell, BenchPlan plan, bool isJson, IReadOnlyList<BenchBar> bars)
{
    private readonly Table _table = new("OUTSTANDING", "OPERATIONS/S", "P50", "P90", "P99", "P99.9", "WORST", "LONGEST GAP", "REPLICAS", "LOAD", "FDATASYNC/S");
    private readonly List<string> _missed = [];
    private readonly List<string> _csv = ["level,second,operations,p50Ms,p99Ms,worstMs"];

    /// <summary>The figures of a level, as they are called in JSON.</summary>
    public static IReadOnlyCollection<string> FigureNames { get; } =
    [
        "operationsPerSecond", "p50Ms", "p90Ms", "p99Ms", "p999Ms", "worstMs", "longestGapMs", "replicasSecondsPer1000", "loadSecondsPer1000", "syncsPerSecond",
    ];

    /// <summary>As people write an operation.</summary>
    public static string Name(BenchOperation operation) => operation.ToString().ToLowerInvariant();

    /// <summary>A level is known.</summary>
    public void Add(BenchResult result)
    {
        Dictionary<string, double?> figures = FiguresOf(result);
        string level = result.Outstanding?.ToString(CultureInfo.InvariantCulture) ?? string.Create(CultureInfo.InvariantCulture, $"{result.Rate:0.###}/s");
        _missed.AddRange(bars.Where(bar => !bar.IsMetBy(figures[bar.Figure])).Select(bar => $"{level}: {bar.Figure} is {figures[bar.Figure]?.ToString(CultureInfo.InvariantCulture) ?? "not known"}, not {bar}"));
        foreach (BenchSecond second in result.Window.Seconds.Seconds())
            _csv.Add(string.Create(CultureInfo.InvariantCulture, $"{level},{second.Number},{second.Count},{Milliseconds(second.Median)},{Milliseconds(second.P99)},{Milliseconds(second.Worst)}"));
        if (isJson)
            shell.Data(AsJson(result, figures));
        else
            AddToTable(level, result);
    }

    /// <summary>All levels are known.</summary>
    /// <param name="csv">Where each second of each level is written to; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ReportedException">A bar is missed.</exception>
    public async Task WriteAsync(string? csv, CancellationToken cancellation)
    {
        if (!isJson)
        {
            _table.WriteTo(shell);
            shell.Data("REPLICAS and LOAD are the time of processors that all replicas together, and this program, took for 1,000 operations; LONGEST GAP is the longest time without an answer.");
        }

        if (csv is not null)
            await File.WriteAllLinesAsync(csv, _csv, cancellation);
        if (_missed.Count > 0)
            throw new ReportedException(ErrorKinds.BarMissed, string.Join("; ", _missed));
    }

    private static Dictionary<string, double?> FiguresOf(BenchResult result)
    {
        Dictionary<string, double?> figures = new(StringComparer.Ordinal) { ["operationsPerSecond"] = Math.Round(result.PerSecond) };
        foreach ((string key, double part) in (ReadOnlySpan<(string, double)>)[("p50Ms", 0.5), ("p90Ms", 0.9), ("p99Ms", 0.99), ("p999Ms", 0.999), ("worstMs", 1)])
            figures.Add(key, Milliseconds(result.Latency.Quantile(part)));
        figures.Add("longestGapMs", Milliseconds(result.Window.Seconds.LongestGap()));
        figures.Add("replicasSecondsPer1000", Rounded(result.ReplicasPer1000, 6));
        figures.Add("loadSecondsPer1000", Rounded(result.LoadPer1000, 6));
        figures.Add("syncsPerSecond", Rounded(result.SyncsPerSecond, 0));
        return figures;
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static double? Rounded(double? value, int digits) => value is { } known ? Math.Round(known, digits) : null;

    private static string Text(TimeSpan time) => time.TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static string Per1000(double? seconds) => seconds?.ToString("0.000 s", CultureInfo.InvariantCulture) ?? "-";

    private void AddToTable(string level, BenchResult result) => _table.Add(
        level,
        result.PerSecond.ToString("0", CultureInfo.InvariantCulture),
        Text(result.Latency.Quantile(0.5)),
        Text(result.Latency.Quantile(0.9)),
        Text(result.Latency.Quantile(0.99)),
        Text(result.Latency.Quantile(0.999)),
        Text(result.Latency.Longest),
        Text(result.Window.Seconds.LongestGap()),
        Per1000(result.ReplicasPer1000),
        Per1000(result.LoadPer1000),
        result.SyncsPerSecond?.ToString("0", CultureInfo.InvariantCulture) ?? "-");

    private string AsJson(BenchResult result, Dictionary<string, double?> figures) => Json.ObjectLine(writer =>
    {
        writer.WriteString("operation", Name(plan.Operation));
        if (result.Outstanding is { } outstanding)
            writer.WriteNumber("outstanding", outstanding);
        if (result.Rate is { } rate)
            writer.WriteNumber("rate", rate);
        if (plan.KillsPrimary)
            writer.WriteString("during", BenchPlan.KillPrimary);
        foreach (string figure in FigureNames)
        {
            if (figures[figure] is { } value)
                writer.WriteNumber(figure, value);
            else
                writer.WriteNull(figure);
        }
    });
}
