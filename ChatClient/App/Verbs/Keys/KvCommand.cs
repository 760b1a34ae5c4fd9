using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs.Keys.Batches;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary><c>px kv</c>: keys with values.</summary>
internal static class KvCommand
{
    /// <summary>The verb with all that it can do.</summary>
    public static Command Create(Shell shell) => new("kv", "Keys with values: read, store, delete, compare, list, many at once.\nExample: px kv put colour green")
    {
        GetCommand.Create(shell),
        StoreCommand.CreatePut(shell),
        DeleteCommand.Create(shell),
        StoreCommand.CreateAppend(shell),
        CompareAndSetCommand.Create(shell),
        ListCommand.Create(shell),
        BatchCommand.Create(shell),
    };
}
