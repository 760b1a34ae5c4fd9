using System.CommandLine;
using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.ChatClient.App.Load.Raw;
using PaxosShard.ChatClient.App.Verbs.Benches;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px bench</c>: how many messages a second a group acknowledges, and how soon.</summary>
internal static class BenchCommand
{
    private const int MostOutstanding = 4096;
    private const int MostRaw = 8192;
    private const int MostConnections = 5000;
    private const int MostKeys = 1_000_000;
    private const int MostPerSecond = 1_000_000;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(2);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string> outstanding = new("--outstanding") { Description = "Levels of load: operations on their way at any time", DefaultValueFactory = _ => "1,16,64,256", HelpName = "N,N" };
        Option<double> seconds = new("--seconds") { Description = "How long each level is measured, after 2 s of warm-up", DefaultValueFactory = _ => 4, HelpName = "S" };
        Option<int> size = new("--size") { Description = "Bytes of each text or value", DefaultValueFactory = _ => 128, HelpName = "B" };
        Option<string?> directory = new("--dir") { Description = "A group that was started with px up (default: one of its own, gone afterwards)", HelpName = "D" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of its own group", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<string> operation = new("--operation") { Description = "What is measured: messages to a room (send), values (put, get, append), or gets and puts in turn (mix)", DefaultValueFactory = _ => "send", HelpName = "send|put|get|append|mix" };
        Option<int> keys = new("--keys") { Description = "Keys that are put and read in turn", DefaultValueFactory = _ => 1000, HelpName = "N" };
        Option<int> connections = new("--connections") { Description = "Connections, over which the load is spread", DefaultValueFactory = _ => 1, HelpName = "C" };
        Option<double?> rate = new("--rate") { Description = "Instead of levels: so many operations a second, whatever becomes of those before; their time counts from when they are due", HelpName = "R" };
        Option<int?> oneShot = new("--one-shot") { Description = "Instead: so many clients a second that connect, store one value and leave, and the memory that they cost", HelpName = "R" };
        Option<bool> raw = new("--raw") { Description = "Instead of the client library: one thread that writes frames, so that the replicas' own speed shows (send or put, up to 8192 outstanding)" };
        Option<string?> during = new("--during") { Description = "What happens in the middle of each level: kill-primary; the longest gap tells for how long nothing was answered", HelpName = "kill-primary" };
        Option<string[]> check = new("--check") { Description = "End with 9 (PX1245) when a figure of a level misses this bar, such as 'p99Ms<=5' (may be repeated; figures as in --json)", HelpName = "BAR", DefaultValueFactory = static _ => [] };
        Option<string?> csv = new("--csv") { Description = "Write each second of each level to this file too", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Command command = new(
            "bench",
            "Measure a group: operations a second, each change on the disks of a quorum and each read linearizable, the time to the answer, and what of processors they cost. With a word behind it: what a shard that joins costs, or the gateway.\nExample: px bench --outstanding 1,256 --seconds 3\nExample: px bench --operation put --rate 2000 --connections 8\nExample: px bench reshard --megabytes 10")
        {
            operation, outstanding, rate, connections, seconds, size, keys, directory, replicas, during, check, csv, oneShot, raw, json, ReshardBenchCommand.Create(shell), GatewayBenchCommand.Create(shell),
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            int[] levels = ParseLevels(parsed.GetRequiredValue(outstanding), parsed.GetValue(raw) ? MostRaw : MostOutstanding);
            if (parsed.GetValue(seconds) is <= 0 or > 3600)
                throw new ReportedException(ErrorKinds.Usage, "--seconds is above 0 and at most 3600");
            if (parsed.GetValue(oneShot) is < 1 or > 100_000)
                throw new ReportedException(ErrorKinds.Usage, "--one-shot is 1 to 100000");
            BenchOperation what = ParseOperation(parsed.GetRequiredValue(operation), parsed.GetValue(raw));
            RequireRoom(what, parsed.GetValue(size), parsed.GetValue(keys));
            if (parsed.GetValue(connections) is < 1 or > MostConnections)
                throw new ReportedException(ErrorKinds.Usage, $"--connections is 1 to {MostConnections}");
            if (parsed.GetValue(rate) is <= 0 or > MostPerSecond or double.NaN || (parsed.GetValue(rate) is not null && parsed.GetValue(raw)))
                throw new ReportedException(ErrorKinds.Usage, $"--rate is above 0 and at most {MostPerSecond}, and not for --raw");
            BenchBar[] bars = [.. parsed.GetRequiredValue(check).Select(static bar => BenchBar.Parse(bar, LevelTable.FigureNames))];
            if (parsed.GetValue(csv) is { Length: 0 })
                throw new ReportedException(ErrorKinds.Usage, "--csv names no file");
            bool killsPrimary = ParseDuring(parsed.GetValue(during), parsed.GetValue(raw));
            SingleGroup.RequireAlone(parsed.GetValue(directory), "px bench");
            await using DrillGroups groups = new(shell, parsed.GetValue(directory), parsed.GetValue(replicas));
            if (parsed.GetValue(oneShot) is { } clients)
                return await OneShotBenchReport.RunAsync(shell, groups, clients, parsed.GetValue(size), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(json), cancellation);
            BenchPlan plan = new()
            {
                Operation = what, SizeBytes = parsed.GetValue(size), Keys = parsed.GetValue(keys), Connections = parsed.GetValue(connections), WarmUp = _warmUp, Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                KillsPrimary = killsPrimary,
            };
            LocalGroup group = await groups.StartAsync([], cancellation);
            LevelTable table = new(shell, plan, parsed.GetValue(json), bars);
            await MeasureAsync(group, plan, table, parsed.GetValue(raw), parsed.GetValue(rate), levels, cancellation);
            await table.WriteAsync(parsed.GetValue(csv), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task MeasureAsync(LocalGroup group, BenchPlan plan, LevelTable table, bool isRaw, double? rate, int[] levels, CancellationToken cancellation)
    {
        if (rate is { } perSecond)
        {
            table.Add(await new Bench(group, plan).RunAtAsync(perSecond, cancellation));
            return;
        }

        foreach (int level in levels)
            table.Add(await (isRaw ? new RawBench(group, plan).RunAsync(level, cancellation) : new Bench(group, plan).RunAsync(level, cancellation)));
    }

    private static void RequireRoom(BenchOperation operation, int sizeBytes, int keys)
    {
        int most = operation == BenchOperation.Send ? Limits.MessageText : Limits.Value;
        if (sizeBytes < 1 || sizeBytes > most)
            throw new ReportedException(ErrorKinds.Usage, $"--size is 1 to {most}");
        if (keys is < 1 or > MostKeys)
            throw new ReportedException(ErrorKinds.Usage, $"--keys is 1 to {MostKeys}");
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

    private static BenchOperation ParseOperation(string text, bool isRaw)
    {
        if (!Enum.TryParse(text, ignoreCase: true, out BenchOperation operation) || !text.All(char.IsAsciiLetterLower))
            throw new ReportedException(ErrorKinds.Usage, $"--operation is one of {string.Join(", ", Enum.GetValues<BenchOperation>().Select(LevelTable.Name))}, not '{text}'");
        if (isRaw && operation is not (BenchOperation.Send or BenchOperation.Put))
            throw new ReportedException(ErrorKinds.Usage, $"--raw measures send and put, not {text}");
        return operation;
    }

    private static bool ParseDuring(string? text, bool isRaw)
    {
        if (text is null)
            return false;
        if (!string.Equals(text, BenchPlan.KillPrimary, StringComparison.Ordinal))
            throw new ReportedException(ErrorKinds.Usage, $"--during is {BenchPlan.KillPrimary}, not '{text}'");
        return isRaw ? throw new ReportedException(ErrorKinds.Usage, "--raw looks for no other primary: leave --during out") : true;
    }
}
