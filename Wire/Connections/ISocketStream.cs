using System.Net.Sockets;

namespace PaxosShard.Wire.Connections;

/// <summary>
/// How a connection waits for its socket. What is there, or fits, at once needs no waiting and is taken from the socket itself. One receives and one
/// sends at any time; on which threads, each implementation says.
/// </summary>
public interface ISocketStream : IDisposable
{
    /// <summary>Waits for bytes; 0 at the end of the stream.</summary>
    /// <param name="buffer">Where they go; not empty.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost.</param>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed here.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Waits until the socket has taken some of the bytes, and tells how many.</summary>
    /// <param name="bytes">The bytes; not empty.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed here.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>The runtime's own way: a thread of it watches all sockets, and threads of its pool go on.</summary>
/// <param name="socket">The socket; closed by the connection.</param>
public sealed class PooledSocketStream(Socket socket) : ISocketStream
{
    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        socket.SendAsync(bytes, SocketFlags.None, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        // There is nothing to give back: the socket belongs to the connection.
    }
}
