using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Ordered;
using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>Tells what <c>px bench ordered</c> has measured.</summary>
/// <param name="cluster">What the cluster was.</param>
/// <param name="result">What was measured.</param>
internal sealed class OrderedBenchReport(ClusterPlan cluster, OrderedBenchResult result)
{
    /// <summary>The title of the picture.</summary>
    public string Title => string.Create(
        CultureInfo.InvariantCulture,
        $"bursts in an ordered session: {cluster.Shards} {(cluster.Shards == 1 ? "shard" : "shards")} of {cluster.Replicas} {(cluster.Replicas == 1 ? "replica" : "replicas")}{(cluster.IsTogether ? " in shared processes" : "")}, {DelayText}, {(result.Plan.IsRandom ? "keys at random" : "each key on the next shard")}");

    private string DelayText => result.Plan.Delay == TimeSpan.Zero ? "no delay" : string.Create(CultureInfo.InvariantCulture, $"every link slow by {result.Plan.Delay.TotalMilliseconds:0.###} ms");

    /// <summary>Writes it: lines and tables, or lines of JSON: one for each length, and one for the whole.</summary>
    public void Write(Shell shell, bool json)
    {
        if (json)
        {
            foreach (OrderedPoint point in result.Points)
                shell.Data(Json.ObjectLine(writer => AsJson(writer, point)));
            shell.Data(Json.ObjectLine(AsJson));
            return;
        }

        shell.Data($"{Title}; {result.Plan.Bursts} bursts of each length");
        shell.Data("");
        Table table = new("FANOUT", "HOPS", "ORDERED P50", "P99", "ONE BY ONE P50", "P99", "RATIO", "MIN(H+5,8)/4N", "WAITING (3H+4)/4N");
        foreach (OrderedPoint point in result.Points)
        {
            table.Add(
                point.Fanout.ToString(CultureInfo.InvariantCulture), point.Hops.ToString("0.##", CultureInfo.InvariantCulture), Text(point.Ordered, 0.5), Text(point.Ordered, 0.99),
                Text(point.OneByOne, 0.5), Text(point.OneByOne, 0.99), Ratio(point.Ratio), Ratio(point.Formula), Ratio(point.WaitingFormula));
        }

        table.WriteTo(shell);
        shell.Data("RATIO is that of the medians; MIN(H+5,8)/4N is what it would be if nothing but the delays took time, for N operations with H hops from shard to shard, 4/4N without a hop; WAITING is that if each waited for the effect of the one before it.");
        shell.Data("");
        FigureTable.Write(shell, result.Figures());
    }

    private static void AsJson(Utf8JsonWriter writer, OrderedPoint point)
    {
        writer.WriteString("bench", "ordered");
        writer.WriteNumber("fanout", point.Fanout);
        writer.WriteNumber("hops", Math.Round(point.Hops, 3));
        writer.WriteNumber("bursts", point.Bursts);
        writer.WriteNumber("orderedP50Ms", Milliseconds(point.Ordered, 0.5));
        writer.WriteNumber("orderedP99Ms", Milliseconds(point.Ordered, 0.99));
        writer.WriteNumber("oneByOneP50Ms", Milliseconds(point.OneByOne, 0.5));
        writer.WriteNumber("oneByOneP99Ms", Milliseconds(point.OneByOne, 0.99));
        writer.WriteNumber("ratio", Math.Round(point.Ratio, 3));
        writer.WriteNumber("formula", Math.Round(point.Formula, 3));
        writer.WriteNumber("waitingFormula", Math.Round(point.WaitingFormula, 3));
    }

    private void AsJson(Utf8JsonWriter writer)
    {
        writer.WriteString("bench", "ordered");
        writer.WriteNumber("shards", cluster.Shards!.Value);
        writer.WriteNumber("replicas", cluster.Replicas!.Value);
        writer.WriteNumber("delayMs", result.Plan.Delay.TotalMilliseconds);
        writer.WriteString("keys", result.Plan.IsRandom ? "random" : "roundRobin");
        FigureTable.Write(writer, result.Figures());
    }

    private static string Text(LatencyHistogram times, double part) => times.Quantile(part).TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private static double Milliseconds(LatencyHistogram times, double part) => Math.Round(times.Quantile(part).TotalMilliseconds, 3);
}
