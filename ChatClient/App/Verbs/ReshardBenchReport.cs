using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Programs;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Tells what was measured of a shard that joined.</summary>
/// <param name="shell">Where to.</param>
/// <param name="result">What was measured.</param>
/// <param name="plan">How much was done.</param>
internal sealed class ReshardBenchReport(Shell shell, ReshardBenchResult result, ReshardBenchPlan plan)
{
    /// <summary>Writes it: tables, or one object of JSON.</summary>
    public void Write(bool json)
    {
        if (json)
        {
            shell.Data(Json.ObjectLine(WriteJson));
            return;
        }

        Table windows = new("WHILE", "SECONDS", "STAYING P50", "P99", "WORST", "P99 AGAINST BEFORE", "MOVING P50", "P99", "WORST");
        foreach ((string name, double from, double to) in result.Windows)
        {
            windows.Add(
                name, Text(to - from, "0.00"), Milliseconds(from, to, moves: false, 0.5), Milliseconds(from, to, moves: false, 0.99), Milliseconds(from, to, moves: false, 1),
                Text(result.Slower(from, to), "0.0") + " x", Milliseconds(from, to, moves: true, 0.5), Milliseconds(from, to, moves: true, 0.99), Milliseconds(from, to, moves: true, 1));
        }

        windows.WriteTo(shell);
        shell.Data($"{(plan.WarmsUp ? "not the first move of the cluster" : "the first move of the cluster")}: {Text(result.Seconds, "0.0")} s, copying {Text(result.SecondsOf(JobStep.Copying), "0.0")}, draining {Text(result.SecondsOf(JobStep.Draining), "0.000")}, committed {Text(result.SecondsOf(JobStep.Committed), "0.000")}; {ByteText.Of(result.Job.Bytes)} seen copied, {Text(result.MegabytesPerSecond, "0.0")} MB/s; {result.Load.Times.Count} writes acknowledged, {result.Load.Failed} failed, {result.Lost} lost");
        Table bars = new("BAR", "MEASURED", "AT MOST", "");
        foreach ((string name, string measured, string most, bool isMet) in Bars())
            bars.Add(name, measured, most, isMet ? "met" : "missed");
        bars.WriteTo(shell);
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private string Milliseconds(double from, double to, bool moves, double part) => Text(result.Quantile(from, to, moves, part), "0.00") + " ms";

    private IEnumerable<(string Name, string Measured, string Most, bool IsMet)> Bars()
    {
        yield return ("a key that moves is blocked, p99", Text(result.Blocked, "0.0") + " ms", Text(ReshardBenchResult.MostBlocked, "0") + " ms", result.Blocked <= ReshardBenchResult.MostBlocked);
        yield return ("p99 of keys that stay, against before", Text(result.SlowerWhileMoving, "0.0") + " x", Text(ReshardBenchResult.MostSlower, "0") + " x", result.SlowerWhileMoving <= ReshardBenchResult.MostSlower);
        yield return (
            "the share that moves is off by", Text(100 * Math.Abs(result.ShareRatio - 1), "0.0") + " %", Text(100 * ReshardBenchResult.MostOff, "0") + " %", Math.Abs(result.ShareRatio - 1) <= ReshardBenchResult.MostOff);
        yield return ("progress is seen after", Text(result.Progress, "0.00") + " s", Text(ReshardBenchResult.LatestProgress, "0") + " s", result.Progress <= ReshardBenchResult.LatestProgress);
        yield return ("keys that hold less than was acknowledged", Text(result.Lost, "0"), "0", result.Lost == 0);
    }

    private void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteNumber("shards", result.Shards);
        writer.WriteBoolean("isFirstMove", !plan.WarmsUp);
        writer.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        writer.WriteNumber("bytes", result.Job.Bytes);
        writer.WriteNumber("arcShare", Math.Round(result.Keys.ArcShare, 4));
        writer.WriteNumber("shareRatio", Math.Round(result.ShareRatio, 4));
        writer.WriteNumber("progressSeconds", double.IsFinite(result.Progress) ? Math.Round(result.Progress, 3) : -1);
        writer.WriteNumber("acknowledged", result.Load.Times.Count);
        writer.WriteNumber("failed", result.Load.Failed);
        writer.WriteNumber("lost", result.Lost);
        writer.WriteNumber("blockedP99Ms", Math.Round(result.Blocked, 3));
        writer.WriteNumber("stayingP99Ratio", Math.Round(result.SlowerWhileMoving, 3));
        writer.WriteBoolean("meetsAll", result.MeetsAll);
        writer.WriteStartArray("windows");
        foreach ((string name, double from, double to) in result.Windows)
        {
            writer.WriteStartObject();
            writer.WriteString("while", name);
            writer.WriteNumber("seconds", Math.Round(to - from, 3));
            foreach (bool moves in (bool[])[false, true])
            {
                string prefix = moves ? "moving" : "staying";
                writer.WriteNumber($"{prefix}P50Ms", Math.Round(result.Quantile(from, to, moves, 0.5), 3));
                writer.WriteNumber($"{prefix}P99Ms", Math.Round(result.Quantile(from, to, moves, 0.99), 3));
                writer.WriteNumber($"{prefix}WorstMs", Math.Round(result.Quantile(from, to, moves, 1), 3));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
