using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary><c>px kv get</c>: the value of a key.</summary>
internal static class GetCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = KeyVerb.NewFlag("--json", "Key and value as JSON: as text when they are UTF-8, else as hexadecimal (keyHex, valueHex)");
        Command command = new(
            "get",
            "Print the value of a key, byte for byte. At a terminal a line feed is put behind a value that does not end with one; a file or a program gets the value alone. Ends with 3 when the key is not there.\nExample: px kv get colour")
        {
            json,
        };
        KeyVerb verb = new(shell, command, changes: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            ReadOnlyMemory<byte> key = verb.Key(parsed);
            KeyResult result = await verb.ExecuteAsync(parsed, KeyCommand.Get(key), cancellation);
            if (result.Outcome != KeyOutcome.Done)
                throw verb.Missing(parsed, key);
            if (parsed.GetValue(json))
                verb.WriteJson(parsed, key, result.Value);
            else if (verb.IsHex(parsed))
                shell.Data(Convert.ToHexStringLower(result.Value.Span));
            else
                shell.RawData(Descriptor.IsTerminal(Descriptor.Output) ? ForTerminal(result.Value) : result.Value);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>A value with a line feed at its end, so that what comes behind it begins a line of its own.</summary>
    internal static ReadOnlyMemory<byte> ForTerminal(ReadOnlyMemory<byte> value) =>
        value.Span.EndsWith("\n"u8) ? value : (byte[])[.. value.Span, (byte)'\n'];
}
