using System.CommandLine;
using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Delays;
using PaxosShard.ChatClient.App.Load.Ordered;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary><c>px bench ordered</c>: bursts in an ordered session beside the same operations one after the other.</summary>
internal static class OrderedBenchCommand
{
    private const string About = """
        Measure bursts of puts in an ordered session beside the same puts one after the other, on a cluster of its own that is gone afterwards, whose links (client to replica, replica to replica, shard to shard) all are slow by --delay. Beside the
        ratio of the medians stands what the delays alone would make it: min(h+5, 8)/4N for N operations and h hops from shard to shard. Then, without any delay, how many operations a second bursts give, and plain ones. Everything is read back.
        Example: px bench ordered --fanout 1,4,16 --delay 10ms --svg ordered.svg
        """;

    private const string RoundRobin = "round-robin";
    private const string AtRandom = "random";
    private const int MostBursts = 10_000;
    private const int MostSeconds = 600;
    private static readonly TimeSpan _mostDelay = TimeSpan.FromSeconds(1);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string> fanout = new("--fanout") { Description = "Operations of a burst", DefaultValueFactory = _ => "1,2,4,8,16,32", HelpName = "N,N" };
        Option<int> shards = new("--shards") { Description = "Shards", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of each shard: 1, 3, 5 or 7", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<bool> together = new("--together") { Description = "The shards share processes, and ask each other within these; with --delay 0" };
        Option<string> delay = new("--delay") { Description = "How long each link holds each byte back, in each direction; 0: not at all", DefaultValueFactory = _ => "10ms", HelpName = "T" };
        Option<string> keys = new("--keys") { Description = "Each key on the next shard, or keys at random", DefaultValueFactory = _ => RoundRobin, HelpName = $"{RoundRobin}|{AtRandom}" };
        Option<int> bursts = new("--bursts") { Description = "Bursts of each length, and as many times the same one after the other", DefaultValueFactory = _ => 20, HelpName = "B" };
        Option<double> seconds = new("--seconds") { Description = "How long each throughput is measured, after 2 s of warm-up", DefaultValueFactory = _ => 3, HelpName = "S" };
        Option<bool> check = new("--check") { Description = "End with 9 (PX1245) when a figure misses its bar" };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Option<string?> svg = new("--svg") { Description = "Write a picture to this file too", HelpName = "FILE" };
        Command command = new("ordered", About) { fanout, shards, replicas, together, delay, keys, bursts, seconds, check, json, svg };
        command.SetAction(async (parsed, cancellation) =>
        {
            string kind = parsed.GetRequiredValue(keys);
            if (kind is not (RoundRobin or AtRandom))
                throw UsageError.Of(ErrorKinds.Usage, $"--keys is {RoundRobin} or {AtRandom}, not '{kind}'", kind, [RoundRobin, AtRandom], "px bench ordered --help");
            if (parsed.GetValue(bursts) is < 1 or > MostBursts)
                throw Usage($"--bursts is 1 to {MostBursts}");
            if (parsed.GetValue(seconds) is not (> 0 and <= MostSeconds))
                throw Usage($"--seconds is above 0 and at most {MostSeconds}");
            if (parsed.GetValue(svg) is { Length: 0 })
                throw Usage("--svg names no file");
            ClusterPlan cluster = new()
            {
                Shards = parsed.GetValue(shards), Replicas = parsed.GetValue(replicas), IsTogether = parsed.GetValue(together), Masters = 1, Timeout = TimeSpan.FromSeconds(60),
            };
            cluster.Validate();
            OrderedBenchPlan plan = new(FanoutsOf(parsed.GetRequiredValue(fanout)), DelayOf(parsed.GetRequiredValue(delay)), parsed.GetValue(bursts), kind is AtRandom) { Window = TimeSpan.FromSeconds(parsed.GetValue(seconds)) };
            if (cluster.IsTogether && plan.Delay > TimeSpan.Zero)
                throw Usage("--together is measured without a delay: within a process nothing is held back; say --delay 0");
            return await RunAsync(shell, cluster, plan, parsed.GetValue(svg), parsed.GetValue(json), parsed.GetValue(check), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, ClusterPlan plan, OrderedBenchPlan bench, string? svg, bool json, bool isChecked, CancellationToken cancellation)
    {
        OrderedBenchResult result = await MeasureAsync(shell, plan, bench, cancellation);
        OrderedBenchReport report = new(plan, result);
        report.Write(shell, json);
        shell.Flush();
        if (svg is not null)
        {
            await File.WriteAllTextAsync(svg, new OrderedSvg(report.Title, result.Points).Text(), cancellation);
            shell.Note($"the picture is in {svg}");
        }

        if (result.Lost > 0)
            throw new ReportedException(ErrorKinds.CheckFailed, $"{result.Lost} keys do not have what was put last");
        if (isChecked)
            FigureTable.Check(result.Figures());
        return ExitCode.Ok;
    }

    private static async Task<OrderedBenchResult> MeasureAsync(Shell shell, ClusterPlan plan, OrderedBenchPlan bench, CancellationToken cancellation)
    {
        if (bench.Delay == TimeSpan.Zero)
        {
            await using DrillCluster quick = await StartAsync(shell, plan, cancellation);
            (IReadOnlyList<OrderedPoint> quickPoints, int quickLost) = await new OrderedBench(quick.ClientOptions, bench, shell.Note).RunAsync(cancellation);
            return new OrderedBenchResult(bench, quickPoints, quickLost, await RatesAsync(shell, quick, bench, cancellation));
        }

        (IReadOnlyList<OrderedPoint> points, int lost) = await SlowAsync(shell, plan, bench, cancellation);
        // On a cluster of its own: links that hold nothing back would cost something all the same.
        await using DrillCluster other = await StartAsync(shell, plan, cancellation);
        return new OrderedBenchResult(bench, points, lost, await RatesAsync(shell, other, bench, cancellation));
    }

    private static async Task<(IReadOnlyList<OrderedPoint> Points, int Lost)> SlowAsync(Shell shell, ClusterPlan plan, OrderedBenchPlan bench, CancellationToken cancellation)
    {
        await using DelayNetwork network = new(bench.Delay);
        await using DrillCluster cluster = await StartAsync(shell, network.Slow(plan), cancellation);
        return await new OrderedBench(network.Slow(cluster.ClientOptions), bench, shell.Note).RunAsync(cancellation);
    }

    private static async Task<DrillCluster> StartAsync(Shell shell, ClusterPlan plan, CancellationToken cancellation)
    {
        DrillCluster cluster = new(shell, plan);
        shell.Note($"starting {plan.Shards} {(plan.Shards == 1 ? "shard" : "shards")}{(plan.KnownAs is null ? "" : " behind slow links")}");
        try
        {
            await cluster.StartAsync(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static Task<IReadOnlyList<OrderedRate>> RatesAsync(Shell shell, DrillCluster cluster, OrderedBenchPlan bench, CancellationToken cancellation) =>
        new OrderedThroughput(cluster.ClientOptions, bench, shell.Note).RunAsync(cancellation);

    private static int[] FanoutsOf(string text)
    {
        List<int> fanouts = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out int fanout) || fanout is < 1 or > OrderedBenchPlan.MostFanout)
                throw Usage($"--fanout takes numbers from 1 to {OrderedBenchPlan.MostFanout} with commas between them, not '{part}'");
            fanouts.Add(fanout);
        }

        return [.. fanouts];
    }

    private static TimeSpan DelayOf(string text)
    {
        if (text is "0" or "0ms" or "0s")
            return TimeSpan.Zero;
        TimeSpan delay = TargetOptions.ParseTime(text, "--delay");
        return delay <= _mostDelay ? delay : throw Usage($"--delay is at most {_mostDelay.TotalSeconds:0} s");
    }

    private static ReportedException Usage(string what) => new(ErrorKinds.Usage, what);
}
