using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px explain</c>: what an error code of any program of the house means.</summary>
internal static class ExplainCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string?> code = new("code") { Description = "PX1202; all codes when left out", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Command command = new("explain", "Say what an error code means.\nExample: px explain PX1204") { code, json };
        command.SetAction(parsed =>
        {
            ErrorKind[] kinds = [.. ErrorReport.Find(parsed.GetValue(code))];
            foreach (string line in kinds.SelectMany(kind => parsed.GetValue(json) ? [ErrorReport.ExplainAsJson(kind)] : ErrorReport.Explain(kind)))
                shell.Data(line);
            return kinds.Length > 0
                ? ExitCode.Ok
                : throw new ReportedException(ErrorKinds.Usage, $"there is no error code {parsed.GetValue(code)}") { Exit = ExitCode.NotFound, Next = "px explain" };
        });
        return command;
    }
}
