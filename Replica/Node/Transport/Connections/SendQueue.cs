using System.Buffers;
using System.Net.Sockets;
using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// What waits to be sent on one connection. Frames are gathered while an earlier send is under way, so that a busy
/// connection costs one system call for many frames. Bounded in bytes: above the bound the connection is closed. The
/// driver's thread appends and flushes; what the socket does not take at once goes on beside it.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="clock">Says since when a send makes no progress.</param>
internal sealed class SendQueue(Connection connection, RunningClock clock) : IDisposable
{
    private readonly Lock _gate = new();
    private ArrayPoolBufferWriter<byte> _filling = new();
    private ArrayPoolBufferWriter<byte> _sending = new();
    private bool _isSending;
    private bool _isDisposed;
    private long _sendingSince;
    private long _bytes;
    private TaskCompletionSource? _drained;

    /// <summary>Most bytes that may wait; one more closes the connection. Raised after the hello.</summary>
    public int ByteLimit { get; set; } = Limits.FrameBeforeHello;

    /// <summary>Largest buffer that is kept for the next send; a larger one goes back to the pool. Raised after the hello.</summary>
    public int KeptBytes { get; set; } = 4096;

    /// <summary>The rest of a send that the socket did not take at once; awaited when the connection ends.</summary>
    public Task Rest { get; private set; } = Task.CompletedTask;

    /// <summary>Bytes that were appended and not yet taken by the socket.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

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

        connection.Close($"more than {ByteLimit} bytes wait to be sent to it");
        return false;
    }

    /// <summary>Sends what was appended, unless an earlier send is still under way, which then takes it along.</summary>
    public void Flush()
    {
        if (!TryBegin())
            return;
        try
        {
            int sent;
            do
            {
                ReadOnlyMemory<byte> bytes = _sending.WrittenMemory;
                sent = connection.Socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
                if (error is not (SocketError.Success or SocketError.WouldBlock))
                    throw new SocketException((int)error);
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
            connection.Close(CloseReasons.Describe(failure));
        }
    }

    /// <summary>Waits until no more than <paramref name="bytes"/> wait to be sent.</summary>
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

    /// <summary>How long the send under way has made no progress, in milliseconds; 0 when there is none.</summary>
    /// <param name="now">The moment, by the clock.</param>
    public long StuckMilliseconds(long now)
    {
        lock (_gate)
            return _isSending ? now - _sendingSince : 0;
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

    private async Task FinishAsync(ReadOnlyMemory<byte> rest)
    {
        try
        {
            do
            {
                while (!rest.IsEmpty)
                {
                    rest = rest[await connection.Socket.SendAsync(rest, SocketFlags.None)..];
                    NoteProgress();
                }

                rest = GoOn() ? _sending.WrittenMemory : default;
            }
            while (!rest.IsEmpty);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            connection.Close(CloseReasons.Describe(failure));
        }
    }

    private void NoteProgress()
    {
        lock (_gate)
            _sendingSince = clock.Now;
    }

    private bool TryBegin()
    {
        lock (_gate)
        {
            if (_isSending || _isDisposed || _filling.WrittenCount == 0)
                return false;
            Swap();
            return true;
        }
    }

    /// <summary>Notes that a buffer was sent; true when there is another one to send.</summary>
    private bool GoOn()
    {
        TaskCompletionSource? drained;
        bool more;
        lock (_gate)
        {
            _bytes -= _sending.WrittenCount;
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
        _sendingSince = clock.Now;
    }
}
