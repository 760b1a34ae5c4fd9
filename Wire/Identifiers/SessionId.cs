namespace PaxosShard.Wire.Identifiers;

/// <summary>A client's identity: 128 bits that it draws itself at random. Nothing has to be opened (rule 9).</summary>
/// <param name="Number">
/// The bits; 0 is "no session": reads have none. The upper 32 of them say whether the session is ordered, so that whoever meets it anywhere knows by which rules it goes: one that is not has any others.
/// </param>
public readonly record struct SessionId(UInt128 Number)
{
    /// <summary>Bytes of it wherever it is written.</summary>
    public const int Bytes = 16;

    private const int MarkAt = 96;

    // "ORDR"
    private const uint Mark = 0x4F524452;

    /// <summary>No session.</summary>
    public static readonly SessionId None = new(0);

    /// <summary>Its numbers are one line over all groups, and its operations take effect in their order (ordered rule M1).</summary>
    public bool IsOrdered => (uint)(Number >> MarkAt) == Mark;

    /// <summary>An ordered session with the same lower 96 bits.</summary>
    public SessionId AsOrdered() => new((Number & ((UInt128.One << MarkAt) - 1)) | ((UInt128)Mark << MarkAt));

    /// <summary>This session, or, if chance has made it an ordered one, another one that is not.</summary>
    public SessionId AsPlain() => IsOrdered ? new(~Number) : this;

    /// <inheritdoc/>
    public override string ToString() => $"session {Number:x32}";
}
