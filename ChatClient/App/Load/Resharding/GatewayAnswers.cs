namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>What a gateway's answers say of the line before them.</summary>
internal static class GatewayAnswers
{
    /// <summary>Whether the line took effect, or still will, is not known.</summary>
    /// <param name="answer">The answer; null when the connection was lost before it came.</param>
    public static bool IsUnknown(string? answer) => answer is null || answer.StartsWith("Fail | unknown", StringComparison.Ordinal);

    /// <summary>The line took no effect and never will: it may be sent again.</summary>
    public static bool IsNotApplied(string answer) =>
        answer.StartsWith("Fail | busy", StringComparison.Ordinal) || answer.StartsWith("Fail | not applied", StringComparison.Ordinal);
}
