using System.CommandLine;
using PaxosShard.ChatClient.App.Checks;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px check</c>: whether all groups of a cluster fit together, and whether anything is left over.</summary>
internal static class CheckCommand
{
    private const string About = """
        Look whether a cluster is as it should be: configurations follow one another, every arc is served by the shard that has it and by no other, no key and no room is left over where an arc has been, no move is half done, no operation waits for another shard for long, and the replicas of each group have the same state. It changes nothing. Ends with 9 when something is wrong, and with 5 when nothing is, as far as groups answer.
        Example: px check --dir /tmp/cluster
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("check", About) { json };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            ClientOptions masters = target.ClientOptions(parsed, shell);
            await PlacementCalls.FindLatestAsync(masters, cancellation);
            IReadOnlyList<CheckLine> lines = await new ClusterCheck(masters).RunAsync(cancellation);
            if (parsed.GetValue(json))
                shell.Data(AsJson(lines));
            else
                WriteTable(shell, lines);
            shell.Flush();
            CheckLine[] unwell = [.. lines.Where(static line => !line.IsWell)];
            if (unwell.Length == 0)
                return ExitCode.Ok;
            // Who does not answer is no fault that is found: the rest may be well or not.
            ErrorKind kind = Array.TrueForAll(unwell, static line => line.IsUnanswered) ? ErrorKinds.Unavailable : ErrorKinds.CheckFailed;
            throw new ReportedException(kind, string.Join("; ", unwell.Select(static line => $"{line.What}: {line.Text}"))) { Outcome = "nothing was changed", Next = "px status --dir DIR" };
        });
        return command;
    }

    private static void WriteTable(Shell shell, IReadOnlyList<CheckLine> lines)
    {
        Table table = new("CHECK", "", "FOUND");
        foreach (CheckLine line in lines)
            table.Add(line.What, line.IsWell ? "ok" : line.IsUnanswered ? "UNKNOWN" : "WRONG", line.Text);
        table.WriteTo(shell);
    }

    private static string AsJson(IReadOnlyList<CheckLine> lines) => Json.ObjectLine(writer =>
    {
        writer.WriteBoolean("isWell", lines.All(static line => line.IsWell));
        writer.WriteStartArray("checks");
        foreach (CheckLine line in lines)
        {
            writer.WriteStartObject();
            writer.WriteString("what", line.What);
            writer.WriteBoolean("isWell", line.IsWell);
            writer.WriteBoolean("isAnswered", !line.IsUnanswered);
            writer.WriteString("found", line.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
