namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>A line about a job that is waited for.</summary>
/// <param name="Text">The line.</param>
/// <param name="IsPassing">The next line takes its place, where lines can be rewritten.</param>
/// <param name="IsDue">It is worth a line of its own where they cannot.</param>
internal readonly record struct ProgressLine(string Text, bool IsPassing, bool IsDue);
