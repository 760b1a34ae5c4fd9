using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary><c>px kv put</c> and <c>px kv append</c>: what they store is all that tells them apart.</summary>
internal static class StoreCommand
{
    /// <summary>The verb that stores a value, whatever was there.</summary>
    public static Command CreatePut(Shell shell) => Create(
        shell,
        new Command("put", "Store a value, whatever was there: a word, a file, or all of standard input, at most 1 MiB.\nExample: px kv put colour green"),
        KeyCommand.Put);

    /// <summary>The verb that puts bytes behind what is there.</summary>
    public static Command CreateAppend(Shell shell) => Create(
        shell,
        new Command("append", "Put bytes behind the value of a key; one that is not there begins with them. Nothing is put between, and the whole has at most 1 MiB.\nExample: px kv append journal 'one more'"),
        KeyCommand.Append);

    private static Command Create(Shell shell, Command command, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, KeyCommand> store)
    {
        ValueSource value = new(command);
        KeyVerb verb = new(shell, command, changes: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            ReadOnlyMemory<byte> key = verb.Key(parsed);
            await verb.ExecuteAsync(parsed, store(key, await value.ReadAsync(parsed, shell, verb.IsHex(parsed), cancellation)), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }
}
