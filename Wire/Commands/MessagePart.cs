namespace PaxosShard.Wire.Commands;

/// <summary>
/// A part of a message that somebody writes: how long it may be, and what is said of one that breaks a rule. The client checks the rules before
/// anything is sent, the state machine checks them again and says the same; there the sentences are part of the replicated state.
/// </summary>
/// <param name="Name">What it is called in a sentence.</param>
/// <param name="Longest">Most bytes of UTF-8 that it may have.</param>
public sealed record MessagePart(string Name, int Longest)
{
    /// <summary>Where it is said.</summary>
    public static MessagePart Room { get; } = new("room name", Limits.RoomName);

    /// <summary>Who says it.</summary>
    public static MessagePart Author { get; } = new("author", Limits.AuthorName);

    /// <summary>What is said.</summary>
    public static MessagePart Text { get; } = new("text", Limits.MessageText);

    /// <summary>Nothing is there.</summary>
    public string Empty => $"the {Name} is empty";

    /// <summary>It is longer than it may be.</summary>
    public string TooLong => $"the {Name} is longer than {Longest} bytes";

    /// <summary>Its bytes are no text.</summary>
    public string NotText => $"the {Name} is not valid UTF-8";
}
