using System.CommandLine;
using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Raw;
using PaxosShard.ChatClient.App.Verbs.Benches;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px bench</c>: how many messages a second a group acknowledges, and how soon.</summary>
internal static class BenchCommand
{
    private const int MostOutstanding = 1024;
    private const int MostRaw = 8192;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(2);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string> outstanding = new("--outstanding") { Description = "Levels of load: messages on their way at any time", DefaultValueFactory = _ => "1,16,64,256", HelpName = "N,N" };
        Option<double> seconds = new("--seconds") { Description = "How long each level is measured, after 2 s of warm-up", DefaultValueFactory = _ => 4, HelpName = "S" };
        Option<int> size = new("--size") { Description = "Bytes of text in each message", DefaultValueFactory = _ => 128, HelpName = "B" };
        Option<string?> directory = new("--dir") { Description = "A group that was started with px up (default: one of its own, gone afterwards)", HelpName = "D" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of its own group", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<int?> oneShot = new("--one-shot") { Description = "Instead: so many clients a second that connect, store one value and leave, and the memory that they cost", HelpName = "R" };
        Option<bool> raw = new("--raw") { Description = "Instead of the client library: one thread that writes frames, so that the replicas' own speed shows (up to 8192 outstanding)" };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Command command = new(
            "bench",
            "Measure a group: acknowledged messages a second, each on the disks of a quorum, and the time to the acknowledgement. With a word behind it: what a shard that joins costs, or the gateway.\nExample: px bench --outstanding 1,256 --seconds 3\nExample: px bench reshard --megabytes 10")
        {
            outstanding, seconds, size, directory, replicas, oneShot, raw, json, ReshardBenchCommand.Create(shell), GatewayBenchCommand.Create(shell),
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            int[] levels = ParseLevels(parsed.GetRequiredValue(outstanding), parsed.GetValue(raw) ? MostRaw : MostOutstanding);
            if (parsed.GetValue(seconds) is <= 0 or > 3600 || parsed.GetValue(size) is < 1 or > Limits.MessageText)
                throw new ReportedException(ErrorKinds.Usage, $"--seconds is above 0 and at most 3600, --size is 1 to {Limits.MessageText}");
            if (parsed.GetValue(oneShot) is < 1 or > 100_000)
                throw new ReportedException(ErrorKinds.Usage, "--one-shot is 1 to 100000");
            SingleGroup.RequireAlone(parsed.GetValue(directory), "px bench");
            await using DrillGroups groups = new(shell, parsed.GetValue(directory), parsed.GetValue(replicas));
            if (parsed.GetValue(oneShot) is { } rate)
                return await OneShotBenchReport.RunAsync(shell, groups, rate, parsed.GetValue(size), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(json), cancellation);
            LocalGroup group = await groups.StartAsync([], cancellation);
            TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            ClientOptions options = group.ClientOptions with { Window = Math.Clamp(levels.Max(), 1, MostOutstanding) };
            Bench bench = new(options, group.CountSyncsAsync, parsed.GetValue(size), _warmUp, length);
            RawBench rawBench = new(group, parsed.GetValue(size), _warmUp, length);
            Table table = new("OUTSTANDING", "MESSAGES/S", "P50", "P99", "FDATASYNC/S");
            foreach (int level in levels)
            {
                BenchResult result = parsed.GetValue(raw) ? await rawBench.RunAsync(level, cancellation) : await bench.RunAsync(level, cancellation);
                if (parsed.GetValue(json))
                    shell.Data(AsJson(result));
                else
                    AddTo(table, result);
            }

            if (!parsed.GetValue(json))
                table.WriteTo(shell);
            return ExitCode.Ok;
        });
        return command;
    }

    private static int[] ParseLevels(string text, int most)
    {
        List<int> levels = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out int level) || level < 1 || level > most)
                throw new ReportedException(ErrorKinds.Usage, $"--outstanding takes numbers from 1 to {most} with commas between them, not '{part}'");
            levels.Add(level);
        }

        return [.. levels];
    }

    private static void AddTo(Table table, BenchResult result) => table.Add(
        result.Outstanding.ToString(CultureInfo.InvariantCulture),
        result.MessagesPerSecond.ToString("0", CultureInfo.InvariantCulture),
        Milliseconds(result.Latency.Quantile(0.5)),
        Milliseconds(result.Latency.Quantile(0.99)),
        result.SyncsPerSecond?.ToString("0", CultureInfo.InvariantCulture) ?? "-");

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static string AsJson(BenchResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteNumber("outstanding", result.Outstanding);
        writer.WriteNumber("messagesPerSecond", Math.Round(result.MessagesPerSecond));
        writer.WriteNumber("p50Ms", Math.Round(result.Latency.Quantile(0.5).TotalMilliseconds, 3));
        writer.WriteNumber("p99Ms", Math.Round(result.Latency.Quantile(0.99).TotalMilliseconds, 3));
        if (result.SyncsPerSecond is { } syncs)
            writer.WriteNumber("syncsPerSecond", Math.Round(syncs));
        else
            writer.WriteNull("syncsPerSecond");
    });
}
