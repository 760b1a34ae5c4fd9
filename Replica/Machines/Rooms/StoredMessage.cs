using System.Buffers.Binary;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>A message as a room keeps it. Author and text are slices of where it stands, valid until that changes.</summary>
/// <remarks>Layout where it stands: wall-clock time (8), log time (8), lengths of author (12 bits) and text (20 bits), author, text; little-endian.</remarks>
/// <param name="wall">As for <see cref="Wall"/>.</param>
/// <param name="logTime">As for <see cref="LogTime"/>.</param>
/// <param name="author">As for <see cref="Author"/>.</param>
/// <param name="text">As for <see cref="Text"/>.</param>
internal readonly ref struct StoredMessage(long wall, long logTime, ReadOnlySpan<byte> author, ReadOnlySpan<byte> text)
{
    private const int HeaderSize = (2 * sizeof(long)) + sizeof(uint);
    private const int AuthorBits = 12;

    /// <summary>Wall-clock time of the entry that brought it, milliseconds since 1970 UTC; it may be earlier than that of the message before.</summary>
    public long Wall { get; } = wall;

    /// <summary>Log time at the slot that brought it, milliseconds since 1970 UTC; never earlier than that of the message before.</summary>
    public long LogTime { get; } = logTime;

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Author { get; } = author;

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Bytes that it takes where it stands.</summary>
    public int Size => HeaderSize + Author.Length + Text.Length;

    /// <summary>Reads the message with which these bytes begin.</summary>
    public static StoredMessage ReadFrom(ReadOnlySpan<byte> bytes)
    {
        uint lengths = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(2 * sizeof(long))..]);
        int author = (int)(lengths & ((1 << AuthorBits) - 1));
        int text = (int)(lengths >> AuthorBits);
        return new StoredMessage(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]),
            bytes.Slice(HeaderSize, author),
            bytes.Slice(HeaderSize + author, text));
    }

    /// <summary>Writes it to the beginning of these bytes.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Wall);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(long)..], LogTime);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(2 * sizeof(long))..], (uint)Author.Length | ((uint)Text.Length << AuthorBits));
        Author.CopyTo(bytes[HeaderSize..]);
        Text.CopyTo(bytes[(HeaderSize + Author.Length)..]);
    }
}
