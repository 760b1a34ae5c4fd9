using System.CommandLine;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px status</c>: whether a group, or each group of a cluster, is well, and what each replica knows.</summary>
internal static class StatusCommand
{
    private const string About = """
        Say whether the group is well, and show the view, the primary, how far each replica is, and how full the group is; of a cluster that of every group, the latest configuration and how many arcs each shard serves.
        Ends with 0 when all is well, with 8 when it serves but a replica is missing, with 5 when a group has no primary that serves. With --watch: again each second, until Ctrl-C; what is no terminal gets the first line, and each one that differs.
        Example: px status --dir /tmp/chat
        """;

    private const int MoreLooks = 3;

    // As long as a busy machine takes for an answer: who is given up too early would be told as missing.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON; with --watch an object for each look" };
        Option<bool> watch = new("--watch") { Description = "Look again each second, until Ctrl-C" };
        Command command = new("status", About) { json, watch };
        TargetOptions options = new(command, hasTimeout: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            Target target = options.Resolve(parsed, shell);
            bool isJson = parsed.GetValue(json);
            if (parsed.GetValue(watch))
                return await new StatusWatch(shell, isJson, () => LookAsync(shell, target, cancellation)).RunAsync(cancellation);
            StatusLook look = await SettledAsync(() => LookAsync(shell, target, cancellation), cancellation);
            if (isJson)
                shell.Data(Json.ObjectLine(look.WriteJson));
            else
                look.WriteLines(shell.Data);
            foreach (GroupReport report in look.Reports)
                WriteWarnings(shell, report, new PastedCommand(shell, [], parsed));
            return look.Health.ToExitCode();
        });
        return command;
    }

    // A replica that has only just started, or executes the newest member list a moment later, is not told as missing.
    private static async Task<StatusLook> SettledAsync(Func<Task<StatusLook>> lookAsync, CancellationToken cancellation)
    {
        StatusLook look = await lookAsync();
        for (int more = 0; more < MoreLooks && look.Health != Health.Well && look.Reports.All(static report => GroupHealth.Of(report).Silent.Count == 0); more++)
        {
            await Task.Delay(_pause, cancellation);
            look = await lookAsync();
        }
        return look;
    }

    private static async Task<StatusLook> LookAsync(Shell shell, Target target, CancellationToken cancellation)
    {
        GroupReport report = await GroupReport.AskAsync(target.Endpoints, target.Group, _patience, cancellation);
        // Whoever names the directory of the masters alone means them; whoever names their addresses names the cluster.
        bool isCluster = target.Directory is { } directory ? ClusterState.Read(directory) is not null : report.Group == GroupId.Masters;
        StatusTable table = new(target, shell.Px);
        if (!isCluster)
        {
            report = report with { Places = target.Directory is null ? null : target.Endpoints.Count };
            GroupHealth health = GroupHealth.Of(report);
            return new StatusLook(health.Health, health.Line, [report], writer => StatusJson.Write(writer, report), write => table.Write(report, write));
        }
        ClusterFiles? files = target.Directory is { } root ? new ClusterFiles(root) : null;
        ClusterReport cluster = await ClusterReport.AskAsync(report with { Places = files is null ? null : target.Endpoints.Count }, target.ClientOptions, files, _patience, cancellation);
        ClusterHealth whole = ClusterHealth.Of(cluster);
        return new StatusLook(
            whole.Health, whole.Line, [cluster.Masters, .. cluster.Shards.Select(static shard => shard.Report)], writer => StatusJson.Write(writer, cluster), write => table.Write(cluster, write));
    }

    /// <summary>On standard error, and with no exit code of their own: the group serves, or not, whether it is full or not.</summary>
    private static void WriteWarnings(Shell shell, GroupReport report, PastedCommand pasted)
    {
        if (report.Newest?.Status is not { } newest)
            return;
        foreach (ReportedException warning in OccupancyText.Warnings(newest.Status))
        {
            foreach (string line in ErrorReport.Lines(pasted.Complete(warning)))
                shell.Note(line);
        }
    }
}

/// <summary>What one look at a group or cluster found.</summary>
/// <param name="Health">How well it is.</param>
/// <param name="Line">The same in a line, with the reasons.</param>
/// <param name="Reports">Its groups.</param>
/// <param name="WriteJson">Writes all of it for scripts.</param>
/// <param name="WriteLines">Writes all of it for people, line by line.</param>
internal sealed record StatusLook(Health Health, string Line, IReadOnlyList<GroupReport> Reports, Action<Utf8JsonWriter> WriteJson, Action<Action<string>> WriteLines);
