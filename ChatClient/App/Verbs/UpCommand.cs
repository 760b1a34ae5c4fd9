using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px up</c>: starts what is down of a group or a cluster, and returns when it commits.</summary>
internal static class UpCommand
{
    private const string About = """
        Start a group, or what is down of it, and return when it commits. With --shards: several groups, which share the keys and rooms, and their masters.
        Example: px up --dir /tmp/chat --replicas 3
        Example: px up --dir /tmp/cluster --shards 2 --masters 1
        Example: px up --dir /tmp/cluster --shards 8 --together
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int?> replicas = new("--replicas") { Description = "Replicas of the group, or of each shard: 1, 3, 5 or 7 (default: 3)", HelpName = "N" };
        Option<int?> shards = new("--shards") { Description = "Shards, 1 to 64 (default: one group without shards)", HelpName = "N" };
        Option<int?> masters = new("--masters") { Description = "Replicas of the masters, which know the shards: 1 or 3 (default: 1); with --shards", HelpName = "N" };
        Option<bool> together = new("--together") { Description = "The shards share processes: each runs a replica of every shard, on one log with one sync for all; with --shards" };
        Option<bool> gateway = new("--gateway") { Description = "Each master also takes requests for keys and rooms, a line each, so that nc is a client; with --shards" };
        Option<int?> basePort = new("--base-port") { Description = "Port of the first replica, the others follow, masters first (default: free ports)", HelpName = "P" };
        Option<string?> timeout = new("--timeout") { Description = "How long to wait until all groups commit (default: 30s)", HelpName = "T" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("up", About) { replicas, shards, masters, together, gateway, basePort, timeout, json };
        PlaceOptions place = new(command, "Directory of the group or cluster; made when it is not there");
        MachineOptions machine = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupFiles files = GroupFiles.Of(place.Resolve(parsed, shell));
            DemoEnd.Unmark(files.Root);
            ClusterPlan plan = new()
            {
                Shards = parsed.GetValue(shards),
                Masters = parsed.GetValue(masters),
                HasGateway = parsed.GetValue(gateway),
                IsTogether = parsed.GetValue(together),
                Replicas = parsed.GetValue(replicas),
                BasePort = parsed.GetValue(basePort),
                MachineOptions = machine.Words(parsed),
            };
            if (parsed.GetValue(timeout) is { } time)
                plan = plan with { Timeout = TargetOptions.ParseTime(time, "--timeout") };
            if (plan.Shards is not null || ClusterState.Read(files.Root) is not null)
                await StartClusterAsync(shell, new ClusterFiles(files.Root), plan, parsed.GetValue(json), cancellation);
            else
                await StartGroupAsync(shell, files, plan, parsed.GetValue(json), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task StartClusterAsync(Shell shell, ClusterFiles files, ClusterPlan plan, bool json, CancellationToken cancellation)
    {
        bool ran = RunningGroups.AllRunIn(files.Root);
        (ClusterState state, IReadOnlyList<string> masters) = await new ClusterStarter(shell, files, plan).StartAsync(cancellation);
        new ConnectionContext(files.Root, state.Cluster, masters).Write(shell);
        await ProcessList.OfCluster(files, state).WriteAsync(shell, json, cancellation);
        shell.Note($"{AllRan(ran)}every shard serves its arcs; next: {shell.Px} ring");
    }

    private static async Task StartGroupAsync(Shell shell, GroupFiles files, ClusterPlan plan, bool json, CancellationToken cancellation)
    {
        if (plan.Masters is not null)
            throw new ReportedException(ErrorKinds.Usage, "--masters is for clusters: say --shards too");
        if (plan.IsTogether)
            throw new ReportedException(ErrorKinds.Usage, "--together is for clusters: say --shards too");
        if (plan.HasGateway)
            throw new ReportedException(ErrorKinds.Usage, "--gateway is for clusters: say --shards too");
        SingleGroup.RequirePlace(files);
        GroupPlan group = new() { Replicas = plan.Replicas, BasePort = plan.BasePort, MachineOptions = plan.MachineOptions, Timeout = plan.Timeout };
        bool ran = RunningGroups.AllRunIn(files.Root);
        GroupState state = await new GroupStarter(shell, files, group).StartAsync(cancellation);
        bool isWhole = state.Group == GroupId.None;
        if (isWhole) // A client of one shard alone would find little.
            new ConnectionContext(files.Root, state.Cluster, state.Addresses).Write(shell);
        await ProcessList.OfGroup(files, state).WriteAsync(shell, json, cancellation);
        shell.Note($"{AllRan(ran)}the group commits{(isWhole ? $"; next: {shell.Px} chat" : "")}");
    }

    private static string AllRan(bool ran) => ran ? "all was running, and nothing was started; " : "";
}
