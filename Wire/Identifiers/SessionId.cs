namespace PaxosShard.Wire.Identifiers;

/// <summary>A client's identity in a group's log. Numbers grow and come from the log (rule 9).</summary>
/// <param name="Number">1 or more; 0 is "no session": reads, and the request that opens one.</param>
public readonly record struct SessionId(long Number)
{
    /// <summary>No session.</summary>
    public static readonly SessionId None = new(0);

    /// <inheritdoc/>
    public override string ToString() => $"session {Number}";
}
