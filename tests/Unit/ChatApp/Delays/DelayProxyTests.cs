using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Delays;

namespace PaxosShard.Tests.Unit.ChatApp.Delays;

/// <summary>A slow link between two real sockets.</summary>
[TestFixture]
internal sealed class DelayProxyTests
{
    private static readonly TimeSpan _delay = TimeSpan.FromMilliseconds(20);

    [Test]
    [CancelAfter(60_000)]
    public async Task Everything_arrives_in_both_directions_in_order_and_not_before_its_time(CancellationToken cancellation)
    {
        using TcpListener target = new(IPAddress.Loopback, 0);
        target.Start();
        await using DelayNetwork network = new(_delay);
        using TcpClient caller = new();
        await caller.ConnectAsync(IPEndPoint.Parse(network.KnownAs(target.LocalEndpoint.ToString()!)), cancellation);
        using TcpClient called = await target.AcceptTcpClientAsync(cancellation);
        await using NetworkStream near = caller.GetStream();
        await using NetworkStream far = called.GetStream();
        byte[] sent = new byte[3 * 1024 * 1024]; // More than a link holds.
        Random.Shared.NextBytes(sent);

        long begun = Stopwatch.GetTimestamp();
        Task echo = EchoAsync(far, cancellation);
        Task send = SendAsync(near, sent, cancellation);
        using MemoryStream received = new();
        await near.CopyToAsync(received, cancellation);
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        await Task.WhenAll(echo, send);

        Assert.That(received.ToArray(), Is.EqualTo(sent));
        Assert.That(took, Is.GreaterThanOrEqualTo(2 * _delay), "there and back");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Who_is_not_there_behind_a_link_is_not_there_in_front_of_it(CancellationToken cancellation)
    {
        using TcpListener gone = new(IPAddress.Loopback, 0);
        gone.Start();
        string address = gone.LocalEndpoint.ToString()!;
        gone.Stop();
        await using DelayNetwork network = new(_delay);
        using TcpClient caller = new();

        // The reset may come as early as the connection.
        Assert.That(ReadAsync, Throws.InstanceOf<IOException>().Or.InstanceOf<SocketException>());

        async Task ReadAsync()
        {
            await caller.ConnectAsync(IPEndPoint.Parse(network.KnownAs(address)), cancellation);
            await caller.GetStream().ReadExactlyAsync(new byte[1], cancellation);
        }
    }

    private static async Task SendAsync(NetworkStream stream, byte[] bytes, CancellationToken cancellation)
    {
        await stream.WriteAsync(bytes, cancellation);
        stream.Socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task EchoAsync(NetworkStream stream, CancellationToken cancellation)
    {
        await stream.CopyToAsync(stream, cancellation);
        stream.Socket.Shutdown(SocketShutdown.Send);
    }
}
