using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.EndToEnd.Wire;

/// <summary>Bytes arrive one by one, and connections end after any byte.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SlowAndCutConnectionTests
{
    [Test]
    [CancelAfter(180_000)]
    public async Task A_client_whose_bytes_arrive_one_by_one_is_served(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(1, cancellation);
        using LinkFaults slow = new() { OneByteAtATime = true };
        await using FaultProxy proxy = new(slow) { Target = IPEndPoint.Parse(group.Members[0]) };
        await using RawClient raw = await RawClient.OpenAsync(proxy.Address, cancellation);
        long expiry = await raw.AskExpiryAsync(cancellation);

        for (int number = 1; number <= 5; number++)
            await raw.SendAsync(Send(raw.Session, number, $"slow {number} \U0001F600", expiry), cancellation);

        for (int number = 1; number <= 5; number++)
        {
            ClientReply reply = await raw.ReceiveReplyAsync(cancellation);
            Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
            Assert.That(SendMessageResult.Decode(reply.Payload.Span).Number, Is.EqualTo(number));
        }
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Replicas_whose_bytes_to_each_other_arrive_one_by_one_agree(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, new TestGroupOptions { HasNetwork = true, OneByteAtATime = true });
        await using TestClients clients = await TestClients.ConnectAsync(group, 1, Eventually.Patience, cancellation);

        await clients.Writers.Single().SayAsync(20, cancellation);

        Assert.That(clients.Committed, Is.EqualTo(20));
        LogAudit.Check(await group.StopAndExportAsync(cancellation), clients.Writers);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_frame_that_is_cut_after_any_byte_is_forgotten_and_only_the_whole_one_counts(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(1, cancellation);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        await using RawClient owner = await RawClient.OpenAsync(group.Members[0], cancellation);
        byte[] hello = FrameWriter.Encode(RawClient.Greeting, GroupId.None);
        byte[] send = FrameWriter.Encode(Send(owner.Session, 1, "whole", await owner.AskExpiryAsync(cancellation)), owner.Replica.Group);
        using LinkFaults faults = new();
        await using FaultProxy proxy = new(faults) { Target = IPEndPoint.Parse(group.Members[0]) };

        for (int cut = 1; cut < hello.Length + send.Length; cut++)
        {
            faults.CutAfter = cut;
            await SendAllAndReadToEndAsync(proxy.Address, [.. hello, .. send], cancellation);
        }

        Assert.That((await client.ReadHistoryAsync("lobby", 1, 10, cancellation)).Last, Is.Zero);
        faults.CutAfter = hello.Length + send.Length;
        await SendAllAndReadToEndAsync(proxy.Address, [.. hello, .. send], cancellation);
        await Eventually.HoldsAsync(
            "the whole frame counts, once",
            async () =>
            {
                HistoryResult history = await client.ReadHistoryAsync("lobby", 1, 10, cancellation);
                return history.Last == 1 ? null : $"{history.Last} messages";
            },
            cancellation);
    }

    private static ClientRequest Send(SessionId session, int number, string text, long expiry) =>
        new(session, new(number), new(number - 1), new(1), new SendMessageCommand("lobby", "raw", text).Encode()) { Expiry = expiry };

    private static async Task SendAllAndReadToEndAsync(string address, byte[] bytes, CancellationToken cancellation)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(address), cancellation);
        try
        {
            await socket.SendAsync(bytes, cancellation);
            byte[] answer = new byte[4096];
            while (await socket.ReceiveAsync(answer, cancellation) > 0)
            {
                // What it answers does not matter here.
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }
}
