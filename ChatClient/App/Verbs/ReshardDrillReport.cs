using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Programs;
using static PaxosShard.ChatClient.App.Verbs.DrillText;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Tells what a drill that adds and removes shards has found.</summary>
internal static class ReshardDrillReport
{
    /// <summary>Writes it: two tables, or a line of JSON.</summary>
    public static void Write(Shell shell, ReshardDrillResult result, bool json)
    {
        if (json)
        {
            shell.Data(AsJson(result));
            return;
        }

        Table appends = new("APPENDS", "ACKNOWLEDGED", "UNKNOWN", "LOST", "DOUBLED", "REORDERED", "FOREIGN", "LOST CONNECTIONS", "OUTAGE P50", "WORST");
        Add(appends, "direct", result.Direct);
        Add(appends, "gateways", result.Gateways);
        appends.WriteTo(shell);
        Table changes = new("DRILL", "CHANGES", "CALLS OF KEYS", "UNKNOWN", "LINEARIZABLE", "HASHES", "CHECK", "JOB P50", "WORST");
        changes.Add(
            ReshardDrill.Name, Text(result.Changes), Text(result.Keys.Calls), Text(result.Keys.Unknown), result.Keys.IsClean ? "yes" : "NO", result.HashesAgree ? "equal" : "DIFFER", result.Faults.Count == 0 ? "ok" : "WRONG",
            Text(result.Jobs.Quantile(0.5)), Text(result.Jobs.Longest));
        changes.WriteTo(shell);
    }

    private static void Add(Table table, string name, AppendersResult result)
    {
        AppendAudit appends = result.Appends;
        table.Add(
            name, Text(appends.Acknowledged), Text(appends.Unknown), Text(appends.Lost), Text(appends.Doubled), Text(appends.Reordered), Text(appends.Foreign), Text(result.LostConnections),
            Text(result.Outages.Quantile(0.5)), Text(result.Outages.Longest));
    }

    private static string AsJson(ReshardDrillResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteString("drill", ReshardDrill.Name);
        writer.WriteNumber("changes", result.Changes);
        Write(writer, "direct", result.Direct);
        Write(writer, "gateways", result.Gateways);
        writer.WriteNumber("calls", result.Keys.Calls);
        writer.WriteNumber("unknownCalls", result.Keys.Unknown);
        writer.WriteBoolean("linearizable", result.Keys.IsClean);
        writer.WriteBoolean("hashesAgree", result.HashesAgree);
        writer.WriteStartArray("faults");
        foreach (string fault in result.Faults)
            writer.WriteStringValue(fault);
        writer.WriteEndArray();
        writer.WriteNumber("jobMedianMs", Milliseconds(result.Jobs.Quantile(0.5)));
        writer.WriteNumber("jobWorstMs", Milliseconds(result.Jobs.Longest));
    });

    private static void Write(Utf8JsonWriter writer, string name, AppendersResult result)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("acknowledged", result.Appends.Acknowledged);
        writer.WriteNumber("unknown", result.Appends.Unknown);
        writer.WriteNumber("lost", result.Appends.Lost);
        writer.WriteNumber("doubled", result.Appends.Doubled);
        writer.WriteNumber("reordered", result.Appends.Reordered);
        writer.WriteNumber("foreign", result.Appends.Foreign);
        writer.WriteNumber("lostConnections", result.LostConnections);
        writer.WriteNumber("outageMedianMs", Milliseconds(result.Outages.Quantile(0.5)));
        writer.WriteNumber("outageWorstMs", Milliseconds(result.Outages.Longest));
        writer.WriteEndObject();
    }
}
