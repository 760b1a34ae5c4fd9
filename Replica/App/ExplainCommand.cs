using System.CommandLine;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Replica.App;

/// <summary><c>replica explain [PX1101]</c>: what an error code means, or all of them.</summary>
internal static class ExplainCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Argument<string?> code = new("code") { Description = "The code, like PX1101; none for all.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line." };
        Command command = new("explain", "Say what an error code means.\nExample: replica explain PX1101") { code, json };
        command.SetAction(parsed => Run(parsed.GetValue(code), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? code, bool json)
    {
        ErrorKind[] kinds = [.. ErrorReport.Find(code)];
        foreach (string line in kinds.SelectMany(kind => json ? [ErrorReport.ExplainAsJson(kind)] : ErrorReport.Explain(kind)))
            Console.Out.WriteLine(line);
        return kinds.Length > 0
            ? ExitCode.Ok
            : throw new ReportedException(ErrorKinds.ReplicaUsage, $"there is no error code {code}") { Exit = ExitCode.NotFound, Next = "replica explain" };
    }
}
