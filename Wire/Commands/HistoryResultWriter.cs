using System.Buffers.Binary;

namespace PaxosShard.Wire;

/// <summary>
/// Builds an encoded <see cref="HistoryResult"/> from bytes of UTF-8 as the state machine keeps them, without making
/// strings. Bounded: <see cref="TryAdd"/> refuses what would pass the limit.
/// </summary>
public sealed class HistoryResultWriter
{
    private readonly int _maximumBytes;
    private byte[] _buffer = new byte[1024];

    /// <summary>Starts a result.</summary>
    /// <param name="maximumBytes">Most bytes of the whole result: at least as many as one message of the largest size needs, at most <see cref="Limits.Result"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is out of its range.</exception>
    public HistoryResultWriter(int maximumBytes = Limits.Result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBytes, HistoryResult.HeaderSize + RoomMessage.LargestSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumBytes, Limits.Result);
        _maximumBytes = maximumBytes;
    }

    /// <summary>Messages so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes the result would have now.</summary>
    public int ByteCount { get; private set; } = HistoryResult.HeaderSize;

    /// <summary>Takes one more message; false, and nothing taken, when the limit would be passed. The first one always fits.</summary>
    /// <param name="number">The message's number in its room.</param>
    /// <param name="author">Who spoke, in UTF-8, at most <see cref="Limits.AuthorName"/> bytes.</param>
    /// <param name="timestamp">When, milliseconds since 1970 UTC.</param>
    /// <param name="text">What was said, in UTF-8, at most <see cref="Limits.MessageText"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Author or text is longer than a message may have it.</exception>
    public bool TryAdd(long number, ReadOnlySpan<byte> author, long timestamp, ReadOnlySpan<byte> text)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(author.Length, Limits.AuthorName, nameof(author));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, Limits.MessageText, nameof(text));
        int end = ByteCount + RoomMessage.SmallestSize + author.Length + text.Length;
        if (end > _maximumBytes)
            return false;
        if (_buffer.Length < end)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, end));
        WireWriter writer = new(_buffer.AsSpan(ByteCount));
        writer.WriteInt64(number);
        writer.WriteBytes(author);
        writer.WriteInt64(timestamp);
        writer.WriteBytes(text);
        ByteCount = end;
        Count++;
        return true;
    }

    /// <summary>The encoded result with everything taken so far.</summary>
    /// <param name="first">As in <see cref="HistoryResult"/>.</param>
    /// <param name="last">As in <see cref="HistoryResult"/>.</param>
    public byte[] Build(long first, long last)
    {
        BinaryPrimitives.WriteInt64BigEndian(_buffer, first);
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(sizeof(long)), last);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(2 * sizeof(long)), Count);
        return _buffer.AsSpan(0, ByteCount).ToArray();
    }
}
