using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Wire;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Connections;

/// <summary>Messages from a socket: whole ones only, whatever pieces the bytes come in and wherever they end.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FrameReceiverTests : IDisposable
{
    private static readonly ConnectionBounds _bounds =
        new(Limits.FrameBetweenReplicas, Group: null, ReadAheadBytes: 64 * 1024, SendBytes: 1024, KeptBytes: 1024);

    private ConnectedPair _pair = null!;

    private FrameReceiver Receiver => _pair.Framed.Receiver;

    [SetUp]
    public async Task ConnectAsync() => _pair = await ConnectedPair.OpenAsync(_bounds);

    public void Dispose() => _pair.Dispose();

    [Test]
    public async Task Messages_that_came_together_are_drained_without_waiting()
    {
        byte[] all = [.. TestFrames.Samples.SelectMany(sample => sample.Bytes)];
        await SendAsync(all);
        await ArrivedAsync(all.Length);

        List<MessageKind> read = [];
        int fills = 0;
        for (; read.Count < SampleMessages.All.Count; fills++)
        {
            Task<bool> filling = Receiver.FillAsync(CancellationToken.None).AsTask();
            Assert.That(filling.IsCompleted, Is.True);
            Assert.That(await filling, Is.True);
            while (Receiver.TryRead(out FrameContent content, out _))
                read.Add(content.Kind);
        }

        Assert.That(read, Is.EqualTo(SampleMessages.All.Values.Select(message => message.Kind)));
        Assert.That(Receiver.Count, Is.EqualTo(read.Count));
        Assert.That(fills, Is.LessThanOrEqualTo(1 + (all.Length / 4096)), "the first buffer is small");
    }

    [Test]
    public async Task A_message_that_comes_byte_by_byte_is_read_with_its_last_byte()
    {
        foreach ((string name, byte[] bytes) in TestFrames.Samples)
        {
            for (int index = 0; index < bytes.Length; index++)
            {
                Assert.That(Receiver.TryRead(out _, out _), Is.False, $"{name} after {index} of {bytes.Length} bytes");
                await SendAsync([bytes[index]]);
                Assert.That(await Receiver.FillAsync(CancellationToken.None), Is.True);
                Assert.That(Receiver.PartialBytes, Is.EqualTo(index + 1));
            }

            Assert.That(Receiver.TryRead(out FrameContent content, out int size), Is.True, name);
            Assert.That(FrameWriter.Encode(content, GroupId.None), Is.EqualTo(bytes));
            Assert.That(size, Is.EqualTo(bytes.Length));
            Assert.That(Receiver.PartialBytes, Is.Zero);
        }
    }

    [Test]
    public async Task An_end_between_frames_is_a_clean_end_and_stays_one()
    {
        await SendAsync(FrameWriter.Encode(SampleMessages.All["Q.full"], GroupId.None));
        _pair.Other.Shutdown(SocketShutdown.Send);

        Assert.That(await Receiver.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["Q.full"]));
        Assert.That(await Receiver.ReadAsync(CancellationToken.None), Is.Null);
        Assert.That(await Receiver.ReadAsync(CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task An_end_within_a_frame_is_an_error_also_behind_a_whole_one()
    {
        await SendAsync([.. FrameWriter.Encode(SampleMessages.All["A.full"], GroupId.None), 0, 0, 0]);
        _pair.Other.Shutdown(SocketShutdown.Send);

        Assert.That(await Receiver.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["A.full"]));
        Assert.That(
            async () => await Receiver.ReadAsync(CancellationToken.None),
            Throws.InstanceOf<WireFormatException>().With.Message.EqualTo("the connection ended within a frame, after 3 bytes of it"));
    }

    [Test]
    public async Task A_cancelled_wait_loses_nothing()
    {
        byte[] bytes = FrameWriter.Encode(SampleMessages.All["P.full"], GroupId.None);
        await SendAsync(bytes[..20]);
        using CancellationTokenSource source = new();
        Task<FrameContent?> reading = Receiver.ReadAsync(source.Token).AsTask();
        await Waiting.UntilAsync(() => Receiver.PartialBytes == 20, "the first 20 bytes are read");

        await source.CancelAsync();

        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        await SendAsync(bytes[20..]);
        Assert.That(await Receiver.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["P.full"]));
    }

    [Test]
    public async Task A_frame_far_larger_than_the_buffer_arrives_and_so_do_small_ones_behind_it()
    {
        ClientRequest large = new(default, default, default, default, Enumerable.Range(0, 500_000).Select(index => (byte)index).ToArray());
        Task sending = SendAsync([.. FrameWriter.Encode(large, GroupId.None), .. FrameWriter.Encode(SampleMessages.All["A.full"], GroupId.None)]);

        FrameContent? first = await Receiver.ReadAsync(CancellationToken.None);

        Assert.That(first!.Value.Request.Command.Span.SequenceEqual(large.Command.Span), Is.True);
        Assert.That(await Receiver.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["A.full"]));
        await sending;
    }

    [Test]
    public async Task Before_the_hello_only_small_frames_pass_and_any_group_does()
    {
        using ConnectedPair stranger = await ConnectedPair.OpenAsync();
        await stranger.Other.SendAsync(FrameWriter.Encode(SampleMessages.All["W.full"], new GroupId(3)));
        Assert.That(await stranger.Framed.Receiver.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["W.full"]));

        await stranger.Other.SendAsync(FrameWriter.Encode(new ClientRequest(default, default, default, default, new byte[Limits.FrameBeforeHello]), new GroupId(3)));

        Assert.That(async () => await stranger.Framed.Receiver.ReadAsync(CancellationToken.None), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public async Task After_the_hello_another_group_is_refused()
    {
        _pair.Framed.Open(_bounds with { Group = ConnectedPair.Group });
        await SendAsync(FrameWriter.Encode(SampleMessages.All["A.full"], new GroupId(ConnectedPair.Group.Number + 1)));

        Assert.That(async () => await Receiver.ReadAsync(CancellationToken.None), Throws.InstanceOf<WireFormatException>().With.Message.Contains("group"));
    }

    [Test]
    public async Task A_broken_frame_stays_an_error()
    {
        await SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.That(async () => await Receiver.ReadAsync(CancellationToken.None), Throws.InstanceOf<WireFormatException>().With.Message.Contains("HTTP"));
        Assert.That(() => Receiver.TryRead(out _, out _), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void A_connection_that_is_closed_here_ends_the_wait_for_its_reason()
    {
        Task<FrameContent?> reading = Receiver.ReadAsync(_pair.Framed.Connection.Closed).AsTask();

        _pair.Framed.Connection.Close("first");
        _pair.Framed.Connection.Close("second");

        // The socket is disposed, then the token is cancelled: either may reach the one who waits first.
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<SocketException>());
        Assert.That(_pair.Framed.Connection.CloseReason, Is.EqualTo("first"));
        Assert.That(_pair.Framed.Connection.HasUnread, Is.False);
    }

    private async Task SendAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await _pair.Other.SendAsync(bytes.AsMemory(sent));
    }

    private Task ArrivedAsync(int bytes) =>
        Waiting.UntilAsync(() => _pair.Framed.Connection.Socket.Available >= bytes, $"{bytes} bytes have arrived");
}
