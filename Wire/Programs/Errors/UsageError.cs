using System.CommandLine;
using System.CommandLine.Parsing;

namespace PaxosShard.Programs.Errors;

/// <summary>What is said of a command line that was not understood.</summary>
public static class UsageError
{
    private static readonly Type[] _wholeNumbers = [typeof(int), typeof(long), typeof(ulong), typeof(ushort), typeof(byte)];

    /// <summary>All that the parser did not understand, with the verb or option that is most like the first such word.</summary>
    /// <param name="kind">The program's error for a wrong command line.</param>
    /// <param name="parsed">What was parsed, with errors.</param>
    /// <param name="next">What to run next; null for what the kind says.</param>
    public static ReportedException Of(ErrorKind kind, ParseResult parsed, string? next = null)
    {
        Command command = parsed.CommandResult.Command;
        string what = string.Join("; ", parsed.Errors.Select(error => Readable(error, command)).Distinct(StringComparer.Ordinal));
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

    // The library names types of the runtime, which say nothing to whoever has typed the word, and not what would have been right.
    private static string Readable(ParseError error, Command command)
    {
        bool isType = error.Message.Contains(" as expected type ", StringComparison.Ordinal);
        return error.SymbolResult switch
        {
            OptionResult { Tokens: [.., { } word] } option when isType => $"{option.Option.Name}: '{word.Value}' is no {Kind(option.Option.ValueType)}; it is for: {Sentence(option.Option.Description)}",
            OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name} needs a value: {Sentence(option.Option.Description)}",
            ArgumentResult { Parent: OptionResult option, Tokens: [.., { } word] } when isType => $"{option.Option.Name}: '{word.Value}' is no {Kind(option.Option.ValueType)}; it is for: {Sentence(option.Option.Description)}",
            ArgumentResult { Tokens: [.., { } word] } argument when isType => $"'{word.Value}' is no {Kind(argument.Argument.ValueType)}; {argument.Argument.Name} is: {Sentence(argument.Argument.Description)}",
            CommandResult when command.Arguments.FirstOrDefault(argument => error.Message.StartsWith($"Required argument '{argument.Name}' missing", StringComparison.Ordinal)) is { } missing => $"{missing.HelpName ?? missing.Name} is missing: {Sentence(missing.Description)}",
            ArgumentResult { Tokens.Count: 0, Argument: { } missing } when error.Message.StartsWith("Required argument", StringComparison.Ordinal) => $"{missing.HelpName ?? missing.Name} is missing: {Sentence(missing.Description)}",
            CommandResult when command.Subcommands.Count > 0 && error.Message.StartsWith("Required command", StringComparison.Ordinal) => $"a word is missing: {string.Join(", ", command.Subcommands.Select(static verb => verb.Name))}",
            _ when isType => $"{error.Message[..error.Message.IndexOf(" as expected type ", StringComparison.Ordinal)]}",
            _ => error.Message.TrimEnd('.'),
        };
    }

    private static string Kind(Type type)
    {
        Type own = Nullable.GetUnderlyingType(type) ?? type;
        return _wholeNumbers.Contains(own) ? "whole number that can be used here" : own == typeof(double) ? "number" : own == typeof(Guid) ? "id like 11111111-2222-3333-4444-555555555555" : "value that can be used here";
    }

    private static string Sentence(string? description) => (description ?? "").TrimEnd('.');
}
