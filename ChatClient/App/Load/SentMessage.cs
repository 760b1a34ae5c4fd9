namespace PaxosShard.ChatClient.App.Load;

/// <summary>A message of a load, and what its sender was told of it.</summary>
/// <param name="Text">Its text; no other message has it.</param>
/// <param name="Outcome">What the sender was told.</param>
/// <param name="Number">Its number in the room, when it was acknowledged.</param>
internal sealed record SentMessage(string Text, SentOutcome Outcome, long Number);

/// <summary>What a sender was told.</summary>
internal enum SentOutcome
{
    /// <summary>It is committed.</summary>
    Acknowledged,

    /// <summary>It was certainly not applied.</summary>
    NotApplied,

    /// <summary>Nobody knows.</summary>
    Unknown,
}
