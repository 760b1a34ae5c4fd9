using System.Buffers;
using System.Net.Sockets;
using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Wire.Connections;

/// <summary>
/// What waits to be sent on one connection. Frames are gathered while an earlier send is under way, so that a busy
/// connection costs one system call for many frames. Bounded in bytes: above the bound the connection is closed. Nobody who appends or
/// flushes ever waits for the socket: what it does not take at once goes on beside. Any thread, but for flushes
/// of a connection whose <see cref="ISocketStream"/> belongs to one thread: they are for that one.
/// </summary>
/// <param name="connection">The connection.</param>
public sealed class SendQueue(Connection connection) : IDisposable
{
    private readonly Lock _gate = new();
    private ArrayPoolBufferWriter<byte> _filling = new();
    private ArrayPoolBufferWriter<byte> _sending = new();
    private bool _isSending;
    private bool _isDisposed;
    private long _bytes;
    private long _taken;
    private TaskCompletionSource? _drained;

    /// <summary>Most bytes that may wait; one more closes the connection. Raised after the hello.</summary>
    public int ByteLimit { get; set; } = Limits.FrameBeforeHello;

    /// <summary>Largest buffer that is kept for the next send; a larger one goes back to the pool. Raised after the hello.</summary>
    public int KeptBytes { get; set; } = 4096;

    /// <summary>The rest of a send that the socket did not take at once; awaited when the connection ends.</summary>
    public Task Rest { get; private set; } = Task.CompletedTask;

    /// <summary>Bytes that were appended and not yet taken by the socket.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Whether a send is under way, and how many bytes the socket has taken since the beginning: when that stands still, the other side reads nothing.</summary>
    public (bool IsSending, long Taken) Progress
    {
        get
        {
            lock (_gate)
                return (_isSending, _taken);
        }
    }

    /// <summary>Adds a whole frame; false when it would pass the limit, and the connection is then closed, or when it was closed before.</summary>
    public bool Append(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return false;
            if (_bytes + frame.Length <= ByteLimit)
            {
                _filling.Write(frame);
                _bytes += frame.Length;
                return true;
            }
        }

        return Overflow();
    }

    /// <summary>Adds the frame of a message, which is encoded in its place; otherwise like the other one.</summary>
    /// <param name="content">The message.</param>
    /// <param name="group">The group of the connection.</param>
    /// <exception cref="ArgumentException">The message cannot be a frame; see <see cref="FrameWriter.Write"/>.</exception>
    public bool Append(in FrameContent content, GroupId group)
    {
        int size = FrameWriter.SizeOf(in content);
        lock (_gate)
        {
            if (_isDisposed)
                return false;
            if (_bytes + size <= ByteLimit)
            {
                FrameWriter.Write(_filling, in content, group);
                _bytes += size;
                return true;
            }
        }

        return Overflow();
    }

    /// <summary>Sends what was appended, unless an earlier send is still under way, which then takes it along.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (!CanBegin())
                return;
            Swap();
        }

        SendAll();
    }

    /// <summary>Waits until no more than <paramref name="bytes"/> wait to be sent.</summary>
    /// <exception cref="OperationCanceledException">The connection was closed.</exception>
    public async ValueTask WaitForRoomAsync(int bytes)
    {
        while (Bytes > bytes)
        {
            Task drained;
            lock (_gate)
            {
                if (_bytes <= bytes)
                    return;
                _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                drained = _drained.Task;
            }

            await drained.WaitAsync(connection.Closed);
        }
    }

    /// <summary>
    /// Gives the buffers back; to be called once the connection is closed. One that a send is still reading from is left to the collector, so
    /// that nobody else writes into it meanwhile.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _filling.Dispose();
            if (!_isSending)
                _sending.Dispose();
        }
    }

    private bool Overflow()
    {
        connection.Close($"more than {ByteLimit} bytes wait to be sent to it");
        return false;
    }

    private bool CanBegin() => !_isSending && !_isDisposed && _filling.WrittenCount > 0;

    private void SendAll()
    {
        try
        {
            do
            {
                ReadOnlyMemory<byte> bytes = _sending.WrittenMemory;
                int sent = connection.Socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
                if (error is not (SocketError.Success or SocketError.WouldBlock))
                    throw new SocketException((int)error);
                NoteTaken(sent);
                if (sent < bytes.Length)
                {
                    Rest = FinishAsync(bytes[sent..]);
                    return;
                }
            }
            while (GoOn());
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            connection.Close(failure);
        }
    }

    private async Task FinishAsync(ReadOnlyMemory<byte> rest)
    {
        try
        {
            do
            {
                while (!rest.IsEmpty)
                {
                    int sent = await connection.Stream.SendAsync(rest, connection.Closed);
                    NoteTaken(sent);
                    rest = rest[sent..];
                }

                rest = GoOn() ? _sending.WrittenMemory : default;
            }
            while (!rest.IsEmpty);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            connection.Close(failure);
        }
    }

    private void NoteTaken(int sent)
    {
        lock (_gate)
        {
            _bytes -= sent;
            _taken += sent;
        }
    }

    /// <summary>A buffer was sent; true when there is another one to send.</summary>
    private bool GoOn()
    {
        TaskCompletionSource? drained;
        bool more;
        lock (_gate)
        {
            more = !_isDisposed && _filling.WrittenCount > 0;
            if (more)
                Swap();
            else
                _isSending = false;
            (drained, _drained) = (_drained, null);
        }

        drained?.TrySetResult();
        return more;
    }

    private void Swap()
    {
        (_filling, _sending) = (_sending, _filling);
        if (_filling.Capacity > KeptBytes)
        {
            _filling.Dispose();
            _filling = new ArrayPoolBufferWriter<byte>();
        }

        _filling.Clear();
        _isSending = true;
    }
}
