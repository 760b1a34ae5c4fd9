using System.Net;
using System.Net.Sockets;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Connections;

/// <summary>A connection over loopback, hello done, and the other end of it, with which a test does what it likes.</summary>
internal sealed class ConnectedPair : IDisposable
{
    /// <summary>The group of the connection.</summary>
    public static readonly GroupId Group = new(7);

    private ConnectedPair(Socket own, Socket other)
    {
        Framed = new FramedConnection(own, static failure => $"described: {failure.GetType().Name}");
        Other = other;
    }

    public FramedConnection Framed { get; }

    public Socket Other { get; }

    /// <summary>Connects.</summary>
    /// <param name="bounds">The bounds after the hello; null when it is not done yet.</param>
    public static async Task<ConnectedPair> OpenAsync(ConnectionBounds? bounds = null)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await other.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        ConnectedPair pair = new(await listener.AcceptSocketAsync(), other);
        if (bounds is { } open)
            pair.Framed.Open(open);
        return pair;
    }

    /// <summary>Takes so many bytes at the other end.</summary>
    public async Task<byte[]> TakeAsync(int count)
    {
        byte[] bytes = new byte[count];
        using NetworkStream stream = new(Other, ownsSocket: false);
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Framed.Dispose();
        Other.Dispose();
    }
}
