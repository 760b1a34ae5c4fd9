using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>A person types in a terminal while others write and the primary dies.</summary>
[TestFixture]
public sealed class InteractiveTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task The_input_line_stays_intact_and_every_own_message_ends_with_a_tick(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);
        await using ChatLogClient other = await ChatLogClient.ConnectAsync(
            new ClientOptions { Endpoints = [.. replicas.Select(replica => replica.Address)], RequestTimeout = Eventually.Patience }, cancellation);
        Writer writer = new("other", "lobby", other);
        await using Tmux terminal = await Tmux.StartAsync(
            group.Environment, cancellation, Programs.Px, "chat", "--dir", group.Directory, "--room", "lobby", "--nick", "ann");
        await terminal.LineAsync("the chat has begun", line => line.Contains("lobby", StringComparison.Ordinal), cancellation);

        await terminal.TypeAsync("first words", cancellation);
        await terminal.PressAsync("Enter", cancellation);
        await OwnLineIsCommittedAsync(terminal, "first words", cancellation);
        await terminal.TypeAsync("half a sen", cancellation);
        using CancellationTokenSource stop = new();
        Task writing = writer.SayUntilAsync(stop.Token, cancellation);
        await AcknowledgedAsync(writer, 50, cancellation);
        replicas.Single(replica => replica.Role is "primary").Kill();
        await AcknowledgedAsync(writer, writer.Acknowledged + 50, cancellation);
        await terminal.TypeAsync("tence", cancellation);
        await terminal.LineAsync(
            "the input line is intact",
            line => line.Contains("half a sentence", StringComparison.Ordinal) && !line.Contains('✓'),
            cancellation);
        await stop.CancelAsync();
        await writing;
        await terminal.PressAsync("Enter", cancellation);
        await OwnLineIsCommittedAsync(terminal, "half a sentence", cancellation);

        (await group.UpAsync(cancellation)).Succeeded();
        ExportedLog log = await group.DownAndExportAsync(cancellation);
        Assert.That(
            log.Messages.Where(message => message.Author is "ann").Select(message => message.Text),
            Is.EqualTo(new[] { "first words", "half a sentence" }));
    }

    private static Task<string> OwnLineIsCommittedAsync(Tmux terminal, string text, CancellationToken cancellation) => terminal.LineAsync(
        $"'{text}' ends with a tick and its number",
        line => line.Contains(text, StringComparison.Ordinal) && System.Text.RegularExpressions.Regex.IsMatch(line, "✓ ?[0-9]+", default, Eventually.Patience),
        cancellation);

    private static Task AcknowledgedAsync(Writer writer, int count, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"{count} messages of the other are committed",
        () => writer.Acknowledged >= count ? null : $"{writer.Acknowledged}",
        cancellation);
}
