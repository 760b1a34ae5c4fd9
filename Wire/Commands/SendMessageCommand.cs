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
        byte[] bytes = new byte[1 + WireWriter.SizeOf(Room) + WireWriter.SizeOf(Author) + WireWriter.SizeOf(Text)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.SendMessage);
        writer.WriteString(Room);
        writer.WriteString(Author);
        writer.WriteString(Text);
        return bytes;
    }
}
