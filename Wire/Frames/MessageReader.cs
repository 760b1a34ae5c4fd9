using System.Buffers;
using System.IO.Pipelines;

namespace PaxosShard.Wire;

/// <summary>
/// Reads messages from a pipe. It keeps what it was given until everything whole in it is read, so a loop awaits once and
/// then drains with <see cref="TryRead"/>. What the pipe has to buffer is bounded by the frame limit. One loop uses it.
/// </summary>
/// <param name="pipe">Where the bytes come from; completed by its owner, not here.</param>
/// <param name="frames">The limits of the connection; raised by its owner after the hello.</param>
public sealed class MessageReader(PipeReader pipe, FrameReader frames)
{
    // Between a read and the AdvanceTo that gives it back; default otherwise.
    private ReadOnlySequence<byte> _unread;
    private bool _holdsBuffer;

    /// <summary>The limits of the connection.</summary>
    public FrameReader Frames => frames;

    /// <summary>Waits for the next message; null when the other side ended the connection between two frames.</summary>
    /// <exception cref="WireFormatException">What arrives is not a frame, or the connection ended within one.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; nothing is lost.</exception>
    public async ValueTask<FrameContent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTakeHeld(out FrameContent message))
                return message;
            ReadResult result = await pipe.ReadAsync(cancellationToken);
            long arrived = result.Buffer.Length;
            Hold(result.Buffer);
            if (TryTakeHeld(out message))
                return message;
            if (result.IsCanceled)
                throw new OperationCanceledException(cancellationToken);
            if (!result.IsCompleted)
                continue;
            if (arrived > 0)
                throw new WireFormatException($"the connection ended within a frame, after {arrived} bytes of it");
            return null;
        }
    }

    /// <summary>Takes the next message if all of it is here; false when that has to be awaited (also at the end).</summary>
    /// <exception cref="WireFormatException">What arrived is not a frame.</exception>
    public bool TryRead(out FrameContent message)
    {
        if (TryTakeHeld(out message))
            return true;
        if (!pipe.TryRead(out ReadResult result))
            return false;
        Hold(result.Buffer);
        return TryTakeHeld(out message);
    }

    private void Hold(ReadOnlySequence<byte> buffer)
    {
        _unread = buffer;
        _holdsBuffer = true;
    }

    // Gives the buffer back when nothing whole is left in it; it is not looked at after that.
    private bool TryTakeHeld(out FrameContent message)
    {
        message = default;
        if (!_holdsBuffer)
            return false;
        if (frames.TryRead(ref _unread, out message))
            return true;
        pipe.AdvanceTo(_unread.Start, _unread.End);
        _unread = default;
        _holdsBuffer = false;
        return false;
    }
}
