using System.Buffers.Binary;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Connections;

/// <summary>
/// R2: what a peer that has not said hello makes this process hold is bounded. R4: nothing is allocated because of a length that somebody names; room is made for what has come.
/// </summary>
public sealed class StrangerBytesTests
{
    /// <summary>The buffer of a connection on which little has come, in bytes.</summary>
    private const int SmallestBuffer = 4 * 1024;

    /// <summary>More than the pool of arrays has at hand of one size, so that somebody who takes large ones from it is seen.</summary>
    private const int Connections = 48;

    private static readonly ConnectionBounds _bounds =
        new(Limits.FrameBetweenReplicas, Group: null, ReadAheadBytes: 64 * 1024, SendBytes: 1024, KeptBytes: 1024);

    [Test]
    public async Task A_length_makes_no_room_before_its_bytes_have_come()
    {
        byte[] begun = FrameOf(Limits.FrameBetweenReplicas, bytes: 1_000);
        List<ConnectedPair> pairs = [];
        List<Task<bool>> waiting = [];
        using CancellationTokenSource source = new();
        try
        {
            for (int count = 0; count < Connections; count++)
            {
                ConnectedPair pair = await ConnectedPair.OpenAsync(_bounds);
                pairs.Add(pair);
                await pair.Other.SendAsync(begun);
                await Waiting.UntilAsync(() => pair.Framed.Connection.Socket.Available == begun.Length, "the beginning of the frame is here");
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (ConnectedPair pair in pairs)
                waiting.Add(WaitForTheRest(pair.Framed.Receiver, source.Token));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.That(pairs.ConvertAll(pair => pair.Framed.Receiver.PartialBytes), Is.All.EqualTo(begun.Length));
            Assert.That(allocated, Is.LessThan(Connections * (long)SmallestBuffer * 2), $"{Connections} frames of {Limits.FrameBetweenReplicas} bytes were announced");
        }
        finally
        {
            await source.CancelAsync();
            foreach (Task<bool> wait in waiting)
                Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
            foreach (ConnectedPair pair in pairs)
                pair.Dispose();
        }
    }

    [Test]
    public async Task Before_the_hello_no_more_is_held_than_the_longest_frame_that_may_come_then()
    {
        using ConnectedPair stranger = await ConnectedPair.OpenAsync();
        Task sending = SendAsync(stranger.Other, FrameOf(Limits.FrameBeforeHello, bytes: 4 * Limits.FrameBeforeHello));
        int most = 0;

        Assert.That(
            async () =>
            {
                while (!stranger.Framed.Receiver.TryRead(out _, out _))
                {
                    await stranger.Framed.Receiver.FillAsync(CancellationToken.None);
                    most = Math.Max(most, stranger.Framed.Receiver.PartialBytes);
                }
            },
            Throws.InstanceOf<WireFormatException>().With.Message.Contains("checksum"));

        Assert.That(most, Is.LessThanOrEqualTo(sizeof(int) + Limits.FrameBeforeHello + SmallestBuffer));
        stranger.Framed.Connection.Close("it is no hello");
        await Task.WhenAny(sending);
    }

    [TestCase(Limits.FrameBeforeHello + 1)]
    [TestCase(Limits.FrameFromClient)]
    [TestCase(Limits.FrameBetweenReplicas)]
    public async Task Before_the_hello_a_longer_frame_is_refused_with_its_length(int length)
    {
        using ConnectedPair stranger = await ConnectedPair.OpenAsync();
        await stranger.Other.SendAsync(FrameOf(length, bytes: 0).AsMemory(0, sizeof(int)));

        Assert.That(await stranger.Framed.Receiver.FillAsync(CancellationToken.None), Is.True);

        Assert.That(() => stranger.Framed.Receiver.TryRead(out _, out _), Throws.InstanceOf<WireFormatException>());
        Assert.That(stranger.Framed.Receiver.PartialBytes, Is.EqualTo(sizeof(int)));
    }

    /// <summary>Takes what is here, and begins to wait for the rest. All that is done before the wait is done on this thread.</summary>
    private static Task<bool> WaitForTheRest(FrameReceiver receiver, CancellationToken cancellationToken)
    {
        Task<bool> first = receiver.FillAsync(cancellationToken).AsTask();
        Assert.That(first.IsCompleted, Is.True);
        Assert.That(receiver.TryRead(out _, out _), Is.False);
        return receiver.FillAsync(cancellationToken).AsTask();
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
    }

    /// <summary>The head of a frame that says that it is so long, and so many bytes behind it that are no message.</summary>
    private static byte[] FrameOf(int length, int bytes)
    {
        byte[] frame = new byte[12 + bytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        frame[4] = (byte)MessageKind.SnapshotPiece;
        return frame;
    }
}
