namespace PaxosShard.ChatClient.App.Delays;

/// <summary>
/// Bytes on their way in one direction of a slow connection: each leaves so long after it came, and all in the order in which they came. Holds no more than it has space for, so that whoever sends faster has to wait. Pure; not safe
/// from several threads.
/// </summary>
/// <param name="delay">How long each byte is held back; in the units of <see cref="TimeSpan"/>, whatever clock the times below are of.</param>
/// <param name="mostBytes">Most bytes that are held.</param>
/// <param name="mostPieces">Most pieces in which they are held.</param>
internal sealed class DelayLine(TimeSpan delay, int mostBytes, int mostPieces)
{
    private readonly Queue<(TimeSpan Due, byte[] Bytes)> _pieces = new();
    private int _bytes;
    private bool _isClosed;

    /// <summary>How many bytes more it takes now; 0 when it is full, or closed.</summary>
    public int Space => _isClosed || _pieces.Count >= mostPieces ? 0 : mostBytes - _bytes;

    /// <summary>When the first piece leaves; null when nothing is held.</summary>
    public TimeSpan? Due => _pieces.TryPeek(out (TimeSpan Due, byte[] Bytes) first) ? first.Due : null;

    /// <summary>Takes bytes in.</summary>
    /// <param name="bytes">At least one, and no more than there is <see cref="Space"/> for.</param>
    /// <param name="now">The present.</param>
    /// <returns>When they leave.</returns>
    /// <exception cref="InvalidOperationException">There is no space for them.</exception>
    public TimeSpan Add(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (bytes.IsEmpty || bytes.Length > Space)
            throw new InvalidOperationException($"{bytes.Length} bytes for a space of {Space}");
        _bytes += bytes.Length;
        return Enqueue(bytes.ToArray(), now);
    }

    /// <summary>Nothing comes any more: the end is a piece without bytes, which leaves behind all others.</summary>
    /// <param name="now">The present.</param>
    /// <returns>When the end leaves.</returns>
    public TimeSpan Close(TimeSpan now)
    {
        _isClosed = true;
        return Enqueue([], now);
    }

    /// <summary>Takes the first piece out if it is due.</summary>
    /// <param name="now">The present.</param>
    /// <returns>The piece, empty for the end; null when none is due.</returns>
    public byte[]? TakeDue(TimeSpan now)
    {
        if (Due is not { } due || due > now)
            return null;
        byte[] bytes = _pieces.Dequeue().Bytes;
        _bytes -= bytes.Length;
        return bytes;
    }

    private TimeSpan Enqueue(byte[] bytes, TimeSpan now)
    {
        _pieces.Enqueue((now + delay, bytes));
        return now + delay;
    }
}
