using System.Net;
using System.Net.Sockets;

namespace PaxosShard.Wire.Connections;

/// <summary>
/// A TCP connection and the one reason it ended for: whoever closes it first says why, all others find it closed.
/// Any thread may close it.
/// </summary>
public sealed class Connection : IDisposable
{
    // Never disposed: it has no timer and no handle, and whoever lost the race to close may still hold it.
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<Exception, string> _describe;
    private string? _closeReason;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="describe">Says in a few words what an exception of the socket means for the connection.</param>
    /// <param name="wait">How one waits for the socket; null for the runtime's own way.</param>
    /// <exception cref="SocketException">The other side has reset it already.</exception>
    public Connection(Socket socket, Func<Exception, string> describe, Func<Socket, ISocketStream>? wait = null)
    {
        _describe = describe;
        Socket = socket;
        Socket.NoDelay = true;
        Socket.Blocking = false;
        Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        Socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
        Socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        Socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        RemoteAddress = (socket.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        Remote = socket.RemoteEndPoint?.ToString() ?? "nowhere";
        Closed = _closing.Token;
        Stream = wait is null ? new PooledSocketStream(socket) : wait(socket);
    }

    /// <summary>The socket; disposed by <see cref="Close(string)"/>.</summary>
    public Socket Socket { get; }

    /// <summary>How one waits for it.</summary>
    public ISocketStream Stream { get; }

    /// <summary>The other end, for people.</summary>
    public string Remote { get; }

    /// <summary>The address of the other end.</summary>
    public IPAddress RemoteAddress { get; }

    /// <summary>Cancelled when the connection is closed.</summary>
    public CancellationToken Closed { get; }

    /// <summary>Why it was closed; null while it is open.</summary>
    public string? CloseReason => Volatile.Read(ref _closeReason);

    /// <summary>Bytes have arrived that were not read from the socket yet.</summary>
    public bool HasUnread
    {
        get
        {
            try
            {
                return Socket.Available > 0;
            }
            catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
            {
                return false;
            }
        }
    }

    /// <summary>Closes it; only the first reason counts.</summary>
    /// <returns>True for the first caller.</returns>
    public bool Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is not null)
            return false;
        Socket.Dispose();
        _closing.Cancel();
        return true;
    }

    /// <summary>Closes it because of an exception; only the first reason counts.</summary>
    /// <returns>True for the first caller.</returns>
    public bool Close(Exception failure) => Close(_describe(failure));

    /// <inheritdoc/>
    public void Dispose()
    {
        Close("disposed");
        Stream.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => Remote;
}
