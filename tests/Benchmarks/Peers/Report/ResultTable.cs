using System.Globalization;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Servers;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>What was measured, for people: a table of all levels, and one of what ours is to each of the others.</summary>
/// <param name="plan">What was asked for.</param>
/// <param name="results">What was measured.</param>
internal sealed class ResultTable(BenchmarkPlan plan, Results results)
{
    private const string Between = "  ";

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines()
    {
        string windows = plan.Windows == 1 ? "one window" : $"median [least..most] of {plan.Windows} windows";
        yield return string.Create(CultureInfo.InvariantCulture, $"values of {plan.SizeBytes} bytes, {plan.Length.TotalSeconds:0.###} s each level after {BenchmarkPlan.WarmUp.TotalSeconds:0} s of warm-up; {windows}");
        yield return "";
        foreach (string line in Align(Rows()))
            yield return line;
        if (Ratios().ToArray() is { Length: > 1 } ratios)
        {
            yield return "";
            yield return "ours divided by each of the others, window by window: operations/s (more is better for ours), then p99 (less is better for ours)";
            foreach (string line in Align(ratios))
                yield return line;
        }

        yield return "";
        foreach (PeerKind kind in PeerKind.All.Where(kind => plan.Peers.Contains(kind.Name, StringComparer.Ordinal)))
            yield return $"{kind.Name} is {kind.About}";
        foreach ((string peer, int failures) in results.Failures)
            yield return $"{peer} failed {failures} times and was started again; what it gave before that in the same window does not count";
        yield return "The figures are those of this machine in these minutes, with the load beside the servers; what can be held against other runs is the ratios within one run.";
    }

    private IEnumerable<string[]> Rows()
    {
        yield return ["OPERATION", "OUTSTANDING", "PEER", .. Figure.All.Select(static figure => figure.Heading), "REFUSED"];
        foreach (LevelKey level in results.Levels.OrderBy(static level => level.Operation).ThenBy(static level => level.Outstanding))
        {
            IReadOnlyList<LevelMeasurement> windows = results.Of(level);
            yield return
            [
                Name(level.Operation), Number(level.Outstanding), level.Peer, .. Figure.All.Select(figure => figure.Text(results.Of(level, figure.Of), windows.Count)),
                Number(windows.Sum(static window => window.Refused)),
            ];
        }
    }

    private IEnumerable<string[]> Ratios()
    {
        string[] others = [.. plan.Peers.Where(PeerKind.IsOther)];
        yield return ["OPERATION", "OUTSTANDING", "PEER", "FIGURE ÷", .. others];
        foreach (LevelKey level in results.Levels.Where(static level => !PeerKind.IsOther(level.Peer)))
        {
            foreach (Figure figure in (Figure[])[Figure.Throughput, Figure.Percentile99])
            {
                string[] ratios = [.. others.Select(other => results.Ratio(level, other, figure.Of) is { } ratio ? (figure with { Unit = "" }).Text(ratio, results.Of(level).Count) : "-")];
                if (Array.Exists(ratios, static ratio => ratio is not "-"))
                    yield return [Name(level.Operation), Number(level.Outstanding), level.Peer, figure.Heading, .. ratios];
            }
        }
    }

    /// <summary>The name of an operation, for people and for scripts.</summary>
    internal static string Name(Operation operation) => operation == Operation.Write ? "write" : "read";

    /// <summary>Columns as wide as their widest cell.</summary>
    internal static IEnumerable<string> Align(IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        int[] widths = [.. Enumerable.Range(0, all[0].Length).Select(column => all.Max(row => row[column].Length))];
        return all.Select(row => string.Join(Between, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
