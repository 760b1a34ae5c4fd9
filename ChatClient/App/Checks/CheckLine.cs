namespace PaxosShard.ChatClient.App.Checks;

/// <summary>What one check has found.</summary>
/// <param name="What">What was looked at: <c>shard-1</c>.</param>
/// <param name="IsWell">Nothing is wrong with it.</param>
/// <param name="Text">What was found.</param>
internal readonly record struct CheckLine(string What, bool IsWell, string Text)
{
    /// <summary>It could not be looked at, because nobody answers: not well, and no fault either.</summary>
    public bool IsUnanswered { get; init; }
}
