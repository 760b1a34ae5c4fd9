using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Transport;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>The pooled buffers of a connection: what was appended leaves in order and whole, and after the end nothing touches them any more.</summary>
[TestFixture]
public sealed class SendQueueTests
{
    private TcpClient _other = null!;
    private FramedConnection _connection = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        _other = new TcpClient();
        await _other.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        _connection = new FramedConnection(await listener.AcceptSocketAsync(), group: 7, new NodeLimits(), new RunningClock(TimeProvider.System));
        _connection.OpenForClient(frameGroup: null);
    }

    [TearDown]
    public void Close()
    {
        _connection.Dispose();
        _other.Dispose();
    }

    [Test]
    public async Task Frames_larger_than_the_buffer_that_is_kept_arrive_whole_and_in_order()
    {
        byte[] first = [.. Enumerable.Range(0, 300_000).Select(index => (byte)index)];
        byte[] second = [.. Enumerable.Range(0, 100).Select(index => (byte)(index + 77))];
        byte[] arrived = new byte[first.Length + (2 * second.Length)];

        Send(first);
        Send(second);
        await _other.GetStream().ReadExactlyAsync(arrived.AsMemory(0, first.Length + second.Length));
        Send(second);
        await _other.GetStream().ReadExactlyAsync(arrived.AsMemory(first.Length + second.Length));

        Assert.That(arrived.SequenceEqual([.. first, .. second, .. second]), Is.True);
    }

    [Test]
    public void After_the_end_nothing_is_taken_and_nothing_is_sent()
    {
        _connection.Sender.Append([1]);
        _connection.Dispose();

        Assert.That(_connection.Sender.Append([2]), Is.False);
        Assert.That(_connection.Sender.Flush, Throws.Nothing);
    }

    private void Send(byte[] bytes)
    {
        _connection.Sender.Append(bytes);
        _connection.Sender.Flush();
    }
}
