using System.CommandLine;

namespace PaxosShard.Programs.Errors;

/// <summary>The verb <c>explain</c>: what an error code of any program of the house means, or all of them.</summary>
public static class ExplainCommand
{
    /// <summary>The verb.</summary>
    /// <param name="program">What the program is called.</param>
    /// <param name="usage">Its error for a wrong command line.</param>
    /// <param name="writeLine">Where the answer goes, line by line.</param>
    public static Command Create(string program, ErrorKind usage, Action<string> writeLine)
    {
        Argument<string?> code = new("code") { HelpName = "CODE", Description = "PX1202; all codes when left out", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Command command = new("explain", $"Say what an error code means.\nExample: {program} explain PX1101") { code, json };
        command.SetAction(parsed =>
        {
            ErrorKind[] kinds = [.. ErrorReport.Find(parsed.GetValue(code))];
            foreach (string line in kinds.SelectMany(kind => parsed.GetValue(json) ? [ErrorReport.ExplainAsJson(kind)] : ErrorReport.Explain(kind)))
                writeLine(line);
            return kinds.Length > 0
                ? ExitCode.Ok
                : throw new ReportedException(usage, $"there is no error code {parsed.GetValue(code)}") { Exit = ExitCode.NotFound, Next = $"{program} explain" };
        });
        return command;
    }
}
