namespace PaxosShard.Wire.Identifiers;

/// <summary>A client's identity: 128 random bits that it draws itself. Nothing has to be opened (rule 9).</summary>
/// <param name="Number">The bits; 0 is "no session": reads have none.</param>
public readonly record struct SessionId(UInt128 Number)
{
    /// <summary>Bytes of it wherever it is written.</summary>
    public const int Bytes = 16;

    /// <summary>No session.</summary>
    public static readonly SessionId None = new(0);

    /// <inheritdoc/>
    public override string ToString() => $"session {Number:x32}";
}
