using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Appends a message to a room. Its result is a <see cref="SendMessageResult"/>. The rules for names and texts (not empty,
/// not too long) are the state machine's: <see cref="Encode"/> does not check them.
/// </summary>
/// <param name="Room">Name of the room; a room exists from its first message on.</param>
/// <param name="Author">Who speaks.</param>
/// <param name="Text">What is said.</param>
/// <remarks>Layout: kind (1 byte), room, author, text (each: length in bytes (4), UTF-8).</remarks>
public sealed record SendMessageCommand(string Room, string Author, string Text)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one, or a text is longer than <see cref="Limits"/> says.</exception>
    public static SendMessageCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.SendMessage);
        SendMessageCommand command = new(
            reader.ReadString(Limits.RoomName),
            reader.ReadString(Limits.AuthorName),
            reader.ReadString(Limits.MessageText));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[SizeOf(Room, Author, Text)];
        Write(bytes, Room, Author, Text);
        return bytes;
    }

    /// <summary>Bytes of a whole command.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16.</exception>
    public static int SizeOf(string room, string author, string text) => 1 + WireWriter.SizeOf(room) + WireWriter.SizeOf(author) + WireWriter.SizeOf(text);

    /// <summary>Writes what <see cref="Encode"/> gives, without a command for it.</summary>
    /// <param name="destination">A place of <see cref="SizeOf"/> bytes.</param>
    /// <param name="room">Name of the room.</param>
    /// <param name="author">Who speaks.</param>
    /// <param name="text">What is said.</param>
    public static void Write(Span<byte> destination, string room, string author, string text)
    {
        WireWriter writer = new(destination);
        writer.WriteByte((byte)CommandKind.SendMessage);
        writer.WriteString(room);
        writer.WriteString(author);
        writer.WriteString(text);
    }
}
