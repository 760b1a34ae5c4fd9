using System.CommandLine;
using System.CommandLine.Invocation;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Replica.App;

/// <summary>The verbs of the program, and what becomes of errors: two lines on standard error and a fixed exit code.</summary>
internal static class CommandLine
{
    private const string About = """
        One replica of a PaxosShard group: run it, export its log, explain its errors.
        Example: px replica run --data px0 --self 0 --members 127.0.0.1:7000 --create
        Example: px log export --data px0
        """;

    /// <summary>Runs the program.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (RawWords.FindBadWord(arguments) is { } bad)
            return Report(new ReportedException(ErrorKinds.ReplicaUsage, bad));
        Option<bool> debug = new("--debug") { Description = "Show the whole story of an error.", Recursive = true };
        RootCommand root = new(About) { debug };
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(ExportCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create("replica", ErrorKinds.ReplicaUsage, static line => Console.Out.WriteLine(line)));
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
            return Report(UsageError.Of(ErrorKinds.ReplicaUsage, parsed));
        try
        {
            // Signals are the run command's own business: the default would cut a draining replica short.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception failure)
        {
            int exitCode = Report(ErrorClassifier.Classify(failure));
            foreach (string line in parsed.GetValue(debug) ? failure.ToString().ReplaceLineEndings("\n").Split('\n') : [])
                StandardError.WriteLine(line);
            return exitCode;
        }
    }

    /// <summary>Tells of an error in two lines.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ReportedException error)
    {
        foreach (string line in ErrorReport.Lines(error))
            StandardError.WriteLine(line);
        return ErrorReport.ExitCodeOf(error);
    }
}
