using System.Text.Unicode;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>What a message must be like to be sent. A rejection is final: it is stored like any result (rule 9).</summary>
internal static class SendRules
{
    /// <summary>The first rule that the message breaks, as a readable reason in UTF-8; null when it breaks none.</summary>
    public static byte[]? FindBroken(in SendMessageView send) =>
        FindBroken(send.Room.Span, MessagePart.Room.Longest, Reasons.RoomEmpty, Reasons.RoomTooLong, Reasons.RoomNotText)
        ?? FindBroken(send.Author.Span, MessagePart.Author.Longest, Reasons.AuthorEmpty, Reasons.AuthorTooLong, Reasons.AuthorNotText)
        ?? FindBroken(send.Text.Span, MessagePart.Text.Longest, Reasons.TextEmpty, Reasons.TextTooLong, Reasons.TextNotText);

    private static byte[]? FindBroken(ReadOnlySpan<byte> part, int maximum, byte[] empty, byte[] tooLong, byte[] notText)
    {
        if (part.IsEmpty)
            return empty;
        if (part.Length > maximum)
            return tooLong;
        return Utf8.IsValid(part) ? null : notText;
    }
}
