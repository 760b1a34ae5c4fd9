using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px ps</c>: the processes of a group.</summary>
internal static class PsCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string?> directory = new("--dir") { Description = "Directory of the group (default: the one that was started last)", HelpName = "D" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("ps", "List the processes of a group.\nExample: px ps --dir /tmp/chat --json") { directory, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupFiles files = GroupFiles.Of(parsed.GetValue(directory) ?? DirectoryOfContext(shell));
            GroupState state = GroupState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root);
            await WriteAsync(shell, files, state, parsed.GetValue(json), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Writes the processes of a group.</summary>
    public static async Task WriteAsync(Shell shell, GroupFiles files, GroupState state, bool json, CancellationToken cancellation)
    {
        Row[] rows = await Task.WhenAll(state.Replicas.Select(replica => RowAsync(files, replica, cancellation)));
        if (json)
        {
            shell.Data(Json.Line(writer => WriteJson(writer, rows)));
            return;
        }
        Table table = new("NAME", "PID", "ADDRESS", "ROLE", "DATA");
        foreach (Row row in rows)
            table.Add(row.Name, row.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-", row.Address, row.Role, row.DataDirectory);
        table.WriteTo(shell);
    }

    private static string DirectoryOfContext(Shell shell) =>
        ConnectionContext.Read(shell)?.Directory
        ?? throw new ReportedException(ErrorKinds.NoTarget, "no --dir is given, and no group was started before");

    private static async Task<Row> RowAsync(GroupFiles files, ReplicaRecord replica, CancellationToken cancellation)
    {
        int? pid = new GroupProcesses(files).Of(replica)?.Pid;
        string role = pid is null
            ? "down"
            : (await ReplicaView.AskAllAsync([replica.Address], _patience, cancellation))[0].Role;
        return new Row(replica.Name, pid, replica.Address, files.Data(replica.Name), role);
    }

    private static void WriteJson(Utf8JsonWriter writer, IEnumerable<Row> rows)
    {
        writer.WriteStartArray();
        foreach (Row row in rows)
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            if (row.Pid is { } pid)
                writer.WriteNumber("pid", pid);
            else
                writer.WriteNull("pid");
            writer.WriteString("address", row.Address);
            writer.WriteString("dataDir", row.DataDirectory);
            writer.WriteString("role", row.Role);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private sealed record Row(string Name, int? Pid, string Address, string DataDirectory, string Role);
}
