using System.CommandLine;
using System.CommandLine.Parsing;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>What an error of this program says to run next, with what the command that failed was given: where, which room, which key.</summary>
/// <param name="shell">The environment.</param>
/// <param name="arguments">The words of the command that failed.</param>
/// <param name="parsed">The same, understood; null when that was not possible.</param>
internal sealed class PastedCommand(Shell shell, IReadOnlyList<string> arguments, ParseResult? parsed)
{
    // Where a first group goes of whoever has none yet: into the working directory.
    private const string FirstDirectory = "chat";

    /// <summary>The error with a command that can be pasted.</summary>
    public ReportedException Complete(ReportedException error)
    {
        NextCommand next = new(Variable(NextCommand.Variable));
        string? directory = Given("--dir");
        string? endpoints = Given("--endpoints");
        if (directory is { Length: > 0 })
            next.Set("DIR", ShellWord.Of(directory));
        else if (endpoints is not null)
            next.Set("--dir DIR", $"--endpoints {ShellWord.Of(endpoints)}");
        else if (error.Kind == ErrorKinds.NoTarget)
            next.Set("DIR", FirstDirectory);
        else
            next.Set("--dir DIR", ""); // Whoever did not say where need not say it next time.
        if (directory is null && Remembered() is { } remembered)
            next.Set("DIR", ShellWord.Of(remembered));
        next.Set("ROOM", Argument("room") ?? "lobby");
        next.Set("KEY", Argument("key") ?? "KEY");
        next.Set("N", Argument("N") ?? "0");
        next.Set("VERB", parsed is null ? "px" : PathOf(parsed.CommandResult));
        next.Set("AGAIN", Again());
        return new ReportedException(error.Kind, error.Message) { Outcome = error.Outcome, Next = next.Fill(error.Next ?? error.Kind.Next), Exit = error.Exit };
    }

    /// <summary>The path of a verb: <c>px kv get</c>.</summary>
    public static string PathOf(CommandResult command) =>
        command.Parent is CommandResult above ? $"{PathOf(above)} {command.Command.Name}" : command.Command.Name;

    // An error about the environment is told without it.
    private string? Variable(string name)
    {
        try
        {
            return shell.Variable(name);
        }
        catch (ReportedException)
        {
            return null;
        }
    }

    private string? Remembered()
    {
        try
        {
            return ConnectionContext.Read(shell)?.Directory;
        }
        catch (Exception exception) when (exception is ReportedException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string? Given(string name) => parsed?.CommandResult.Command.Options.FirstOrDefault(option => string.Equals(option.Name, name, StringComparison.Ordinal)) is { } option
        && parsed.GetResult(option) is { Tokens: [.., { } last] } ? last.Value : null;

    private string? Argument(string name) => parsed?.CommandResult.Command.Arguments.FirstOrDefault(argument => string.Equals(argument.Name, name, StringComparison.Ordinal)) is { } argument
        && parsed.GetResult(argument) is { Tokens: [{ } first, ..] } ? ShellWord.Of(first.Value) : null;

    // A token of before is left out: an error that has one brings the newest itself.
    private string Again()
    {
        List<string> words = ["px"];
        for (int index = 0; index < arguments.Count; index++)
        {
            if (arguments[index] is "--retry")
                index++;
            else if (!arguments[index].StartsWith("--retry=", StringComparison.Ordinal) && arguments[index] is not "--debug")
                words.Add(arguments[index]);
        }
        return ShellWord.Line(words);
    }
}
