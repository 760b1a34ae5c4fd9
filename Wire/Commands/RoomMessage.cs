using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>One message of a room.</summary>
/// <param name="Number">Its number in the room, from 1 without gaps.</param>
/// <param name="Author">Who spoke.</param>
/// <param name="Timestamp">When: what the wall clock of the primary showed, milliseconds since 1970 UTC; it may be earlier than that of the message before.</param>
/// <param name="Text">What was said.</param>
/// <remarks>Layout: number (8), author (length in bytes (4), UTF-8), timestamp (8), text (length in bytes (4), UTF-8).</remarks>
public sealed record RoomMessage(long Number, string Author, long Timestamp, string Text)
{
    /// <summary>Bytes of a message whose author and text are empty.</summary>
    internal const int SmallestSize = sizeof(long) + sizeof(int) + sizeof(long) + sizeof(int);

    /// <summary>Bytes of the longest message.</summary>
    internal const int LargestSize = SmallestSize + Limits.AuthorName + Limits.MessageText;

    /// <summary>Reads one.</summary>
    /// <param name="reader">The input.</param>
    /// <param name="author">The author of the message before; becomes that of this one.</param>
    internal static RoomMessage Read(ref WireReader reader, ref RepeatedName author) => new(
        reader.ReadNumber(),
        reader.ReadName(Limits.AuthorName, ref author),
        reader.ReadInt64(),
        reader.ReadString(Limits.MessageText));

    internal void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Number);
        writer.WriteString(Author);
        writer.WriteInt64(Timestamp);
        writer.WriteString(Text);
    }

    internal int EncodedSize() =>
        sizeof(long) + WireWriter.SizeOf(Author) + sizeof(long) + WireWriter.SizeOf(Text);
}
