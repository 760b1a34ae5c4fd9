using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load.OrderedDrills;
using PaxosShard.Programs;
using static PaxosShard.ChatClient.App.Verbs.DrillText;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Tells what a drill on ordered sessions has found.</summary>
internal static class OrderedDrillReport
{
    /// <summary>Writes it: a table, or a line of JSON.</summary>
    public static void Write(Shell shell, OrderedDrillResult result, bool json)
    {
        if (json)
        {
            shell.Data(AsJson(result));
            return;
        }

        Table table = new("DRILL", "CHANGES", "BURSTS", "OPERATIONS", "FAILED", "UNKNOWN", "ONE ORDER", "HASHES", "CHECK", "OUTAGE P50", "WORST", "JOB P50", "WORST");
        table.Add(
            OrderedDrill.Name, Text(result.Changes), Text(result.Bursts.Bursts), Text(result.Bursts.Operations), Text(result.Bursts.Failed), Text(result.Bursts.Unknown), Order(result.Bursts),
            result.HashesAgree ? "equal" : "DIFFER", result.Faults.Count == 0 ? "ok" : "WRONG",
            Text(result.Outages.Quantile(0.5)), Text(result.Outages.Longest), Text(result.Jobs.Quantile(0.5)), Text(result.Jobs.Longest));
        table.WriteTo(shell);
    }

    private static string Order(BurstAudit bursts)
    {
        if (bursts.Wrong is not null)
            return "NO";
        return bursts.HasOneOrder ? "yes" : "UNDECIDED";
    }

    private static string AsJson(OrderedDrillResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteString("drill", OrderedDrill.Name);
        writer.WriteNumber("changes", result.Changes);
        writer.WriteNumber("bursts", result.Bursts.Bursts);
        writer.WriteNumber("operations", result.Bursts.Operations);
        writer.WriteNumber("failed", result.Bursts.Failed);
        writer.WriteNumber("unknown", result.Bursts.Unknown);
        writer.WriteBoolean("oneOrder", result.Bursts.HasOneOrder);
        writer.WriteBoolean("undecided", result.Bursts is { Wrong: null, Undecided: not null });
        writer.WriteBoolean("hashesAgree", result.HashesAgree);
        writer.WriteStartArray("faults");
        foreach (string fault in result.Faults)
            writer.WriteStringValue(fault);
        writer.WriteEndArray();
        writer.WriteNumber("outageMedianMs", Milliseconds(result.Outages.Quantile(0.5)));
        writer.WriteNumber("outageWorstMs", Milliseconds(result.Outages.Longest));
        writer.WriteNumber("jobMedianMs", Milliseconds(result.Jobs.Quantile(0.5)));
        writer.WriteNumber("jobWorstMs", Milliseconds(result.Jobs.Longest));
    });
}
