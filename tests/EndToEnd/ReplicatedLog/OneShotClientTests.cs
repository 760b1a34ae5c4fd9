using System.Collections.Concurrent;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Clients that come, say one thing and leave: each of them leaves a session behind, and nobody is in the way of the next.</summary>
[TestFixture]
public sealed class OneShotClientTests
{
    private const int Clients = 300;

    [Test]
    [CancelAfter(240_000)]
    public async Task Each_of_many_clients_that_send_one_message_and_leave_is_served(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        ConcurrentBag<Writer> writers = [];

        await Parallel.ForEachAsync(
            Enumerable.Range(1, Clients),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation },
            async (number, token) =>
            {
                await using ChatLogClient client = await group.ConnectAsync(token);
                Writer writer = new($"client{number}", "lobby", client);
                await writer.SayAsync(1, token);
                writers.Add(writer);
            });

        Assert.That(writers.SelectMany(writer => writer.Sent), Has.Exactly(Clients).Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
        LogAudit.Check(await group.StopAndExportAsync(cancellation), writers);
    }
}
