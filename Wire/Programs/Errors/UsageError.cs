using System.CommandLine;

namespace PaxosShard.Programs.Errors;

/// <summary>What is said of a command line that was not understood.</summary>
public static class UsageError
{
    /// <summary>All that the parser did not understand, with the verb or option that is most like the first such word.</summary>
    /// <param name="kind">The program's error for a wrong command line.</param>
    /// <param name="parsed">What was parsed, with errors.</param>
    /// <param name="next">What to run next; null for what the kind says.</param>
    public static ReportedException Of(ErrorKind kind, ParseResult parsed, string? next = null)
    {
        Command command = parsed.CommandResult.Command;
        string what = string.Join(' ', parsed.Errors.Select(static error => Readable(error.Message)).Distinct(StringComparer.Ordinal)).TrimEnd('.');
        IEnumerable<string> known = command.Subcommands.Select(verb => verb.Name).Concat(command.Options.Select(option => option.Name));
        return parsed.UnmatchedTokens is [{ } word, ..] ? Of(kind, what, word, known, next) : new ReportedException(kind, what) { Next = next };
    }

    /// <summary>An error about one word, with the known word that is most like it, if there is one.</summary>
    /// <param name="kind">The program's error for a wrong command line.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="word">The word that was not understood.</param>
    /// <param name="known">Words that would have been.</param>
    /// <param name="next">What to run next; null for what the kind says.</param>
    public static ReportedException Of(ErrorKind kind, string what, string word, IEnumerable<string> known, string? next = null)
    {
        string nearest = EditDistance.Nearest(word, known) is { } name ? $"; did you mean '{name}'?" : "";
        return new ReportedException(kind, what + nearest) { Next = next };
    }

    // The library names a type of the runtime, which says nothing to whoever has typed the word.
    private static string Readable(string message) =>
        message.IndexOf(" as expected type ", StringComparison.Ordinal) is >= 0 and var end ? $"{message[..end]}." : message;
}
