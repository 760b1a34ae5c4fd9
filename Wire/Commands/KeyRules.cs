namespace PaxosShard.Wire.Commands;

/// <summary>
/// What keys and values have to be like, and what is said of those that are not. The client checks it before anything is sent, the state machine checks it
/// again and says the same; there the sentences are part of the replicated state.
/// </summary>
public static class KeyRules
{
    /// <summary>No key is named.</summary>
    public const string KeyEmpty = "the key is empty";

    /// <summary>The key is longer than it may be.</summary>
    public static string KeyTooLong { get; } = $"the key is longer than {Limits.KeyName} bytes";

    /// <summary>The value, or what it would become, is longer than it may be.</summary>
    public static string ValueTooLong { get; } = $"the value is longer than {Limits.Value} bytes";

    /// <summary>The rule that a command breaks by itself, as a sentence; null when it breaks none.</summary>
    public static string? Violation(in KeyCommand command)
    {
        if (command.Key.IsEmpty)
            return KeyEmpty;
        if (command.Key.Length > Limits.KeyName)
            return KeyTooLong;
        return command.Value.Length > Limits.Value || command.Expected?.Length > Limits.Value ? ValueTooLong : null;
    }
}
