using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>What levels of load gave, for people and for scripts.</summary>
/// <param name="shell">Where it goes.</param>
/// <param name="operation">What was measured.</param>
/// <param name="isJson">Each level as an object in a line, when it is known; otherwise a table in the end.</param>
internal sealed class LevelTable(Shell shell, BenchOperation operation, bool isJson)
{
    private readonly Table _table = new("OUTSTANDING", "OPERATIONS/S", "P50", "P90", "P99", "P99.9", "WORST", "REPLICAS", "LOAD", "FDATASYNC/S");

    /// <summary>A level is known.</summary>
    public void Add(BenchResult result)
    {
        if (isJson)
        {
            shell.Data(AsJson(result));
            return;
        }

        _table.Add(
            result.Outstanding?.ToString(CultureInfo.InvariantCulture) ?? string.Create(CultureInfo.InvariantCulture, $"{result.Rate:0.###}/s"),
            result.PerSecond.ToString("0", CultureInfo.InvariantCulture),
            Milliseconds(result, 0.5),
            Milliseconds(result, 0.9),
            Milliseconds(result, 0.99),
            Milliseconds(result, 0.999),
            Milliseconds(result, 1),
            Per1000(result.ReplicasPer1000),
            Per1000(result.LoadPer1000),
            result.SyncsPerSecond?.ToString("0", CultureInfo.InvariantCulture) ?? "-");
    }

    /// <summary>All levels are known.</summary>
    public void Write()
    {
        if (isJson)
            return;
        _table.WriteTo(shell);
        shell.Data("REPLICAS and LOAD are the time of processors that all replicas together, and this program, took for 1,000 operations.");
    }

    private static string Milliseconds(BenchResult result, double part) => result.Latency.Quantile(part).TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static string Per1000(double? seconds) => seconds?.ToString("0.000 s", CultureInfo.InvariantCulture) ?? "-";

    private string AsJson(BenchResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteString("operation", Name(operation));
        if (result.Outstanding is { } outstanding)
            writer.WriteNumber("outstanding", outstanding);
        if (result.Rate is { } rate)
            writer.WriteNumber("rate", rate);
        writer.WriteNumber("operationsPerSecond", Math.Round(result.PerSecond));
        foreach ((string key, double part) in (ReadOnlySpan<(string, double)>)[("p50Ms", 0.5), ("p90Ms", 0.9), ("p99Ms", 0.99), ("p999Ms", 0.999), ("worstMs", 1)])
            writer.WriteNumber(key, Math.Round(result.Latency.Quantile(part).TotalMilliseconds, 3));
        Write("replicasSecondsPer1000", result.ReplicasPer1000, 6);
        Write("loadSecondsPer1000", result.LoadPer1000, 6);
        Write("syncsPerSecond", result.SyncsPerSecond, 0);

        void Write(string key, double? value, int digits)
        {
            if (value is { } known)
                writer.WriteNumber(key, Math.Round(known, digits));
            else
                writer.WriteNull(key);
        }
    });

    /// <summary>As people write an operation.</summary>
    public static string Name(BenchOperation operation) => operation.ToString().ToLowerInvariant();
}
