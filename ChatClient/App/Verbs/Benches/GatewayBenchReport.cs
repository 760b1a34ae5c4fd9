using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load.Gateway;
using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>Tells what <c>px bench gateway</c> has measured.</summary>
/// <param name="cluster">What the cluster was.</param>
/// <param name="result">What was measured.</param>
internal sealed class GatewayBenchReport(ClusterPlan cluster, GatewayBenchResult result)
{
    /// <summary>Writes it: lines and tables, or a line of JSON.</summary>
    public void Write(Shell shell, bool json)
    {
        if (json)
        {
            shell.Data(Json.ObjectLine(AsJson));
            return;
        }

        shell.Data($"{result.Plan.Clients} clients of the gateway of one master, each with one request under way, puts and gets by turns; {cluster.Shards} shards of {cluster.Replicas} {(cluster.Replicas == 1 ? "replica" : "replicas")}");
        shell.Data("");
        FigureTable.Write(shell, result.Figures());
        shell.Data("");
        Table table = new("CLIENTS OF", "WINDOW", "REQUESTS", "P50", "P99", "WORST", "BUSY", "FAILED");
        foreach ((string clients, string window, GatewayWindow requests) in Rows())
        {
            table.Add(
                clients, window, requests.Served.Count.ToString(CultureInfo.InvariantCulture), Text(requests, 0.5), Text(requests, 0.99), Text(requests, 1),
                requests.Busy.ToString(CultureInfo.InvariantCulture), requests.Failed.ToString(CultureInfo.InvariantCulture));
        }

        table.WriteTo(shell);
    }

    private void AsJson(Utf8JsonWriter writer)
    {
        writer.WriteString("bench", "gateway");
        writer.WriteNumber("shards", cluster.Shards!.Value);
        writer.WriteNumber("replicas", cluster.Replicas!.Value);
        writer.WriteNumber("clients", result.Plan.Clients);
        writer.WriteNumber("seconds", Math.Round(result.Length.TotalSeconds, 3));
        writer.WriteBoolean("shardStopped", result.Plan.IsShardStopped);
        FigureTable.Write(writer, result.Figures());
        writer.WriteStartArray("windows");
        foreach ((string clients, string window, GatewayWindow requests) in Rows())
        {
            writer.WriteStartObject();
            writer.WriteString("clientsOf", clients);
            writer.WriteString("window", window);
            writer.WriteNumber("requests", requests.Served.Count);
            writer.WriteNumber("p50Ms", Milliseconds(requests, 0.5));
            writer.WriteNumber("p99Ms", Milliseconds(requests, 0.99));
            writer.WriteNumber("worstMs", Milliseconds(requests, 1));
            writer.WriteNumber("busy", requests.Busy);
            writer.WriteNumber("failed", requests.Failed);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private IEnumerable<(string Clients, string Window, GatewayWindow Requests)> Rows()
    {
        if (!result.Plan.IsShardStopped)
        {
            yield return ("all shards", "before", result.All);
            yield break;
        }

        yield return ("the other shards", "before", result.OthersBefore);
        yield return ("the other shards", "stopped", result.OthersDuring);
        yield return ("the stopped shard", "before", result.StoppedBefore);
        yield return ("the stopped shard", "stopped", result.StoppedDuring);
    }

    private static string Text(GatewayWindow requests, double part) => requests.Served.Count == 0 ? "-" : requests.Served.Quantile(part).TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static double Milliseconds(GatewayWindow requests, double part) => Math.Round(requests.Served.Quantile(part).TotalMilliseconds, 3);
}
