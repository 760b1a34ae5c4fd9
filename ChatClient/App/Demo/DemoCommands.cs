using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>The commands with a backslash: what can be done to what runs behind a demo.</summary>
/// <param name="all">The commands, for help and completion.</param>
/// <param name="shell">The environment, in which what errors say to run next is run.</param>
internal abstract class DemoCommands(IReadOnlyList<DemoCommands.Entry> all, Shell shell)
{
    // The first word of each.
    private readonly string[] _words = [.. all.Select(static entry => entry.Command.Split(' ')[0]).Distinct(StringComparer.Ordinal)];

    /// <summary>The commands, for completion.</summary>
    public IEnumerable<string> Commands => all.Select(static entry => entry.Command);

    /// <summary>Runs one.</summary>
    /// <param name="line">The whole line, backslash included.</param>
    /// <param name="room">The room in which it was typed; null for none.</param>
    /// <param name="tell">Told at once what the user should know while it goes on.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What to tell the user in the end.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string line, string? room, Action<string> tell, CancellationToken cancellation)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            if (words is ["\\help"])
                return [.. all.Select(entry => $"{entry.Command.PadRight(all.Max(static other => other.Command.Length) + 2)}{entry.Purpose}")];
            return await FindAsync(words, new DemoCall(line, room, tell), cancellation) ?? [Unknown(words.Length == 0 ? line : words[0])];
        }
        catch (Exception exception) when (exception is ReportedException or NotAppliedException or RejectedException or OutcomeUnknownException)
        {
            // The chat goes on, at a terminal as in a pipe.
            ReportedException error = ErrorClassifier.Classify(exception);
            string next = (error.Next ?? error.Kind.Next).Replace("AGAIN", line, StringComparison.Ordinal);
            ReportedException told = new(error.Kind, error.Message) { Outcome = error.Outcome, Next = next, Exit = error.Exit };
            IReadOnlyList<string> lines = ErrorReport.Lines(new PastedCommand(shell, [], parsed: null).Complete(told));
            return [$"{words[0]}: {lines[0]}", .. lines.Skip(1)];
        }
    }

    /// <summary>Runs the command that these words are; null when they are none.</summary>
    protected abstract Task<IReadOnlyList<string>?> FindAsync(string[] words, DemoCall call, CancellationToken cancellation);

    private string Unknown(string word) => EditDistance.Nearest(word, _words) is { } nearest
        ? $"there is no command {word}; did you mean {nearest}?"
        : $"there is no command {word}; \\help lists them";

    /// <summary>A command for people.</summary>
    /// <param name="Command">As it is typed.</param>
    /// <param name="Purpose">What it does.</param>
    internal readonly record struct Entry(string Command, string Purpose);
}

/// <summary>One command as it was given.</summary>
/// <param name="Line">The whole line, backslash included.</param>
/// <param name="Room">The room in which it was typed; null for none.</param>
/// <param name="Tell">Told at once what the user should know while it goes on.</param>
internal sealed record DemoCall(string Line, string? Room, Action<string> Tell);
