using System.Text;
using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>The log's rules for messages, checked before anything is sent; the state machine checks them again.</summary>
public static class MessageRules
{
    /// <summary>The first rule that a message breaks, as a sentence; null when it breaks none.</summary>
    public static string? Violation(string room, string author, string text) =>
        Violation(room, Limits.RoomName, "room name")
        ?? Violation(author, Limits.AuthorName, "author")
        ?? Violation(text, Limits.MessageText, "text");

    private static string? Violation(string part, int longest, string name)
    {
        if (part.Length == 0)
            return $"the {name} is empty";
        return Encoding.UTF8.GetByteCount(part) > longest ? $"the {name} is longer than {longest} bytes" : null;
    }
}
