using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>Tells what <c>px bench reshard</c> has measured.</summary>
/// <param name="cluster">What the cluster began with.</param>
/// <param name="result">What was measured.</param>
internal sealed class ReshardBenchReport(ClusterPlan cluster, ReshardBenchResult result)
{
    private static readonly ChangeWindow[] _windows = Enum.GetValues<ChangeWindow>();

    /// <summary>The title of the picture.</summary>
    public string Title => string.Create(
        CultureInfo.InvariantCulture,
        $"a shard joins {result.ShardsBefore}: {result.Plan.Values * (long)result.Plan.SizeBytes / 1e6:0.#} MB of values, {result.Plan.PerSecond:0.###} writes a second, {cluster.Replicas} {(cluster.Replicas == 1 ? "replica" : "replicas")} each");

    /// <summary>Writes it: lines and tables, or a line of JSON.</summary>
    public void Write(Shell shell, bool json)
    {
        if (json)
        {
            shell.Data(Json.ObjectLine(AsJson));
            return;
        }

        shell.Data($"{Title}, {cluster.Masters} {(cluster.Masters == 1 ? "master" : "masters")}; {result.Plan.Values} values of {result.Plan.SizeBytes} bytes; {result.Keys.Count} keys are written, half of which move");
        shell.Data(result.Plan.HasWarmUp
            ? "not the first move of the cluster: a shard was added and removed before it was measured; the programs of the new shard are new in any case"
            : "the first move of the cluster: its programs compile the code of moves while it is measured");
        shell.Data("");
        FigureTable.Write(shell, result.Figures());
        shell.Data("");
        Table table = new("KEYS", "WINDOW", "WRITES", "P50", "P99", "WORST", "P99 AGAINST QUIET");
        foreach ((bool isMoving, ChangeWindow window) in Rows())
        {
            LatencyHistogram latency = result.Latencies.Of(window, isMoving);
            table.Add(
                isMoving ? "that move" : "that stay", Name(window), latency.Count.ToString(CultureInfo.InvariantCulture), Text(latency, 0.5), Text(latency, 0.99), Text(latency, 1),
                result.RatioOf(window, isMoving) is { } ratio ? ratio.ToString("0.00 x", CultureInfo.InvariantCulture) : "-");
        }

        table.WriteTo(shell);
    }

    private void AsJson(Utf8JsonWriter writer)
    {
        writer.WriteString("bench", "reshard");
        writer.WriteNumber("shards", result.ShardsBefore);
        writer.WriteNumber("replicas", cluster.Replicas!.Value);
        writer.WriteNumber("masters", cluster.Masters!.Value);
        writer.WriteNumber("values", result.Plan.Values);
        writer.WriteNumber("size", result.Plan.SizeBytes);
        writer.WriteNumber("rate", result.Plan.PerSecond);
        writer.WriteNumber("keys", result.Keys.Count);
        writer.WriteBoolean("firstMove", !result.Plan.HasWarmUp);
        FigureTable.Write(writer, result.Figures());
        writer.WriteStartArray("windows");
        foreach ((bool isMoving, ChangeWindow window) in Rows())
        {
            LatencyHistogram latency = result.Latencies.Of(window, isMoving);
            writer.WriteStartObject();
            writer.WriteString("keys", isMoving ? "moving" : "staying");
            writer.WriteString("window", JsonNamingPolicy.CamelCase.ConvertName(window.ToString()));
            writer.WriteNumber("writes", latency.Count);
            writer.WriteNumber("p50Ms", Milliseconds(latency, 0.5));
            writer.WriteNumber("p99Ms", Milliseconds(latency, 0.99));
            writer.WriteNumber("worstMs", Milliseconds(latency, 1));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static IEnumerable<(bool IsMoving, ChangeWindow Window)> Rows() => _windows.Select(static window => (false, window)).Concat(_windows.Select(static window => (true, window)));

    private static string Name(ChangeWindow window) => window switch
    {
        ChangeWindow.Quiet => "quiet",
        ChangeWindow.Starting => "replicas start",
        ChangeWindow.Copying => "copying",
        ChangeWindow.HandingOver => "draining and committed",
        _ => "after",
    };

    private static string Text(LatencyHistogram latency, double part) => latency.Count == 0 ? "-" : latency.Quantile(part).TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static double Milliseconds(LatencyHistogram latency, double part) => Math.Round(latency.Quantile(part).TotalMilliseconds, 3);
}
