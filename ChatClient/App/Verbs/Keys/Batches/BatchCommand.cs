using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Client.Ordered;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys.Batches;

/// <summary><c>px kv batch</c>: does what the lines of a file say, in their order, over all shards.</summary>
internal static class BatchCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> file = new("file") { HelpName = "FILE", Description = "The file, one operation a line: put KEY VALUE, get KEY, append KEY VALUE, cas KEY EXPECTED VALUE, delete KEY; - for standard input" };
        Option<bool> ordered = KeyVerb.NewFlag("--ordered", "Send all of them without waiting; they take effect in the order of the lines all the same, whichever shards they are for");
        Option<bool> compare = KeyVerb.NewFlag("--compare", "Do everything once more, one after the other, and tell how long that takes");
        Option<bool> json = KeyVerb.NewFlag("--json", "One JSON object a line, and one for the whole at the end");
        Command command = new(
            "batch",
            "Do what the lines of a file say, in their order: one after the other, or with --ordered all at once. Each line of the output has the number, the shard, the result and when it came. Ends with 8 when the last ones were not applied, and with 4 when a rule said no to one.\nExample: px kv batch steps.txt --ordered")
        {
            file, ordered, compare, json,
        };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            IReadOnlyList<BatchLine> lines = await BatchFile.ReadAsync(parsed.GetRequiredValue(file), cancellation);
            await using ChatLogClient client = await ChatLogClient.ConnectAsync(target.ClientOptions(parsed, shell), cancellation);

            await FindShardsAsync(client, lines, cancellation);
            BatchRun run = await RunAsync(client, lines, parsed.GetValue(ordered), cancellation);
            BatchRun? other = parsed.GetValue(compare) && run.Failed == 0 ? await RunAsync(client, lines, isOrdered: false, cancellation) : null;
            new BatchReport(shell, parsed.GetValue(json)).Write(run, other);
            return BatchReport.CodeOf(run);
        });
        return command;
    }

    // The keys are read, in an ordered session too, so that the times are those of the operations: all shards are connected then, to this program and to each other.
    private static async Task FindShardsAsync(ChatLogClient client, IReadOnlyList<BatchLine> lines, CancellationToken cancellation)
    {
        await Task.WhenAll(lines.Select(line => client.Keys.GetAsync(line.Command.Key, cancellation)));
        await using OrderedSession session = await client.OpenOrderedSessionAsync(cancellation);
        await BatchRun.AtOnceAsync(session, [.. lines.Select(static line => line with { Command = KeyCommand.Get(line.Command.Key) })], cancellation);
    }

    private static async Task<BatchRun> RunAsync(ChatLogClient client, IReadOnlyList<BatchLine> lines, bool isOrdered, CancellationToken cancellation)
    {
        await using OrderedSession session = await client.OpenOrderedSessionAsync(cancellation);
        return isOrdered ? await BatchRun.AtOnceAsync(session, lines, cancellation) : await BatchRun.OneByOneAsync(session, lines, cancellation);
    }
}
