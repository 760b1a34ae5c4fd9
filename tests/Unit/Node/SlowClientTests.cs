using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Clients;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

public sealed class SlowClientTests
{
    private static readonly ClientReply _largeReply = new(new SessionId(1), new SequenceNumber(1), ReplyStatus.Ok, View.First, new byte[1000 * 1024]);

    private static readonly ClientReply _smallReply = new(new SessionId(1), new SequenceNumber(9), ReplyStatus.Ok, View.First, new byte[] { 1 });

    [Test]
    public async Task A_client_that_does_not_read_is_not_read_from_and_nobody_else_notices()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection slow = await transport.ConnectClientAsync();
        using RawConnection quick = await transport.ConnectClientAsync();
        ClientConnection slowClient = await AskAsync(transport, slow, sequence: 1, inputs: 1);
        ClientConnection quickClient = await AskAsync(transport, quick, sequence: 2, inputs: 2);
        int sent = 0;
        await transport.OnLoopAsync(() => sent = FillUntilPaused(slowClient));
        await AskAsync(transport, slow, sequence: 3, inputs: 3);

        await slow.SendAsync(Request(4));
        await transport.OnLoopAsync(() => Send(quickClient, _smallReply));
        await quick.ReadReplyAsync();
        await AskAsync(transport, quick, sequence: 5, inputs: 4);
        for (; sent > 0; sent--)
            await slow.ReadReplyAsync();

        Assert.That(
            transport.TakeInputs(5).Select(input => input.Request.Sequence.Number),
            Is.EqualTo(new[] { 1L, 2L, 3L, 5L, 4L }),
            "request 4 is read when its client has read");
    }

    [Test]
    public async Task A_client_that_never_reads_is_dropped_at_the_limit()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection slow = await transport.ConnectClientAsync();
        ClientConnection client = await AskAsync(transport, slow, sequence: 1, inputs: 1);

        for (int count = 0; count < 64 && client.Connection.Connection.CloseReason is null; count++)
            await transport.OnLoopAsync(() => Send(client, _largeReply));

        Assert.That(client.Connection.Connection.CloseReason, Does.Contain("bytes wait to be sent to it"));
        Assert.That(transport.TakeInputs(2)[1], Is.EqualTo(Input.ClientGone(client.Handle)));
    }

    [Test]
    public async Task A_client_that_takes_nothing_for_ten_seconds_is_dropped()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection slow = await transport.ConnectClientAsync();
        ClientConnection client = await AskAsync(transport, slow, sequence: 1, inputs: 1);
        await transport.OnLoopAsync(() => FillUntilPaused(client));

        transport.Watch.CloseOverdue(transport.Watch.Clock.Now);
        transport.Watch.CloseOverdue(transport.Watch.Clock.Now + 10_100);

        Assert.That(client.Connection.Connection.CloseReason, Does.Contain("took nothing of what was sent"));
    }

    [Test]
    public async Task Too_many_open_requests_stop_the_reading_until_some_are_answered()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(new NodeLimits { OpenRequests = 2 });
        using RawConnection client = await transport.ConnectClientAsync();
        using RawConnection other = await transport.ConnectClientAsync();
        ClientConnection connection = await AskAsync(transport, client, sequence: 1, inputs: 1);
        await AskAsync(transport, client, sequence: 2, inputs: 2);

        await client.SendAsync(Request(3));
        await AskAsync(transport, other, sequence: 4, inputs: 3);
        connection.Append(_smallReply, group: new GroupId(7));

        Assert.That(
            transport.TakeInputs(4).Select(input => input.Request.Sequence.Number),
            Is.EqualTo(new[] { 1L, 2L, 4L, 3L }));
    }

    [Test]
    public async Task A_request_that_is_not_taken_at_once_is_there_when_it_is_taken()
    {
        RequestCopies copies = new();
        await using TransportFixture transport = await TransportFixture.StartAsync(new NodeLimits { OpenRequests = 1 }, requests: copies);
        using RawConnection client = await transport.ConnectClientAsync();
        ClientConnection connection = await AskAsync(transport, client, sequence: 1, inputs: 1);
        byte[] command = [.. Enumerable.Range(1, 100).Select(static number => (byte)number)];
        await client.SendAsync(Request(2) with { Command = command });
        await Waiting.UntilAsync(() => connection.Connection.Receiver.Count == 3, "the second request was read");

        // Many turns pass, each with requests of others.
        await transport.OnLoopAsync(() =>
        {
            for (int turn = 0; turn < 4; turn++)
            {
                copies.OnTaken();
                copies.Coming.Of(new byte[1000]);
            }
        });
        connection.Append(_smallReply, group: new GroupId(7));

        Assert.That(transport.TakeInputs(2)[1].Request.Command.ToArray(), Is.EqualTo(command));
    }

    [Test]
    public async Task A_client_at_its_limit_that_gets_no_answer_is_closed_so_that_it_asks_elsewhere()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(new NodeLimits { OpenRequests = 1 });
        using RawConnection client = await transport.ConnectClientAsync();
        await AskAsync(transport, client, sequence: 1, inputs: 1);
        await client.SendAsync(Request(2));

        // What is overdue is known only once the second request waits for the first, so the rounds go on until the end comes.
        Task<Message?> end = client.ReadAsync();
        for (int round = 0; round < 2000 && !end.IsCompleted; round++)
        {
            transport.Watch.CloseOverdue(transport.Watch.Clock.Now + 11_000);
            await Task.Delay(1);
        }

        Assert.That(end.IsCompleted, "2000 rounds closed nobody");
        Assert.That(await end, Is.Null);
    }

    /// <summary>Sends a request and waits until it is in the inbox, as the last of so many inputs.</summary>
    private static async Task<ClientConnection> AskAsync(TransportFixture transport, RawConnection client, long sequence, int inputs)
    {
        await client.SendAsync(Request(sequence));
        List<Input> all = transport.TakeInputs(inputs);
        ClientHandle handle = all[inputs - 1].Client;
        return transport.Clients.Find(handle) ?? throw new InvalidOperationException($"{handle} is gone");
    }

    /// <summary>Sends replies that nobody reads until the system takes no more and a good deal waits here.</summary>
    private static int FillUntilPaused(ClientConnection client)
    {
        int sent = 0;
        while (client.Connection.Sender.Bytes <= 4 * 1024 * 1024)
        {
            Send(client, _largeReply);
            sent++;
            Assert.That(sent, Is.LessThan(1000), "the system takes everything, or nothing is sent any more");
        }

        return sent;
    }

    private static void Send(ClientConnection client, in ClientReply reply)
    {
        client.Append(reply, group: new GroupId(7));
        client.Connection.Sender.Flush();
    }

    private static ClientRequest Request(long sequence) =>
        new(new SessionId(1), new SequenceNumber(sequence), SequenceNumber.None, SequenceNumber.None, new byte[] { (byte)CommandKind.SendMessage });
}
