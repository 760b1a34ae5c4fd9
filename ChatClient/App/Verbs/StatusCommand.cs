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
            "Show the view, the primary, how far each replica is, and how full the group is. Ends with 0 when a primary serves, with 5 when none does.\nExample: px status --dir /tmp/chat")
        {
            json,
        };
        TargetOptions target = new(command, hasTimeout: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            Target group = target.Resolve(parsed, shell);
            GroupReport report = new(await AskAsync(group.Endpoints, cancellation));
            if (parsed.GetValue(json))
                shell.Data(Json.ObjectLine(writer => WriteJson(writer, report)));
            else
                WriteTable(shell, report);
            WriteWarnings(shell, report);
            return report.Serves ? ExitCode.Ok : ExitCode.NotApplied;
        });
        return command;
    }

    /// <summary>Asks the replicas that are known, and then those that they name.</summary>
    public static async Task<IReadOnlyList<ReplicaView>> AskAsync(IReadOnlyList<string> endpoints, CancellationToken cancellation)
    {
        IReadOnlyList<ReplicaView> views = await ReplicaView.AskAllAsync(endpoints, _patience, cancellation);
        IReadOnlyList<string>? members = views.FirstOrDefault(view => view.Status is not null)?.Status!.Status.Addresses;
        return members is null || members.SequenceEqual(endpoints, StringComparer.Ordinal)
            ? views
            : await ReplicaView.AskAllAsync(members, _patience, cancellation);
    }

    private static void WriteTable(Shell shell, GroupReport report)
    {
        shell.Data(report.Serves
            ? $"view {report.View}, primary {report.Primary!.Name} at {TextEscaping.Escape(report.Primary.Address)}"
            : $"view {report.View}, no primary serves");
        if (report.Newest?.Status is { } newest)
            shell.Data(OccupancyText.Line(newest.Status));
        Table table = new("NAME", "ADDRESS", "ROLE", "VIEW", "ACCEPTED", "DECIDED", "EXECUTED", "LAG", "SNAPSHOT", "STATE HASH");
        foreach (ReplicaView view in report.Replicas)
        {
            if (view.Status?.Status is { } status)
            {
                table.Add(
                    view.Name, view.Address, view.Role + (status.IsDiskFull ? ", disk full" : "") + (status.IsStateInDoubt ? ", state in doubt" : ""), Text(status.View.Number), Text(status.Accepted.Number), Text(status.Decided.Number),
                    Text(status.Executed.Number), Text(report.HighestDecided - status.Executed.Number), Text(status.Snapshot.Number), Hash(status));
            }
            else
            {
                table.Add(view.Name, view.Address, view.Role, "-", "-", "-", "-", "-", "-", view.Failure);
            }
        }
        table.WriteTo(shell);
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
        writer.WriteNumber("view", report.View);
        writer.WriteString("primary", report.Primary?.Name);
        writer.WriteString("primaryAddress", report.Primary?.Address);
        writer.WriteBoolean("serves", report.Serves);
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
