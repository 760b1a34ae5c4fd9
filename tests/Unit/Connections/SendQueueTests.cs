using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Connections;

/// <summary>What was appended leaves in order and whole, whoever flushes; the bound ends the connection; after the end nothing touches the buffers any more.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SendQueueTests : IDisposable
{
    private static readonly ConnectionBounds _bounds =
        new(Limits.FrameFromClient, Group: null, ReadAheadBytes: 4096, SendBytes: 8 * 1024 * 1024, KeptBytes: 64 * 1024);

    private ConnectedPair _pair = null!;

    private SendQueue Queue => _pair.Framed.Sender;

    [SetUp]
    public async Task ConnectAsync() => _pair = await ConnectedPair.OpenAsync(_bounds);

    public void Dispose() => _pair.Dispose();

    [Test]
    public async Task Frames_larger_than_the_buffer_that_is_kept_arrive_whole_and_in_order()
    {
        byte[] first = Bytes(300_000, from: 0);
        byte[] second = Bytes(100, from: 77);

        Send(first);
        Send(second);
        byte[] arrived = await _pair.TakeAsync(first.Length + second.Length);
        Send(second);

        Assert.That(arrived, Is.EqualTo([.. first, .. second]));
        Assert.That(await _pair.TakeAsync(second.Length), Is.EqualTo(second));
    }

    [Test]
    public async Task A_message_is_sent_as_its_frame()
    {
        LeaveView message = new(new View(3));
        byte[] frame = FrameWriter.Encode(message, ConnectedPair.Group);

        Queue.Append(message, ConnectedPair.Group);
        Queue.Flush();

        Assert.That(await _pair.TakeAsync(frame.Length), Is.EqualTo(frame));
        Assert.That(Queue.Progress, Is.EqualTo((false, (long)frame.Length)));
    }

    [Test]
    public async Task What_is_flushed_one_by_one_arrives_in_order_whether_or_not_the_socket_takes_it_at_once()
    {
        List<byte> sent = [];
        for (int number = 0; number < 2000; number++)
        {
            byte[] frame = Bytes(500, from: number);
            sent.AddRange(frame);
            Queue.Append(frame);
            Queue.Flush();
        }

        Assert.That((await _pair.TakeAsync(sent.Count)).AsSpan().SequenceEqual(sent.ToArray()), Is.True);
    }

    [Test]
    public async Task What_nobody_reads_counts_until_it_is_read_and_whoever_waits_for_that_goes_on()
    {
        byte[] frame = Bytes(7 * 1024 * 1024, from: 0);
        Send(frame);
        Assert.That(Queue.Progress.IsSending, Is.True, "more than the system's buffers take");
        Task waiting = Queue.WaitForRoomAsync(0).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);

        await _pair.TakeAsync(frame.Length);
        await waiting;

        Assert.That(Queue.Bytes, Is.Zero);
        Assert.That(Queue.Progress.Taken, Is.EqualTo(frame.Length));
    }

    [Test]
    public void One_byte_above_the_bound_closes_the_connection()
    {
        Assert.That(Queue.Append(new byte[_bounds.SendBytes]), Is.True);

        Assert.That(Queue.Append([1]), Is.False);

        Assert.That(_pair.Framed.Connection.CloseReason, Is.EqualTo($"more than {_bounds.SendBytes} bytes wait to be sent to it"));
    }

    [Test]
    public void After_the_end_nothing_is_taken_and_nothing_is_sent()
    {
        Queue.Append([1]);
        _pair.Framed.Dispose();

        Assert.That(Queue.Append([2]), Is.False);
        Assert.That(Queue.Append(new LeaveView(View.First), ConnectedPair.Group), Is.False);
        Assert.That(Queue.Flush, Throws.Nothing);
    }

    [Test]
    public void A_send_that_fails_closes_the_connection_for_its_reason()
    {
        Queue.Append([1]);
        _pair.Framed.Connection.Socket.Dispose();

        Queue.Flush();

        Assert.That(_pair.Framed.Connection.CloseReason, Is.EqualTo($"described: {nameof(ObjectDisposedException)}"));
    }

    private static byte[] Bytes(int count, int from) => [.. Enumerable.Range(from, count).Select(number => (byte)number)];

    private void Send(byte[] bytes)
    {
        Queue.Append(bytes);
        Queue.Flush();
    }
}
