using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load.OpenLoads;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary><c>px bench reshard</c>: what the writers of a cluster notice of a shard that is added.</summary>
internal static class ReshardBenchCommand
{
    private const string About = """
        Measure what a shard that is added costs those who write meanwhile, on a cluster of its own that is gone afterwards: for keys that move and for keys that stay, before, in each step of the job, and after.
        Every write has its time, whether those before it are acknowledged or not (an open loop), and its latency counts from then. In the end everything is read back; what is lost is an error (9).
        Example: px bench reshard --megabytes 10 --svg reshard.svg
        """;

    private const int MostMegabytes = 4096;
    private const int MostValues = 9_999_999;
    private const int MostRate = 20_000;
    private const int MostSeconds = 600;

    // What a key costs beside its value, by far (--state-bytes of px up).
    private const int KeyBytes = 256;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int> shards = new("--shards") { Description = "Shards before", DefaultValueFactory = _ => 2, HelpName = "N" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of each shard: 1, 3, 5 or 7", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<int> masters = new("--masters") { Description = "Replicas of the masters: 1 or 3", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<int> megabytes = new("--megabytes") { Description = "Megabytes of values that are stored before", DefaultValueFactory = _ => 100, HelpName = "MB" };
        Option<int> size = new("--size") { Description = "Bytes of each of them", DefaultValueFactory = _ => 1024, HelpName = "B" };
        Option<double> rate = new("--rate") { Description = $"Writes of {OpenLoad.ValueBytes} bytes each second", DefaultValueFactory = _ => 2000, HelpName = "W" };
        Option<int> keys = new("--keys") { Description = "How many keys are written by turns; half of them move", DefaultValueFactory = _ => 64, HelpName = "K" };
        Option<double> seconds = new("--seconds") { Description = "How long is measured before and after", DefaultValueFactory = _ => 5, HelpName = "S" };
        Option<double> timeout = new("--timeout") { Description = "Longest time of a job, in seconds", DefaultValueFactory = _ => 300, HelpName = "S" };
        Option<bool> noWarmUp = new("--no-warm-up") { Description = "Measure the first move of the cluster; else a shard is added and removed before" };
        Option<bool> check = new("--check") { Description = "End with 9 (PX1245) when a figure misses its bar" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Option<string?> svg = new("--svg") { Description = "Write a picture over time to this file too", HelpName = "FILE" };
        Command command = new("reshard", About) { shards, replicas, masters, megabytes, size, rate, keys, seconds, timeout, noWarmUp, check, json, svg };
        command.SetAction(async (parsed, cancellation) =>
        {
            ClusterPlan cluster = new()
            {
                Shards = parsed.GetValue(shards), Replicas = parsed.GetValue(replicas), Masters = parsed.GetValue(masters),
                MachineOptions = ["--state-bytes", $"{StateBytes(parsed.GetValue(megabytes), parsed.GetValue(size))}"], Timeout = TimeSpan.FromSeconds(60),
            };
            cluster.Validate();
            if (parsed.GetValue(svg) is { Length: 0 })
                throw Usage("--svg names no file");
            ReshardBenchPlan plan = new(ValuesOf(parsed.GetValue(megabytes), parsed.GetValue(size)), parsed.GetValue(size), parsed.GetValue(rate), Time("--seconds", parsed.GetValue(seconds)))
            {
                Keys = parsed.GetValue(keys), HasWarmUp = !parsed.GetValue(noWarmUp), Timeout = Time("--timeout", parsed.GetValue(timeout)),
            };
            if (plan.PerSecond is not (> 0 and <= MostRate))
                throw Usage($"--rate is above 0 and at most {MostRate}");
            if (plan.Keys is < 2 or > 1000 || plan.Keys % 2 != 0)
                throw Usage("--keys is an even number from 2 to 1000");
            return await RunAsync(shell, cluster, plan, parsed.GetValue(svg), parsed.GetValue(json), parsed.GetValue(check), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, ClusterPlan plan, ReshardBenchPlan bench, string? svg, bool json, bool isChecked, CancellationToken cancellation)
    {
        await using DrillCluster cluster = new(shell, plan);
        shell.Note($"starting {plan.Shards} shards");
        await cluster.StartAsync(cancellation);
        ReshardBenchResult result = await new ReshardBench(cluster, bench, shell.Note).RunAsync(cancellation);
        ReshardBenchReport report = new(plan, result);
        report.Write(shell, json);
        shell.Flush();
        if (svg is not null)
        {
            await File.WriteAllTextAsync(svg, new ReshardSvg(report.Title, result.Keys, result.Samples, result.Times).Text(), cancellation);
            shell.Note($"the picture is in {svg}");
        }

        if (!result.IsClean)
            throw cluster.Failed([$"{result.LostWrites} acknowledged writes and {result.LostValues} stored values are lost"]);
        if (isChecked)
            FigureTable.Check(result.Figures());
        return ExitCode.Ok;
    }

    private static int ValuesOf(int megabytes, int size)
    {
        if (megabytes is < 1 or > MostMegabytes)
            throw Usage($"--megabytes is 1 to {MostMegabytes}");
        if (size is < 16 or > Limits.Value)
            throw Usage($"--size is 16 to {Limits.Value}");
        long values = megabytes * 1_000_000L / size;
        return values is > 0 and <= MostValues ? (int)values : throw Usage($"--megabytes {megabytes} with --size {size} are {values} values, and at most {MostValues} will do");
    }

    // All of it fits into one shard, so that none is full whichever way the arcs go.
    private static long StateBytes(int megabytes, int size) => Math.Max(1L << 30, 2 * ValuesOf(megabytes, size) * ((long)size + KeyBytes));

    private static TimeSpan Time(string option, double seconds) =>
        seconds is > 0 and <= MostSeconds ? TimeSpan.FromSeconds(seconds) : throw Usage($"{option} is above 0 and at most {MostSeconds}");

    private static ReportedException Usage(string what) => new(ErrorKinds.Usage, what);
}
