using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary><c>px kv cas</c>: stores a value if what is there is what is expected.</summary>
internal static class CompareAndSetCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string?> expect = new("--expect") { Description = "Only when the key has this value", HelpName = "V" };
        Option<bool> absent = KeyVerb.NewFlag("--absent", "Only when the key is not there");
        Option<bool> json = KeyVerb.NewFlag("--json", "When the key has another value: print it as JSON, whole, like px kv get --json");
        Command command = new(
            "cas",
            "Compare and set: store a value if the key has the expected one, or is not there. Ends with 4 when it has another value, which the error names, and with 3 when it is not there although a value was expected.\nExample: px kv cas colour --expect green blue");
        ValueSource value = new(command);
        command.Options.Add(expect);
        command.Options.Add(absent);
        command.Options.Add(json);
        KeyVerb verb = new(shell, command, changes: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            ReadOnlyMemory<byte> key = verb.Key(parsed);
            ReadOnlyMemory<byte>? expected = Expected(parsed.GetValue(expect), parsed.GetValue(absent), verb.IsHex(parsed));
            ReadOnlyMemory<byte> next = await value.ReadAsync(parsed, shell, verb.IsHex(parsed), cancellation);
            KeyResult result = await verb.ExecuteAsync(parsed, KeyCommand.CompareAndSet(key, expected, next), cancellation);
            if (result.Outcome == KeyOutcome.Missing)
                throw verb.Missing(parsed, key);
            if (result.Outcome == KeyOutcome.Done)
                return ExitCode.Ok;
            if (parsed.GetValue(json))
                verb.WriteJson(parsed, key, result.Value);
            string found = KeyText.Excerpt(result.Value.Span, verb.IsHex(parsed));
            throw new ReportedException(ErrorKinds.KeyMismatch, $"{KeyText.Excerpt(key.Span, verb.IsHex(parsed))} has the value {found}");
        });
        return command;
    }

    /// <summary>What has to be there; null: nothing may be there.</summary>
    /// <exception cref="ReportedException">Both are given or neither, or the value is not hexadecimal.</exception>
    internal static ReadOnlyMemory<byte>? Expected(string? word, bool isAbsent, bool isHex) => (word, isAbsent) switch
    {
        (null, true) => default(ReadOnlyMemory<byte>?), // Without its type it would become an empty value.
        ({ } value, false) => KeyText.Parse(value, isHex, "--expect"),
        _ => throw new ReportedException(ErrorKinds.Usage, "one of --expect and --absent has to be given, and not both"),
    };
}
