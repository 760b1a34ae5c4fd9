using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px status</c>: what each replica knows of the group, or of each group of a cluster.</summary>
internal static class StatusCommand
{
    private const string About = """
        Show the view, the primary, how far each replica is, how full the group is, and how many more replicas it can lose; of a cluster that of every group, the latest configuration and how many arcs each shard serves. Ends with 0 when a primary serves, in a cluster in every group, with 5 when none does.
        Example: px status --dir /tmp/chat
        """;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("status", About) { json };
        TargetOptions options = new(command, hasTimeout: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            Target target = options.Resolve(parsed, shell);
            GroupReport report = await GroupReport.AskAsync(target.Endpoints, target.Group, _patience, cancellation);
            // Whoever names the directory of the masters alone means them; whoever names their addresses names the cluster.
            bool isCluster = target.Directory is { } directory ? ClusterState.Read(directory) is not null : report.Group == GroupId.Masters;
            return isCluster
                ? await WriteClusterAsync(shell, target, report, parsed.GetValue(json), cancellation)
                : WriteGroup(shell, report, parsed.GetValue(json));
        });
        return command;
    }

    private static int WriteGroup(Shell shell, GroupReport report, bool json)
    {
        if (json)
            shell.Data(Json.ObjectLine(writer => StatusJson.Write(writer, report)));
        else
            new StatusTable(shell).Write(report);
        WriteWarnings(shell, report);
        return report.Serves ? ExitCode.Ok : ExitCode.NotApplied;
    }

    private static async Task<int> WriteClusterAsync(Shell shell, Target target, GroupReport masters, bool json, CancellationToken cancellation)
    {
        ClusterFiles? files = target.Directory is { } directory ? new ClusterFiles(directory) : null;
        ClusterReport report = await ClusterReport.AskAsync(masters, target.ClientOptions, files, _patience, cancellation);
        if (json)
            shell.Data(Json.ObjectLine(writer => StatusJson.Write(writer, report)));
        else
            new StatusTable(shell).Write(report);
        foreach (ShardReport shard in report.Shards)
            WriteWarnings(shell, shard.Report);
        return report.Serves ? ExitCode.Ok : ExitCode.NotApplied;
    }

    /// <summary>On standard error, and with no exit code of their own: the group serves, or not, whether it is full or not.</summary>
    private static void WriteWarnings(Shell shell, GroupReport report)
    {
        if (report.Newest?.Status is not { } newest)
            return;
        foreach (ReportedException warning in OccupancyText.Warnings(newest.Status))
        {
            foreach (string line in ErrorReport.Lines(warning))
                shell.Note(line);
        }
    }
}
