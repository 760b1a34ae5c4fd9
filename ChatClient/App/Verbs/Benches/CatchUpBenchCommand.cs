using System.CommandLine;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.CatchingUp;
using PaxosShard.ChatClient.App.Load.OpenLoads;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary><c>px bench catch-up</c>: what the writers of a group notice of a replica that comes back after a long time.</summary>
internal static class CatchUpBenchCommand
{
    private const string About = """
        Measure what a replica that was away for long costs those who write while it catches up, on a group of its own that is gone afterwards. It is killed, as much as there was is stored anew, and it comes back when what it lacks is in no log any more, so that it takes a snapshot.
        Every write has its time, whether those before it are acknowledged or not (an open loop), and its latency counts from then. In the end everything is read back; what is lost is an error (9).
        Example: px bench catch-up --megabytes 80 --rate 500
        """;

    // The logs of the others keep about as much as a snapshot has, and 16 MiB at least.
    private const int FewestMegabytes = 80;
    private const int MostMegabytes = 4096;
    private const int MostValues = 9_999_999;
    private const int MostRate = 50_000;
    private const int MostSeconds = 600;

    // What a key costs beside its value, by far (--state-bytes of px up).
    private const int KeyBytes = 256;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int> replicas = new("--replicas") { Description = "Replicas: 3, 5 or 7", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<int> megabytes = new("--megabytes") { Description = "Megabytes of values that are stored, and again while it is away", DefaultValueFactory = _ => 340, HelpName = "MB" };
        Option<int> size = new("--size") { Description = "Bytes of each of them", DefaultValueFactory = _ => 1024, HelpName = "B" };
        Option<double> rate = new("--rate") { Description = $"Writes of {OpenLoad.ValueBytes} bytes each second", DefaultValueFactory = _ => 4000, HelpName = "W" };
        Option<double> seconds = new("--seconds") { Description = "How long is measured with all replicas, without one and afterwards", DefaultValueFactory = _ => 10, HelpName = "S" };
        Option<double> timeout = new("--timeout") { Description = "Longest time of each step, in seconds", DefaultValueFactory = _ => 300, HelpName = "S" };
        Option<bool> check = new("--check") { Description = "End with 9 (PX1245) when a figure misses its bar" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Option<string?> csv = new("--csv") { Description = "Write each second to this file too", HelpName = "FILE" };
        Command command = new("catch-up", About) { replicas, megabytes, size, rate, seconds, timeout, check, json, csv };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(replicas) is not (3 or 5 or 7))
                throw Usage("--replicas is 3, 5 or 7: with one replica nobody goes on without it");
            CatchUpBenchPlan plan = new(ValuesOf(parsed.GetValue(megabytes), parsed.GetValue(size)), parsed.GetValue(size), parsed.GetValue(rate), Time("--seconds", parsed.GetValue(seconds)))
            {
                Timeout = Time("--timeout", parsed.GetValue(timeout)),
            };
            if (plan.PerSecond is not (> 0 and <= MostRate))
                throw Usage($"--rate is above 0 and at most {MostRate}");
            if (parsed.GetValue(csv) is { Length: 0 })
                throw Usage("--csv names no file");
            await using DrillGroups groups = new(shell, null, parsed.GetValue(replicas));
            long stateBytes = Math.Max(1L << 30, 2 * plan.Values * ((long)plan.SizeBytes + KeyBytes));
            LocalGroup group = await groups.StartAsync(["--state-bytes", $"{stateBytes}"], cancellation);
            CatchUpBenchResult result = await new CatchUpBench(group, plan, shell.Note).RunAsync(cancellation);
            Write(shell, parsed.GetValue(replicas), result, parsed.GetValue(json));
            shell.Flush();
            if (parsed.GetValue(csv) is { } file)
                await File.WriteAllLinesAsync(file, result.Seconds(), cancellation);
            if (!result.IsClean)
                throw groups.Failed([result.IsOneState ? $"{result.LostWrites} acknowledged writes and {result.LostValues} stored values are lost" : "the replicas have not the same state"]);
            if (parsed.GetValue(check))
                FigureTable.Check(result.Figures());
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(Shell shell, int replicas, CatchUpBenchResult result, bool json)
    {
        if (json)
        {
            shell.Data(Json.ObjectLine(writer => Write(writer, replicas, result)));
            return;
        }

        shell.Data($"one of {replicas} replicas comes back: {result.Plan.Values} values of {result.Plan.SizeBytes} bytes were stored anew meanwhile; {result.Plan.PerSecond:0.###} writes a second");
        shell.Data("");
        FigureTable.Write(shell, result.Figures());
        shell.Data("");
        Table table = new("WINDOW", "WRITES", "P50", "P99", "WORST", "P99 AGAINST ALL");
        foreach (CatchUpWindow window in Enum.GetValues<CatchUpWindow>())
        {
            LatencyHistogram latency = result.Of(window);
            table.Add(
                Name(window), $"{latency.Count}", Text(latency, 0.5), Text(latency, 0.99), Text(latency, 1),
                result.RatioOf(window) is { } ratio ? $"{ratio:0.00} x" : "-");
        }

        table.WriteTo(shell);
    }

    private static void Write(Utf8JsonWriter writer, int replicas, CatchUpBenchResult result)
    {
        writer.WriteString("bench", "catch-up");
        writer.WriteNumber("replicas", replicas);
        writer.WriteNumber("values", result.Plan.Values);
        writer.WriteNumber("size", result.Plan.SizeBytes);
        writer.WriteNumber("rate", result.Plan.PerSecond);
        FigureTable.Write(writer, result.Figures());
        writer.WriteStartArray("windows");
        foreach (CatchUpWindow window in Enum.GetValues<CatchUpWindow>())
        {
            LatencyHistogram latency = result.Of(window);
            writer.WriteStartObject();
            writer.WriteString("window", JsonNamingPolicy.CamelCase.ConvertName(window.ToString()));
            writer.WriteNumber("writes", latency.Count);
            writer.WriteNumber("p50Ms", Milliseconds(latency, 0.5));
            writer.WriteNumber("p99Ms", Milliseconds(latency, 0.99));
            writer.WriteNumber("worstMs", Milliseconds(latency, 1));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Name(CatchUpWindow window) => window switch
    {
        CatchUpWindow.All => "all replicas",
        CatchUpWindow.Away => "without one",
        CatchUpWindow.CatchingUp => "catching up",
        _ => "afterwards",
    };

    private static int ValuesOf(int megabytes, int size)
    {
        if (megabytes is < FewestMegabytes or > MostMegabytes)
            throw Usage($"--megabytes is {FewestMegabytes} to {MostMegabytes}: with less, the logs of the others would have all that it lacks");
        if (size is < 16 or > Limits.Value)
            throw Usage($"--size is 16 to {Limits.Value}");
        long values = megabytes * 1_000_000L / size;
        return values <= MostValues ? (int)values : throw Usage($"--megabytes {megabytes} with --size {size} are {values} values, and at most {MostValues} will do");
    }

    private static string Text(LatencyHistogram latency, double part) => latency.Count == 0 ? "-" : $"{latency.Quantile(part).TotalMilliseconds:0.00} ms";

    private static double Milliseconds(LatencyHistogram latency, double part) => Math.Round(latency.Quantile(part).TotalMilliseconds, 3);

    private static TimeSpan Time(string option, double seconds) =>
        seconds is > 0 and <= MostSeconds ? TimeSpan.FromSeconds(seconds) : throw Usage($"{option} is above 0 and at most {MostSeconds}");

    private static ReportedException Usage(string what) => new(ErrorKinds.Usage, what);
}
