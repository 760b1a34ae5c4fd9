namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>One line of the input.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its line feed.</param>
internal sealed record InputLine(long Number, string Text);
