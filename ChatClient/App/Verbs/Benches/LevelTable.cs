using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load.Follows;
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
    private static readonly string[] _columns = ["OUTSTANDING", "OPERATIONS/S", "P50", "P90", "P99", "P99.9", "WORST", "LONGEST GAP", "REPLICAS", "LOAD", "COMPILING", "FDATASYNC/S"];
    private static readonly string[] _deliveryColumns = ["DELIVERIES/S", "DELIVERY P50", "DELIVERY P99", "DELIVERY WORST"];
    private static readonly string[] _figures =
    [
        "operationsPerSecond", "p50Ms", "p90Ms", "p99Ms", "p999Ms", "worstMs", "longestGapMs", "replicasSecondsPer1000", "loadSecondsPer1000", "loadCompilationPart", "syncsPerSecond",
    ];

    private static readonly string[] _deliveryFigures = ["deliveriesPerSecond", "deliveryP50Ms", "deliveryP99Ms", "deliveryWorstMs", "missing", "gaps", "doubled", "reordered"];

    private readonly Table _table = new(plan.Followers > 0 ? [.. _columns, .. _deliveryColumns] : _columns);
    private readonly List<BenchResult> _results = [];
    private readonly List<string> _missed = [];
    private readonly List<string> _faults = [];
    private readonly List<string> _csv = ["level,second,operations,p50Ms,p99Ms,worstMs"];

    /// <summary>Levels at which followers did not receive each acknowledged message once and in order, with what was wrong.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The figures of a level, as they are called in JSON.</summary>
    /// <param name="plan">What is measured.</param>
    public static IReadOnlyList<string> FigureNames(BenchPlan plan) => plan.Followers > 0 ? [.. _figures, .. _deliveryFigures] : _figures;

    /// <summary>As people write an operation.</summary>
    public static string Name(BenchOperation operation) => operation.ToString().ToLowerInvariant();

    /// <summary>A level is known.</summary>
    public void Add(BenchResult result)
    {
        _results.Add(result);
        Dictionary<string, double?> figures = FiguresOf(result);
        string level = result.Outstanding?.ToString(CultureInfo.InvariantCulture) ?? string.Create(CultureInfo.InvariantCulture, $"{result.Rate:0.###}/s");
        _missed.AddRange(bars.Where(bar => !bar.IsMetBy(figures[bar.Figure])).Select(bar => $"{level}: {bar.Figure} is {figures[bar.Figure]?.ToString(CultureInfo.InvariantCulture) ?? "not known"}, not {bar}"));
        foreach (BenchSecond second in result.Window.Seconds.Seconds())
            _csv.Add(string.Create(CultureInfo.InvariantCulture, $"{level},{second.Number},{second.Count},{Milliseconds(second.Median)},{Milliseconds(second.P99)},{Milliseconds(second.Worst)}"));
        if (result.Follows is { IsClean: false } follows)
            _faults.Add($"{level}: {follows}");
        if (isJson)
            shell.Data(AsJson(result, figures));
        else
            _table.Add([.. Cells(level, result)]);
    }

    /// <summary>All levels are known.</summary>
    /// <param name="csv">Where each second of each level is written to; null for nowhere.</param>
    /// <param name="svg">Where a picture of them is written to; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteAsync(string? csv, string? svg, CancellationToken cancellation)
    {
        if (!isJson)
        {
            _table.WriteTo(shell);
            shell.Data("REPLICAS and LOAD are the time of processors that all replicas together, and this program, took for 1,000 operations; COMPILING is the part of LOAD in which methods were compiled, and is not known of the replicas; LONGEST GAP is the longest time without an answer.");
            if (plan.Followers > 0)
                shell.Data($"DELIVERIES are messages times followers, {plan.Rooms} {(plan.Rooms == 1 ? "room" : "rooms")} with {plan.Followers} each; their times are from the sending to the delivery. {(_faults.Count == 0 ? "Each follower received each acknowledged message once and in order." : "")}".TrimEnd());
        }

        if (csv is not null)
            await File.WriteAllLinesAsync(csv, _csv, cancellation);
        if (svg is not null)
            await File.WriteAllTextAsync(svg, new LevelSvg($"{Name(plan.Operation)}, {plan.SizeBytes} bytes", _results).Text(), cancellation);
    }

    /// <summary>Holds all levels against the bars.</summary>
    /// <exception cref="ReportedException">A bar is missed.</exception>
    public void CheckBars()
    {
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
        figures.Add("loadCompilationPart", Rounded(result.LoadCompilation, 4));
        figures.Add("syncsPerSecond", Rounded(result.SyncsPerSecond, 0));
        if (result.Follows is { } follows)
            AddFollows(figures, follows);
        return figures;
    }

    private static void AddFollows(Dictionary<string, double?> figures, FollowResult follows)
    {
        figures.Add("deliveriesPerSecond", Math.Round(follows.PerSecond));
        foreach ((string key, double part) in (ReadOnlySpan<(string, double)>)[("deliveryP50Ms", 0.5), ("deliveryP99Ms", 0.99), ("deliveryWorstMs", 1)])
            figures.Add(key, Milliseconds(follows.Latency.Quantile(part)));
        figures.Add("missing", follows.Faults.Missing);
        figures.Add("gaps", follows.Faults.Gaps);
        figures.Add("doubled", follows.Faults.Doubled);
        figures.Add("reordered", follows.Faults.Reordered);
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static double? Rounded(double? value, int digits) => value is { } known ? Math.Round(known, digits) : null;

    private static string Text(TimeSpan time) => time.TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static string Per1000(double? seconds) => seconds?.ToString("0.000 s", CultureInfo.InvariantCulture) ?? "-";

    private static IEnumerable<string> Cells(string level, BenchResult result)
    {
        yield return level;
        yield return Whole(result.PerSecond);
        foreach (double part in (double[])[0.5, 0.9, 0.99, 0.999, 1])
            yield return Text(result.Latency.Quantile(part));
        yield return Text(result.Window.Seconds.LongestGap());
        yield return Per1000(result.ReplicasPer1000);
        yield return Per1000(result.LoadPer1000);
        yield return result.LoadCompilation?.ToString("0.0 %", CultureInfo.InvariantCulture) ?? "-";
        yield return Whole(result.SyncsPerSecond);
        if (result.Follows is not { } follows)
            yield break;
        yield return Whole(follows.PerSecond);
        foreach (double part in (double[])[0.5, 0.99, 1])
            yield return Text(follows.Latency.Quantile(part));
    }

    private static string Whole(double? value) => value?.ToString("0", CultureInfo.InvariantCulture) ?? "-";

    private string AsJson(BenchResult result, Dictionary<string, double?> figures) => Json.ObjectLine(writer =>
    {
        writer.WriteString("operation", Name(plan.Operation));
        if (result.Outstanding is { } outstanding)
            writer.WriteNumber("outstanding", outstanding);
        if (result.Rate is { } rate)
            writer.WriteNumber("rate", rate);
        if (plan.KillsPrimary)
            writer.WriteString("during", BenchPlan.KillPrimary);
        if (plan.Rooms > 1 || plan.Followers > 0)
            writer.WriteNumber("rooms", plan.Rooms);
        if (plan.Followers > 0)
            writer.WriteNumber("followers", plan.Followers);
        foreach (string figure in FigureNames(plan))
        {
            if (figures[figure] is { } value)
                writer.WriteNumber(figure, value);
            else
                writer.WriteNull(figure);
        }
    });
}
