using System.Globalization;
using PaxosShard.Benchmarks.Stages.Bodies;
using PaxosShard.Benchmarks.Stages.Runs;

namespace PaxosShard.Benchmarks.Stages.Report;

/// <summary>Stages and what was measured of them, for people.</summary>
internal static class StageTable
{
    private const string Between = "  ";
    private const string Nothing = "-";

    /// <summary>Which stages there are.</summary>
    public static IEnumerable<string> List(IEnumerable<StageKind> kinds) =>
        Align([["STAGE", "GOAL", "WHAT"], .. kinds.Select(static kind => (string[])[kind.Name, Goal(kind), kind.What])]);

    /// <summary>What was measured, and the sums of the ways of which every stage was.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<StageResult> results)
    {
        foreach (string line in Align([["STAGE", "BATCH", "NS/MESSAGE", "LEAST", "GOAL", "BYTES/MESSAGE"], .. results.Select(RowOf)]))
            yield return line;
        string[][] sums = [.. Way.All.SelectMany(way => SumsOf(way, results))];
        if (sums.Length > 0)
        {
            yield return "";
            foreach (string line in Align([["TOGETHER", "BATCH", "NS/MESSAGE", "BYTES/MESSAGE", "GOAL"], .. sums]))
                yield return line;
        }

        yield return "";
        yield return "Times are medians on this machine in these minutes; bytes are exact.";
    }

    private static string[] RowOf(StageResult result) =>
        [result.Kind.Name, result.Batch is { } batch ? Number(batch) : Nothing, Tenths(result.Median), Tenths(result.Least), Goal(result.Kind), Tenths(result.Bytes)];

    private static IEnumerable<string[]> SumsOf(Way way, IReadOnlyList<StageResult> results)
    {
        foreach (IGrouping<int?, StageResult> batch in results.Where(result => way.Stages.Contains(result.Kind.Name, StringComparer.Ordinal)).GroupBy(static result => result.Batch))
        {
            if (batch.Count() == way.Stages.Count)
                yield return [way.Name, Number(batch.Key ?? 0), Tenths(batch.Sum(static result => result.Median)), Tenths(batch.Sum(static result => result.Bytes)), Number(way.BytesGoal)];
        }
    }

    private static string Goal(StageKind kind) => kind.Goal is { } goal ? Number(goal) : Nothing;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Tenths(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Align(string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return rows.Select(row => string.Join(Between, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
