using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What <c>px drill clocks</c> prints. Its counts of messages are those of the senders and of the retries together.</summary>
internal static class ClockDrillReport
{
    /// <summary>Writes it as data.</summary>
    /// <param name="shell">Where to.</param>
    /// <param name="result">What the drill found.</param>
    /// <param name="json">As JSON, one object; else as a table.</param>
    public static void Write(Shell shell, ClockDrillResult result, bool json)
    {
        if (json)
        {
            shell.Data(AsJson(result));
            return;
        }

        Table table = new(
            "DRILL", "FAULTS", "ACKNOWLEDGED", "AHEAD", "BEHIND", "LOST", "DOUBLED", "REORDERED", "DENIED", "CALLS", "LINEARIZABLE", "RETRIED", "LATE", "REVIVED", "REFUSED",
            "HASHES", "OUTAGE P50", "WORST");
        table.Add(
            ClockDrill.Name, Text(result.Faults), Text(Sum(result, static audit => audit.Acknowledged)), Text(result.Ahead), Text(result.Behind),
            Text(Lost(result)), Text(Sum(result, static audit => audit.Doubled)), Text(Sum(result, static audit => audit.Reordered)),
            Text(Sum(result, static audit => audit.Denied)), Text(result.Keys.Calls), result.Keys.IsClean ? "yes" : "NO", Text(result.Retries.Retried),
            Text(result.Retries.Late), Text(result.Retries.Revived), Text(result.Refused), result.HashesAgree ? "equal" : "DIFFER",
            $"{result.Outages.Quantile(0.5).TotalMilliseconds:0} ms", $"{result.Outages.Longest.TotalMilliseconds:0} ms");
        table.WriteTo(shell);
    }

    private static string AsJson(ClockDrillResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteString("drill", ClockDrill.Name);
        writer.WriteNumber("faults", result.Faults);
        writer.WriteNumber("acknowledged", Sum(result, static audit => audit.Acknowledged));
        writer.WriteNumber("ahead", result.Ahead);
        writer.WriteNumber("behind", result.Behind);
        writer.WriteNumber("lost", Lost(result));
        writer.WriteNumber("doubled", Sum(result, static audit => audit.Doubled));
        writer.WriteNumber("reordered", Sum(result, static audit => audit.Reordered));
        writer.WriteNumber("denied", Sum(result, static audit => audit.Denied));
        writer.WriteNumber("calls", result.Keys.Calls);
        writer.WriteBoolean("linearizable", result.Keys.IsClean);
        writer.WriteNumber("retried", result.Retries.Retried);
        writer.WriteNumber("late", result.Retries.Late);
        writer.WriteNumber("revived", result.Retries.Revived);
        writer.WriteNumber("refused", result.Refused);
        writer.WriteBoolean("hashesAgree", result.HashesAgree);
        writer.WriteNumber("outageMedianMs", Math.Round(result.Outages.Quantile(0.5).TotalMilliseconds, 1));
        writer.WriteNumber("outageWorstMs", Math.Round(result.Outages.Longest.TotalMilliseconds, 1));
    });

    /// <summary>A message of which two retries were told different numbers is not where one of them says.</summary>
    private static int Lost(ClockDrillResult result) => Sum(result, static audit => audit.Lost) + result.Retries.Contradicted;

    private static int Sum(ClockDrillResult result, Func<Audit, int> count) => count(result.Messages) + count(result.Retries.Messages);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
