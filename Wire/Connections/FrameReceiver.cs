using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.Wire.Frames;

namespace PaxosShard.Wire.Connections;

/// <summary>
/// Reads frames from one connection through one contiguous buffer. The buffer grows with what has really arrived, never
/// with what a length says, and falls back to its usual size after a large frame. One loop uses it and, when it has ended, gives the buffer back.
/// </summary>
/// <param name="stream">How one waits for the socket.</param>
/// <param name="frames">The limits of the connection.</param>
public sealed class FrameReceiver(ISocketStream stream, FrameReader frames) : IDisposable
{
    private const int SmallestBuffer = 4 * 1024;

    private MemoryOwner<byte> _buffer = MemoryOwner<byte>.Allocate(SmallestBuffer);
    private int _start;
    private int _end;
    private bool _wasFilled;
    private long _count;

    /// <summary>The limits of the connection; raised after the hello.</summary>
    public FrameReader Frames => frames;

    /// <summary>Size the buffer may have just to read ahead, in bytes; raised after the hello.</summary>
    public int ReadAheadBytes { get; set; } = SmallestBuffer;

    /// <summary>Whole frames that were read so far. Any thread.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Bytes of a frame that has not arrived whole. From another thread a guess.</summary>
    public int PartialBytes => _end - _start;

    /// <summary>Waits for more bytes; false at the end of the stream.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed here.</exception>
    /// <exception cref="WireFormatException">It ended within a frame.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; nothing is lost.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        int received = await stream.ReceiveAsync(_buffer.Memory[_end..], cancellationToken);
        if (received == 0 && _end > _start)
            throw new WireFormatException($"the connection ended within a frame, after {_end - _start} bytes of it");
        _end += received;
        _wasFilled = _end == _buffer.Length;
        return received > 0;
    }

    /// <summary>Takes the next message if all of it is here.</summary>
    /// <param name="content">The message, which owns its memory.</param>
    /// <param name="size">Bytes of its frame.</param>
    /// <exception cref="WireFormatException">What arrived is not a frame.</exception>
    public bool TryRead(out FrameContent content, out int size)
    {
        ReadOnlySpan<byte> input = _buffer.Span[_start.._end];
        bool isWhole = frames.TryRead(ref input, out content);
        size = (_end - _start) - input.Length;
        _start += size;
        if (isWhole)
            Volatile.Write(ref _count, _count + 1);
        return isWhole;
    }

    /// <summary>Waits for the next message; null when the other side ended the connection between two frames. For hellos: traffic is drained with <see cref="TryRead"/>.</summary>
    /// <exception cref="WireFormatException">What arrives is not a frame, or the connection ended within one.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed here.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; nothing is lost.</exception>
    public async ValueTask<FrameContent?> ReadAsync(CancellationToken cancellationToken)
    {
        FrameContent content;
        while (!TryRead(out content, out _))
        {
            if (!await FillAsync(cancellationToken))
                return null;
        }

        return content;
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    private void MakeRoom()
    {
        int partial = _end - _start;
        int wanted = _buffer.Length;
        if (partial > _buffer.Length / 2)
            wanted = Math.Min(_buffer.Length * 2, frames.MaximumLength + SmallestBuffer);
        else if (_wasFilled && _buffer.Length < ReadAheadBytes)
            wanted = _buffer.Length * 2;
        else if (_buffer.Length > ReadAheadBytes && partial <= ReadAheadBytes / 2)
            wanted = ReadAheadBytes;
        if (wanted != _buffer.Length)
            MoveTo(MemoryOwner<byte>.Allocate(wanted));
        else if (_start > 0)
            _buffer.Span[_start.._end].CopyTo(_buffer.Span);
        _start = 0;
        _end = partial;
    }

    private void MoveTo(MemoryOwner<byte> other)
    {
        _buffer.Span[_start.._end].CopyTo(other.Span);
        _buffer.Dispose();
        _buffer = other;
    }
}
