using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary><c>px kv delete</c>: takes a key away.</summary>
internal static class DeleteCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Command command = new("delete", "Delete a key. Ends with 3 when it is not there.\nExample: px kv delete colour");
        KeyVerb verb = new(shell, command, changes: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            ReadOnlyMemory<byte> key = verb.Key(parsed);
            KeyResult result = await verb.ExecuteAsync(parsed, KeyCommand.Delete(key), cancellation);
            return result.Outcome == KeyOutcome.Done ? ExitCode.Ok : throw verb.Missing(parsed, key);
        });
        return command;
    }
}
