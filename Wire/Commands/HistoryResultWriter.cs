using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Builds an encoded <see cref="HistoryResult"/> from bytes of UTF-8 as the state machine keeps them, without making
/// strings. Bounded: <see cref="TryAdd"/> refuses what would pass the limit.
/// </summary>
public sealed class HistoryResultWriter : IDisposable
{
    private readonly int _maximumBytes;
    private readonly ArrayPoolBufferWriter<byte> _messages = new();

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
    public int ByteCount => HistoryResult.HeaderSize + _messages.WrittenCount;

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
        int size = RoomMessage.SmallestSize + author.Length + text.Length;
        if (ByteCount + size > _maximumBytes)
            return false;
        WireWriter writer = new(_messages.GetSpan(size));
        writer.WriteInt64(number);
        writer.WriteBytes(author);
        writer.WriteInt64(timestamp);
        writer.WriteBytes(text);
        _messages.Advance(size);
        Count++;
        return true;
    }

    /// <summary>The encoded result with everything taken so far.</summary>
    /// <param name="first">As in <see cref="HistoryResult"/>.</param>
    /// <param name="last">As in <see cref="HistoryResult"/>.</param>
    public byte[] Build(long first, long last)
    {
        byte[] result = GC.AllocateUninitializedArray<byte>(ByteCount);
        WireWriter writer = new(result);
        writer.WriteInt64(first);
        writer.WriteInt64(last);
        writer.WriteInt32(Count);
        _messages.WrittenSpan.CopyTo(result.AsSpan(HistoryResult.HeaderSize));
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _messages.Dispose();
}
