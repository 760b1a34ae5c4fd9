using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px explain</c>: what an error code means. Codes of the replicas are explained by the replica program.</summary>
internal static class ExplainCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string?> code = new("code") { Description = "PX1202; all of this program when left out", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Command command = new("explain", "Say what an error code means.\nExample: px explain PX1204") { code, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            string? wanted = parsed.GetValue(code);
            List<ErrorKind> kinds = [.. ErrorKinds.All.Where(kind => wanted is null || kind.Number == NumberOf(wanted))];
            foreach (ErrorKind kind in kinds)
                Write(shell, kind, parsed.GetValue(json));
            return kinds.Count > 0 ? ExitCode.Ok : await AskReplicaProgramAsync(shell, wanted!, parsed.GetValue(json), cancellation);
        });
        return command;
    }

    private static int NumberOf(string code)
    {
        string digits = code.StartsWith("PX", StringComparison.OrdinalIgnoreCase) ? code[2..] : code;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }

    private static void Write(Shell shell, ErrorKind kind, bool json)
    {
        if (json)
        {
            shell.Data(Json.Object(writer =>
            {
                writer.WriteString("code", kind.Code);
                writer.WriteNumber("exitCode", kind.ExitCode);
                writer.WriteString("title", kind.Title);
                writer.WriteString("outcome", kind.Outcome);
                writer.WriteString("cause", kind.Cause);
                writer.WriteString("next", kind.Next);
            }));
            return;
        }
        shell.Data($"{kind.Code}  {kind.Title} (exit code {kind.ExitCode})");
        shell.Data($"  outcome: {kind.Outcome}");
        shell.Data($"  cause:   {kind.Cause}");
        shell.Data($"  next:    {kind.Next}");
    }

    private static async Task<int> AskReplicaProgramAsync(Shell shell, string code, bool json, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(ReplicaProgram.Find(shell))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string word in (string[])["explain", code, .. json ? ["--json"] : Array.Empty<string>()])
            start.ArgumentList.Add(word);
        using Process process = Process.Start(start)!;
        Task<string> notes = process.StandardError.ReadToEndAsync(cancellation);
        string data = await process.StandardOutput.ReadToEndAsync(cancellation);
        _ = await notes;
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != ExitCode.Ok || data.Length == 0)
            throw new ReportedException(ErrorKinds.Usage, $"there is no error code {code}") { Exit = ExitCode.NotFound, Next = "px explain" };
        shell.Data(data.TrimEnd('\n'));
        return ExitCode.Ok;
    }
}
