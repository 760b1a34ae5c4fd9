using System.Text;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Nothing fails: all logs are alike, and what was sent is what is read.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class NormalTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task Four_clients_that_speak_at_once_fill_all_logs_alike(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await using TestClients clients = await TestClients.ConnectAsync(group, 4, Eventually.Patience, cancellation);

        await Task.WhenAll(clients.Writers.Select(writer => writer.SayAsync(2500, cancellation)));

        Assert.That(clients.Committed, Is.EqualTo(10_000));
        LogAudit.Check(await group.StopAndExportAsync(cancellation), clients.Writers);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Four_files_sent_by_px_end_up_in_every_log_once_and_in_order(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        string[][] files = [.. Enumerable.Range(1, 4).Select(file => Enumerable.Range(1, 2500).Select(line => Line(file, line)).ToArray())];

        CommandResult[] sent = await Task.WhenAll(files.Select(lines => group.SendAsync("lobby", string.Join('\n', lines) + "\n", cancellation)));

        Assert.That(sent.Select(result => result.Code), Is.All.Zero, sent[0].Error);
        ExportedLog log = await group.DownAndExportAsync(cancellation);
        Assert.That(log.Messages.Select(message => message.Number), Is.EqualTo(Enumerable.Range(1, 10_000).Select(number => (long)number)));
        foreach (string[] lines in files)
        {
            string first = lines[0][..2];
            Assert.That(log.Messages.Select(message => message.Text).Where(text => text.StartsWith(first, StringComparison.Ordinal)), Is.EqualTo(lines));
        }
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task What_px_sent_is_what_px_tail_prints(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(1, cancellation);

        CommandResult sent = await group.SendAsync("lobby", "one\ntwo | $HOME\nthr\tee \U0001F600\n", cancellation, "--numbers");
        CommandResult tail = await Command.PxAsync(cancellation, "tail", "lobby", "--from", "start", "--json", "--dir", group.Directory);

        Assert.That(sent.OutputLines, Is.EqualTo(new[] { "lobby\t1", "lobby\t2", "lobby\t3" }), sent.Error);
        string[] texts = [.. tail.Succeeded().OutputLines.Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!)];
        Assert.That(texts, Is.EqualTo(new[] { "one", "two | $HOME", "thr\tee \U0001F600" }));
    }

    private static string Line(int file, int line) => new StringBuilder()
        .Append(file).Append(':').Append(line).Append("\tpipe|dollar$HOME `x` ")
        .Append("\U0001F600\u00fc \\t \\ \"'").ToString();
}
