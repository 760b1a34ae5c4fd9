using System.Net.Sockets;

namespace PaxosShard.Benchmarks.Peers.Sockets;

/// <summary>A connection that never blocks: what has come and is not read yet, and what waits to be sent.</summary>
internal sealed class Channel : IDisposable
{
    private readonly Socket _socket;
    private byte[] _received;
    private int _begin;
    private int _end;

    /// <summary>Takes a connected socket over.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="receiveBytes">Room for what has come; it doubles when a single message does not fit.</param>
    public Channel(Socket socket, int receiveBytes)
    {
        socket.NoDelay = true;
        socket.Blocking = false;
        _socket = socket;
        _received = new byte[receiveBytes];
        Descriptor = (int)socket.Handle;
    }

    /// <summary>The descriptor, to wait for.</summary>
    public int Descriptor { get; }

    /// <summary>What waits to be sent.</summary>
    public SendBuffer Output { get; } = new();

    /// <summary>What has come and was not taken yet.</summary>
    public ReadOnlySpan<byte> Received => _received.AsSpan(_begin, _end - _begin);

    /// <summary>The first bytes of what has come are taken.</summary>
    public void Take(int bytes)
    {
        _begin += bytes;
        if (_begin == _end)
            _begin = _end = 0;
    }

    /// <summary>Receives what has come, with one call of the system.</summary>
    /// <returns>False when the other side has closed the connection.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public bool Receive()
    {
        MakeRoom();
        int bytes = _socket.Receive(_received.AsSpan(_end), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return true;
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        _end += bytes;
        return bytes > 0;
    }

    /// <summary>Sends what waits, as far as the system takes it.</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public void Send()
    {
        while (!Output.IsEmpty)
        {
            int bytes = _socket.Send(Output.Waiting, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
                return;
            if (error != SocketError.Success)
                throw new SocketException((int)error);
            Output.Drop(bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void MakeRoom()
    {
        if (_end < _received.Length)
            return;
        byte[] target = _begin > 0 ? _received : new byte[2 * _received.Length];
        Buffer.BlockCopy(_received, _begin, target, 0, _end - _begin);
        (_received, _begin, _end) = (target, 0, _end - _begin);
    }
}
