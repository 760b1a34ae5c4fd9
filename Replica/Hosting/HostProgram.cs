using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Replica.Hosting;

/// <summary>A program that runs replicas: its verbs, and what becomes of errors: two lines on standard error and a fixed exit code.</summary>
/// <param name="name">What it is called.</param>
/// <param name="about">What its help begins with.</param>
public sealed class HostProgram(string name, string about)
{
    /// <summary>Runs the program; the verb <c>explain</c> is added to its own.</summary>
    /// <param name="verbs">Its own verbs.</param>
    /// <param name="arguments">The words of its command line.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Command> verbs, string[] arguments)
    {
        if (RawWords.FindBadWord(arguments) is { } bad)
            return Report(new ReportedException(ErrorKinds.ReplicaUsage, bad), arguments, parsed: null);
        Option<bool> debug = new("--debug") { Description = "Show where an error came from", Recursive = true };
        Command program = new(name, about) { new VersionOption() };
        foreach (Command verb in verbs)
            program.Subcommands.Add(verb);
        program.Subcommands.Add(ExplainCommand.Create("px", ErrorKinds.ReplicaUsage, static line => Console.Out.WriteLine(line)));
        // Its pages read as those of px, of which it is a verb.
        Command root = new("px", about) { program };
        root.Options.Add(HelpPage.Option());
        root.Options.Add(debug);
        ParseResult parsed = root.Parse([name, .. arguments]);
        if (parsed.Action is ParseErrorAction)
            return Report(UsageError.Of(ErrorKinds.ReplicaUsage, parsed, $"{PastedCommand.PathOf(parsed.CommandResult)} --help"), arguments, parsed);
        try
        {
            // Signals are the run command's own business: the default would cut a draining replica short.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception failure)
        {
            int exitCode = Report(ErrorClassifier.Classify(failure), arguments, parsed);
            foreach (string line in parsed.GetValue(debug) ? failure.ToString().ReplaceLineEndings("\n").Split('\n') : [])
                StandardError.WriteLine(line);
            return exitCode;
        }
    }

    /// <summary>Tells of an error in two lines.</summary>
    /// <returns>The exit code.</returns>
    private int Report(ReportedException error, string[] arguments, ParseResult? parsed)
    {
        ReportedException told = new PastedCommand(name, arguments, parsed).Complete(error);
        foreach (string line in ErrorReport.Lines(told))
            StandardError.WriteLine(line);
        return ErrorReport.ExitCodeOf(told);
    }
}
