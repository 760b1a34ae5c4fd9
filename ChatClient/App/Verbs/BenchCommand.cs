using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Follows;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.ChatClient.App.Load.Raw;
using PaxosShard.ChatClient.App.Verbs.Benches;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px bench</c>: how many messages a second a group acknowledges, and how soon.</summary>
internal static class BenchCommand
{
    private const string About = """
        Measure a group: operations a second, each change on the disks of a quorum and each read linearizable, the time to the answer, and what of processors they cost. With a word behind it: what a shard that joins costs, or a replica that comes back, the gateway, or bursts in an ordered session.
        Example: px bench --outstanding 1,256 --seconds 3
        Example: px bench --rooms 10 --followers 20
        Example: px bench --operation put --rate 2000 --connections 8
        Example: px bench reshard --megabytes 10
        Example: px bench catch-up --megabytes 80 --rate 500
        Example: px bench ordered --fanout 1,4,16 --delay 10ms
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        LevelOptions options = new();
        Option<string?> directory = new("--dir") { Description = "A group that was started with px up, as it is: what is down stays down while the others serve (default: one of its own, gone afterwards); with --raw also a cluster, over whose shards the load is spread", HelpName = "DIR" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of its own group", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<int?> oneShot = new("--one-shot") { Description = "Instead: so many clients a second that connect, store one value and leave, and the memory that they cost", HelpName = "R" };
        Option<string[]> check = new("--check") { Description = "End with 9 (PX1245) when a figure of a level misses this bar, such as 'p99Ms<=5' (may be repeated; figures as in --json)", HelpName = "BAR", DefaultValueFactory = static _ => [] };
        Option<string?> csv = new("--csv") { Description = "Write each second of each level to this file too", HelpName = "FILE" };
        Option<string?> svg = new("--svg") { Description = "Write a picture of the levels to this file too", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Command command = new("bench", About) { directory, replicas, check, csv, svg, oneShot, json, ReshardBenchCommand.Create(shell), CatchUpBenchCommand.Create(shell), GatewayBenchCommand.Create(shell), OrderedBenchCommand.Create(shell) };
        foreach (Option option in options.All)
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            int[] levels = options.Levels(parsed);
            BenchPlan plan = options.Plan(parsed);
            double? rate = options.Rate(parsed);
            if (parsed.GetValue(oneShot) is < 1 or > 100_000)
                throw new ReportedException(ErrorKinds.Usage, "--one-shot is 1 to 100000");
            BenchBar[] bars = [.. parsed.GetRequiredValue(check).Select(bar => BenchBar.Parse(bar, LevelTable.FigureNames(plan)))];
            if (parsed.GetValue(csv) is { Length: 0 })
                throw new ReportedException(ErrorKinds.Usage, "--csv names no file");
            if (parsed.GetValue(svg) is { } picture && (picture.Length == 0 || rate is not null))
                throw new ReportedException(ErrorKinds.Usage, "--svg names a file, and is for levels, not for --rate");
            OpenFiles.Require(OpenFiles.Most(), plan.Connections + (plan.Rooms * plan.Followers));
            ClusterFiles? cluster = options.IsRaw(parsed) ? ClusterOf(parsed.GetValue(directory)) : null;
            if (cluster is null)
                SingleGroup.RequireAlone(parsed.GetValue(directory), "px bench", isMade: false);
            await using DrillGroups groups = new(shell, parsed.GetValue(directory), parsed.GetValue(replicas));
            if (parsed.GetValue(oneShot) is { } clients)
                return await OneShotBenchReport.RunAsync(shell, groups, clients, plan.SizeBytes, plan.Length, parsed.GetValue(json), cancellation);
            LevelTable table = new(shell, plan, parsed.GetValue(json), bars);
            if (cluster is not null)
                await MeasureAsync(await TargetsAsync(shell, cluster, plan, cancellation), plan, table, levels, cancellation);
            else if (await groups.OpenAsync(cancellation) is var group && options.IsRaw(parsed))
                await MeasureAsync([RawTarget.Of(group, plan)], plan, table, levels, cancellation);
            else
                await MeasureAsync(group, plan, table, rate, levels, cancellation);
            await table.WriteAsync(parsed.GetValue(csv), parsed.GetValue(svg), cancellation);
            if (table.Faults.Count > 0)
                throw groups.Failed(table.Faults);
            table.CheckBars();
            return ExitCode.Ok;
        });
        return command;
    }

    private static ClusterFiles? ClusterOf(string? directory) =>
        directory is not null && GroupFiles.Of(directory).Root is var root && ClusterState.Read(root) is not null ? new ClusterFiles(root) : null;

    private static async Task<IReadOnlyList<RawTarget>> TargetsAsync(Shell shell, ClusterFiles cluster, BenchPlan plan, CancellationToken cancellation)
    {
        List<RawTarget> targets = [];
        foreach (GroupId shard in ClusterState.Read(cluster.Root)!.Shards)
            targets.Add(await RawTarget.OfShardAsync(LocalGroup.Open(shell, cluster.Of(shard)), plan, cancellation));
        return [.. targets.Where(static target => target.Commands.Length > 0)];
    }

    private static async Task MeasureAsync(IReadOnlyList<RawTarget> targets, BenchPlan plan, LevelTable table, int[] levels, CancellationToken cancellation)
    {
        foreach (int level in levels)
            table.Add(await new RawBench(targets, plan).RunAsync(level, cancellation));
    }

    private static async Task MeasureAsync(LocalGroup group, BenchPlan plan, LevelTable table, double? rate, int[] levels, CancellationToken cancellation)
    {
        if (rate is { } perSecond)
        {
            table.Add(await WithBenchAsync(group, plan, bench => bench.RunAtAsync(perSecond, cancellation)));
            return;
        }

        foreach (int level in levels)
            table.Add(await WithBenchAsync(group, plan, bench => bench.RunAsync(level, cancellation)));
    }

    private static async Task<BenchResult> WithBenchAsync(LocalGroup group, BenchPlan plan, Func<Bench, Task<BenchResult>> run)
    {
        await using FollowLoad? follows = plan.Followers > 0 ? new FollowLoad(plan) : null;
        return await run(new Bench(group, plan, follows));
    }
}
