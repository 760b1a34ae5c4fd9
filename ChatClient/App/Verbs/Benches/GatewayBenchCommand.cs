using System.CommandLine;
using System.Net;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Gateway;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary><c>px bench gateway</c>: requests of clients that know the gateway of a master alone.</summary>
internal static class GatewayBenchCommand
{
    private const string About = """
        Measure the gateway of a master, on a cluster of its own that is gone afterwards: requests each second, their latency, and the time of processors that they cost. Each client is a connection with one request under way and keeps to the keys
        of one shard; all shards have clients. What is read is held against what was put; a wrong answer is an error (9).
        Example: px bench gateway --clients 64 --during stop-shard
        """;

    private const string StopShard = "stop-shard";
    private const int MostClients = 1000;
    private const int MostSeconds = 600;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int> clients = new("--clients") { Description = "Clients, each with one request under way", DefaultValueFactory = _ => 64, HelpName = "C" };
        Option<int> shards = new("--shards") { Description = "Shards", DefaultValueFactory = _ => 2, HelpName = "N" };
        Option<int> replicas = new("--replicas") { Description = "Replicas of each shard: 1, 3, 5 or 7", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<double> seconds = new("--seconds") { Description = "How long is measured, after 2 s of warm-up", DefaultValueFactory = _ => 5, HelpName = "S" };
        Option<string?> during = new("--during") { Description = $"{StopShard}: a second window, in which all replicas of the last shard are stopped (SIGSTOP)", HelpName = "FAULT" };
        Option<double?> duringSeconds = new("--during-seconds") { Description = "How long that window is (default: as --seconds)", HelpName = "S" };
        Option<bool> check = new("--check") { Description = "End with 9 (PX1245) when a figure misses its bar" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("gateway", About) { clients, shards, replicas, seconds, during, duringSeconds, check, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            string? fault = parsed.GetValue(during);
            if (fault is not (null or StopShard))
                throw UsageError.Of(ErrorKinds.Usage, $"--during is {StopShard}, not '{fault}'", fault, [StopShard], "px bench gateway --help");
            double stopped = parsed.GetValue(duringSeconds) ?? parsed.GetValue(seconds);
            if (parsed.GetValue(clients) is < 1 or > MostClients)
                throw new ReportedException(ErrorKinds.Usage, $"--clients is 1 to {MostClients}");
            if (parsed.GetValue(seconds) is not (> 0 and <= MostSeconds))
                throw new ReportedException(ErrorKinds.Usage, $"--seconds is above 0 and at most {MostSeconds}");
            if (stopped is not (> 0 and <= MostSeconds))
                throw new ReportedException(ErrorKinds.Usage, $"--during-seconds is above 0 and at most {MostSeconds}");
            if (fault is StopShard && Math.Min(parsed.GetValue(shards), parsed.GetValue(clients)) < 2)
                throw new ReportedException(ErrorKinds.Usage, $"--during {StopShard} takes 2 shards and 2 clients or more: one shard is stopped, and the clients of the others are looked at");
            ClusterPlan cluster = new() { Shards = parsed.GetValue(shards), Replicas = parsed.GetValue(replicas), Masters = 1, Timeout = TimeSpan.FromSeconds(60) };
            cluster.Validate();
            GatewayBenchPlan plan = new(parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)), fault is StopShard ? TimeSpan.FromSeconds(stopped) : null);
            return await RunAsync(shell, cluster, plan, parsed.GetValue(json), parsed.GetValue(check), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, ClusterPlan plan, GatewayBenchPlan bench, bool json, bool isChecked, CancellationToken cancellation)
    {
        await using DrillCluster cluster = new(shell, plan);
        shell.Note($"starting {plan.Shards} shards, and a master with a gateway");
        await cluster.StartAsync(cancellation);
        GatewayBenchResult result = await new GatewayBench(cluster, IPEndPoint.Parse(cluster.Gateways[0]), bench, shell.Note).RunAsync(cancellation);
        new GatewayBenchReport(plan, result).Write(shell, json);
        shell.Flush();
        if (result.Wrong > 0)
            throw cluster.Failed([$"{result.Wrong} answers of the gateway are wrong"]);
        if (isChecked)
            FigureTable.Check(result.Figures());
        return ExitCode.Ok;
    }
}
