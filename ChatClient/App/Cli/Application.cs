using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>From the words on the command line to the exit code.</summary>
/// <param name="shell">Where data and notes go.</param>
internal sealed class Application(Shell shell)
{
    // A word that begins with @ is a text like any other, not a file of further words.
    private static readonly ParserConfiguration _parsing = new() { ResponseFileTokenReplacer = null };

    private readonly Option<bool> _debug = new("--debug") { Description = "Show where an error came from", Recursive = true };
    private ParseResult? _parsed;
    private bool _isTerminated;

    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The words.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        int exitCode = await RunToEndAsync(arguments);
        return exitCode == ExitCode.Interrupted && _isTerminated ? ExitCode.Terminated : exitCode;
    }

    private async Task<int> RunToEndAsync(string[] arguments)
    {
        bool debug = arguments.Contains("--debug", StringComparer.Ordinal);
        using CancellationTokenSource interrupted = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            int exitCode = await DispatchAsync(arguments, interrupted.Token);
            // What became of the work weighs more than that it could not be printed.
            if (exitCode == ExitCode.Ok)
                shell.Flush();
            else
                FlushQuietly();
            return exitCode;
        }
        catch (OutputClosedException)
        {
            return ExitCode.Interrupted; // Only the screen of a chat is written past the shell, and it is gone.
        }
        catch (Exception exception) when (interrupted.IsCancellationRequested && exception is OperationCanceledException)
        {
            FlushQuietly();
            return ExitCode.Interrupted;
        }
        catch (Exception) when (interrupted.IsCancellationRequested && _parsed is not null && IsOfItsOwn(_parsed.CommandResult))
        {
            FlushQuietly(); // What was called off in it is no failure: nobody waits for it.
            return ExitCode.Interrupted;
        }
        catch (Exception exception)
        {
            return Report(exception, arguments, debug);
        }

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            _isTerminated = context.Signal == PosixSignal.SIGTERM;
            interrupted.Cancel();
        }
    }

    private async Task<int> DispatchAsync(string[] arguments, CancellationToken cancellation)
    {
        if (RawWords.FindBadWord(arguments) is { } bad)
            throw new ReportedException(ErrorKinds.Usage, bad);
        if (arguments is ["help", _, ..])
            arguments = [.. arguments[1..], "--help"];
        if (arguments.Length == 0 || arguments[0] is "--help" or "-h" or "-?" or "help")
        {
            foreach (string line in VerbTable.Overview())
                shell.Data(line);
            return arguments.Length == 0 ? ExitCode.Usage : ExitCode.Ok;
        }
        if (arguments[0] is "--version")
        {
            shell.Data($"px {typeof(Application).Assembly.GetName().Version?.ToString(3)}");
            return ExitCode.Ok;
        }
        VerbTable.Verb verb = VerbTable.All.FirstOrDefault(verb => string.Equals(verb.Name, arguments[0], StringComparison.Ordinal))
            ?? throw UsageError.Of(ErrorKinds.Usage, $"there is no verb '{arguments[0]}'", arguments[0], Names());
        Command root = new("px", "A replicated chat log, and keys with values.") { verb.Create(shell) };
        root.Options.Add(HelpPage.Option());
        root.Options.Add(_debug);
        ParseResult parsed = root.Parse(arguments, _parsing);
        _parsed = parsed;
        if (parsed.CommandResult.Command is { Subcommands.Count: 0 } or { Action: not null })
            ThrowOnUnknownOption(arguments, parsed.CommandResult);
        if (parsed.Errors.Count > 0)
            throw UsageError.Of(ErrorKinds.Usage, parsed, HelpOf(parsed.CommandResult));
        using ShellWriter output = new(shell);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (ReportedException error) when (error.Kind == ErrorKinds.Usage)
        {
            throw new ReportedException(error.Kind, WithValue(error.Message, parsed.CommandResult)) { Outcome = error.Outcome, Next = error.Next ?? HelpOf(parsed.CommandResult), Exit = error.Exit };
        }
    }

    // Whoever reads it in the log of a script does not see the command: "--count is 1 or more, not '0'".
    private static string WithValue(string message, CommandResult command)
    {
        Option? option = command.Command.Options.FirstOrDefault(option => message.StartsWith($"{option.Name} is ", StringComparison.Ordinal));
        return option is not null && command.GetResult(option) is { Implicit: false, Tokens: [.., { } word] } && !message.Contains(", not ", StringComparison.Ordinal)
            ? $"{message}, not '{word.Value}'"
            : message;
    }

    private static IEnumerable<string> Names() => VerbTable.All.Select(verb => verb.Name).Concat(VerbTable.Elsewhere);

    // The library would take a misspelt option for the text of a message. Behind "--" everything is text.
    private void ThrowOnUnknownOption(string[] arguments, CommandResult command)
    {
        List<string> known = ["--help", _debug.Name, .. command.Command.Options.SelectMany(static option => option.Aliases.Prepend(option.Name))];
        foreach (string word in arguments.TakeWhile(word => word is not "--"))
        {
            string name = word.Split('=', ':')[0];
            if (name.StartsWith("--", StringComparison.Ordinal) && !known.Contains(name, StringComparer.Ordinal))
                throw UsageError.Of(ErrorKinds.Usage, $"there is no option '{name}'", name, known, HelpOf(command));
        }
    }

    // A verb that makes load of its own, on which nobody else counts.
    private static bool IsOfItsOwn(CommandResult command) => PastedCommand.PathOf(command).Split(' ') is [_, "bench" or "drill" or "demo", ..];

    private static string HelpOf(CommandResult command) => $"{PastedCommand.PathOf(command)} --help";

    private int Report(Exception exception, string[] arguments, bool debug)
    {
        ReportedException error = new PastedCommand(shell, arguments, _parsed).Complete(ErrorClassifier.Classify(exception, shell.Place));
        FlushQuietly();
        foreach (string line in ErrorReport.Lines(error))
            shell.Note(line);
        if (debug)
            shell.Notes(exception.ToString());
        return ErrorReport.ExitCodeOf(error);
    }

    // What was done before the end came is told, if there is still somebody to tell.
    private void FlushQuietly()
    {
        try
        {
            shell.Flush();
        }
        catch (IOException exception)
        {
            shell.Note($"not all data could be written: {exception.Message}");
        }
    }
}
