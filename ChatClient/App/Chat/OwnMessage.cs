namespace PaxosShard.ChatClient.App.Chat;

/// <summary>A message of this user whose fate is not shown yet.</summary>
/// <param name="Id">Which.</param>
/// <param name="Room">Where it was said.</param>
/// <param name="Nick">Under which name.</param>
/// <param name="Text">What.</param>
internal sealed record OwnMessage(long Id, string Room, string Nick, string Text)
{
    /// <summary>Its number, once the group has said it; null before.</summary>
    public long? Number { get; init; }

    /// <summary>The number under which it was printed before the group said it; null when it was not.</summary>
    public long? PrintedAs { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; init; }
}
