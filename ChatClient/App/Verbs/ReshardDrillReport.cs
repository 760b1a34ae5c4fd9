using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Tells what a drill that adds and removes shards has found.</summary>
internal static class ReshardDrillReport
{
    /// <summary>Writes it: a table, or a line of JSON.</summary>
    public static void Write(Shell shell, ReshardDrillResult result, bool json)
    {
        AppendAudit appends = result.Appends;
        if (json)
        {
            shell.Data(AsJson(result));
            return;
        }

        Table table = new("DRILL", "CHANGES", "ACKNOWLEDGED", "LOST", "DOUBLED", "REORDERED", "FOREIGN", "HASHES", "OUTAGE P50", "WORST");
        table.Add(
            ReshardDrill.Name, Text(result.Changes), Text(appends.Acknowledged), Text(appends.Lost), Text(appends.Doubled), Text(appends.Reordered), Text(appends.Foreign),
            result.HashesAgree ? "equal" : "DIFFER", $"{result.Outages.Quantile(0.5).TotalMilliseconds:0} ms", $"{result.Outages.Longest.TotalMilliseconds:0} ms");
        table.WriteTo(shell);
    }

    private static string AsJson(ReshardDrillResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteString("drill", ReshardDrill.Name);
        writer.WriteNumber("changes", result.Changes);
        writer.WriteNumber("acknowledged", result.Appends.Acknowledged);
        writer.WriteNumber("lost", result.Appends.Lost);
        writer.WriteNumber("doubled", result.Appends.Doubled);
        writer.WriteNumber("reordered", result.Appends.Reordered);
        writer.WriteNumber("foreign", result.Appends.Foreign);
        writer.WriteBoolean("hashesAgree", result.HashesAgree);
        writer.WriteNumber("outageMedianMs", Math.Round(result.Outages.Quantile(0.5).TotalMilliseconds, 1));
        writer.WriteNumber("outageWorstMs", Math.Round(result.Outages.Longest.TotalMilliseconds, 1));
    });

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
