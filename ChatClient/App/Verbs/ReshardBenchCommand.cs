using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px bench reshard</c>: what clients notice of a shard that joins.</summary>
internal static class ReshardBenchCommand
{
    private const string About = """
        Measure what clients notice of a shard that joins: a cluster of its own, writes at a fixed rate before, while the shard joins, and after; how long keys that move are blocked, and how much slower keys that stay are.
        Example: px bench reshard --megabytes 20 --svg reshard.svg
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int> shards = new("--shards") { Description = "Shards before, 1 to 7", DefaultValueFactory = static _ => 2, HelpName = "N" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of each shard", DefaultValueFactory = static _ => 3, HelpName = "N" };
        Option<int> masters = new("--masters") { Description = "Replicas of the masters: 1 or 3", DefaultValueFactory = static _ => 1, HelpName = "N" };
        Option<double> megabytes = new("--megabytes") { Description = "Millions of bytes that are to move, up to 300", DefaultValueFactory = static _ => 100, HelpName = "M" };
        Option<int> size = new("--size") { Description = "Bytes of each value", DefaultValueFactory = static _ => 1024, HelpName = "B" };
        Option<double> rate = new("--rate") { Description = "Writes a second", DefaultValueFactory = static _ => 2000, HelpName = "R" };
        Option<double> seconds = new("--seconds") { Description = "How long is measured before and after", DefaultValueFactory = static _ => 5, HelpName = "S" };
        Option<bool> cold = new("--no-warm-up") { Description = "Measure the first move of the cluster, in which the programs compile their code" };
        Option<bool> check = new("--check") { Description = "End with 9 when a bar is missed" };
        Option<string?> svg = new("--svg") { Description = "Write a picture of it to this file", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("reshard", About) { shards, replicas, masters, megabytes, size, rate, seconds, cold, check, svg, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(shards) is < 1 or > 7 || parsed.GetValue(megabytes) is not (> 0 and <= 300))
                throw new ReportedException(ErrorKinds.Usage, "--shards is 1 to 7, --megabytes is above 0 and at most 300");
            if (parsed.GetValue(size) is < sizeof(long) or > Limits.Value || parsed.GetValue(rate) is not (>= 1 and <= 100_000) || parsed.GetValue(seconds) is not (> 0 and <= 600))
                throw new ReportedException(ErrorKinds.Usage, $"--size is {sizeof(long)} to {Limits.Value}, --rate is 1 to 100000, --seconds is above 0 and at most 600");
            ReshardBenchPlan plan = new(parsed.GetValue(megabytes), parsed.GetValue(size), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)), !parsed.GetValue(cold));
            await using DrillCluster cluster = new(shell, new ClusterPlan { Shards = parsed.GetValue(shards), Masters = parsed.GetValue(masters), Replicas = parsed.GetValue(replicas) });
            await cluster.StartAsync(cancellation);
            ReshardBenchResult result = await new ReshardBench(cluster, plan, shell.Note).RunAsync(cancellation);
            new ReshardBenchReport(shell, result, plan).Write(parsed.GetValue(json));
            if (parsed.GetValue(svg) is { } file)
                await File.WriteAllTextAsync(file, new ReshardSvg(result).Text(), cancellation);
            if (result.Lost > 0 || (parsed.GetValue(check) && !result.MeetsAll))
                throw cluster.Failed([result.Lost > 0 ? $"{result.Lost} keys hold less than was acknowledged" : "a bar is missed"]);
            return ExitCode.Ok;
        });
        return command;
    }
}
