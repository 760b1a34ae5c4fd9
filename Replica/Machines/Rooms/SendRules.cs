using System.Text.Unicode;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>What a message must be like to be sent. A rejection is final: it is stored like any result (rule 9).</summary>
internal static class SendRules
{
    /// <summary>The first rule that the message breaks, as a readable reason in UTF-8; null when it breaks none.</summary>
    public static byte[]? FindBroken(in SendMessageView send) =>
        FindBrokenByRoom(send.Room) ?? FindBrokenByAuthor(send.Author) ?? FindBrokenByText(send.Text);

    /// <summary>The first rule that the name of a room breaks; null when it breaks none.</summary>
    public static byte[]? FindBrokenByRoom(ReadOnlySpan<byte> name) =>
        FindBroken(name, MessagePart.Room.Longest, Reasons.RoomEmpty, Reasons.RoomTooLong, Reasons.RoomNotText);

    /// <summary>The first rule that the author of a message breaks; null when it breaks none.</summary>
    public static byte[]? FindBrokenByAuthor(ReadOnlySpan<byte> author) =>
        FindBroken(author, MessagePart.Author.Longest, Reasons.AuthorEmpty, Reasons.AuthorTooLong, Reasons.AuthorNotText);

    /// <summary>The first rule that the text of a message breaks; null when it breaks none.</summary>
    public static byte[]? FindBrokenByText(ReadOnlySpan<byte> text) =>
        FindBroken(text, MessagePart.Text.Longest, Reasons.TextEmpty, Reasons.TextTooLong, Reasons.TextNotText);

    private static byte[]? FindBroken(ReadOnlySpan<byte> part, int maximum, byte[] empty, byte[] tooLong, byte[] notText)
    {
        if (part.IsEmpty)
            return empty;
        if (part.Length > maximum)
            return tooLong;
        return Utf8.IsValid(part) ? null : notText;
    }
}
