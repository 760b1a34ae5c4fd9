using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px status</c>: what each replica knows of the group.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new(
            "status",
            "Show the view, the primary, how far each replica is, how full the group is, and how many more replicas it can lose. Ends with 0 when a primary serves, with 5 when none does.\nExample: px status --dir /tmp/chat")
        {
            json,
        };
        TargetOptions target = new(command, hasTimeout: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            Target group = target.Resolve(parsed, shell);
            GroupReport report = await GroupReport.AskAsync(group.Endpoints, _patience, cancellation);
            if (parsed.GetValue(json))
                shell.Data(Json.ObjectLine(writer => WriteJson(writer, report)));
            else
                WriteTable(shell, report);
            WriteWarnings(shell, report);
            return report.Serves ? ExitCode.Ok : ExitCode.NotApplied;
        });
        return command;
    }

    private static void WriteTable(Shell shell, GroupReport report)
    {
        string list = report.List == 0 ? "" : $", member list {report.List}";
        string view = report.View.NumberText;
        shell.Data(report.Serves
            ? $"view {view}, primary {report.Primary!.Name} at {TextEscaping.Escape(report.Primary.Address)}{list}"
            : $"view {view}, no primary serves{list}");
        if (report.Newest?.Status is { } newest)
            shell.Data(OccupancyText.Line(newest.Status));
        Table table = new("NAME", "ADDRESS", "ROLE", "VIEW", "ACCEPTED", "DECIDED", "EXECUTED", "LAG", "SNAPSHOT", "STATE HASH");
        foreach (ReplicaView replica in report.Replicas)
        {
            if (replica.Status?.Status is { } status)
            {
                table.Add(
                    replica.Name, replica.Address, Role(replica.Role, status, report.List), status.View.NumberText, Text(status.Accepted.Number), Text(status.Decided.Number),
                    Text(status.Executed.Number), Text(report.HighestDecided - status.Executed.Number), Text(status.Snapshot.Number), Hash(status));
            }
            else
            {
                table.Add(replica.Name, replica.Address, replica.Role, "-", "-", "-", "-", "-", "-", replica.Failure);
            }
        }
        table.WriteTo(shell);
        if (GroupMargin.Of(report) is { } margin)
            shell.Data(TextEscaping.Escape(margin.Line));
    }

    /// <summary>The role, and what is not as it should be.</summary>
    private static string Role(string role, StatusResult status, long newestList)
    {
        string vote = status.Votes ? "" : ", no vote";
        string list = status.List == newestList ? "" : $", member list {status.List}";
        return role + vote + list + (status.IsDiskFull ? ", disk full" : "") + (status.IsStateInDoubt ? ", state in doubt" : "");
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

    private static void WriteJson(Utf8JsonWriter writer, GroupReport report)
    {
        writer.WriteStartArray("groups");
        writer.WriteStartObject();
        writer.WriteNumber("group", report.Group.Number);
        writer.WriteString("cluster", report.Cluster);
        writer.WriteNumber("view", report.View.Number);
        writer.WriteNumber("list", report.List);
        writer.WriteString("primary", report.Primary?.Name);
        writer.WriteString("primaryAddress", report.Primary?.Address);
        writer.WriteBoolean("serves", report.Serves);
        if (GroupMargin.Of(report)?.CanLose is { } canLose)
            writer.WriteNumber("canLose", canLose);
        else
            writer.WriteNull("canLose");
        writer.WriteStartArray("replicas");
        foreach (ReplicaView view in report.Replicas)
            WriteReplica(writer, view);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteReplica(Utf8JsonWriter writer, ReplicaView view)
    {
        writer.WriteStartObject();
        writer.WriteString("name", view.Name);
        writer.WriteString("address", view.Address);
        writer.WriteBoolean("reachable", view.Status is not null);
        writer.WriteString("role", view.Role);
        if (view.Status?.Status is { } status)
        {
            writer.WriteNumber("view", status.View.Number);
            writer.WriteNumber("accepted", status.Accepted.Number);
            writer.WriteNumber("decided", status.Decided.Number);
            writer.WriteNumber("executed", status.Executed.Number);
            writer.WriteString("stateHash", Hash(status));
            writer.WriteBoolean("hearsQuorum", status.HearsQuorum);
            writer.WriteBoolean("diskFull", status.IsDiskFull);
            writer.WriteBoolean("stateInDoubt", status.IsStateInDoubt);
            writer.WriteNumber("list", status.List);
            writer.WriteBoolean("votes", status.Votes);
            WriteOccupancy(writer, status);
        }
        else
        {
            writer.WriteString("failure", view.Failure);
        }
        writer.WriteEndObject();
    }

    private static void WriteOccupancy(Utf8JsonWriter writer, StatusResult status)
    {
        writer.WriteNumber("snapshot", status.Snapshot.Number);
        writer.WriteNumber("base", status.Base.Number);
        writer.WriteNumber("logBytes", status.LogBytes);
        writer.WriteNumber("stateBytes", status.State.Used);
        writer.WriteNumber("stateBytesAllowed", status.State.Allowed);
        writer.WriteNumber("sessionBytes", status.SessionBytes.Used);
        writer.WriteNumber("sessionBytesAllowed", status.SessionBytes.Allowed);
        writer.WriteNumber("sessions", status.Sessions.Used);
        writer.WriteNumber("sessionsAllowed", status.Sessions.Allowed);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Hash(StatusResult status) => status.StateHash.ToString("x16", CultureInfo.InvariantCulture);
}
