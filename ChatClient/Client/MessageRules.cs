using System.Text;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Client;

/// <summary>The log's rules for messages, checked before anything is sent; the state machine checks them again.</summary>
public static class MessageRules
{
    /// <summary>The first rule that a message breaks, as a sentence; null when it breaks none.</summary>
    public static string? Violation(string room, string author, string text) =>
        Violation(MessagePart.Room, room) ?? Violation(MessagePart.Author, author) ?? Violation(MessagePart.Text, text);

    private static string? Violation(MessagePart part, string value)
    {
        if (value.Length == 0)
            return part.Empty;
        return Encoding.UTF8.GetByteCount(value) > part.Longest ? part.TooLong : null;
    }
}
