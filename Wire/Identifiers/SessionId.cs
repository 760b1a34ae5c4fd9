namespace PaxosShard.Wire.Identifiers;

/// <summary>A client's identity: 128 bits that it draws itself, all random but the highest. Nothing has to be opened (rule 9).</summary>
/// <param name="Number">The bits; 0 is "no session": reads have none. The highest one says whether the session is ordered, so that whoever meets it anywhere knows by which rules it goes.</param>
public readonly record struct SessionId(UInt128 Number)
{
    /// <summary>Bytes of it wherever it is written.</summary>
    public const int Bytes = 16;

    private static readonly UInt128 _orderedBit = UInt128.One << 127;

    /// <summary>No session.</summary>
    public static readonly SessionId None = new(0);

    /// <summary>Its numbers are one line over all groups, and its operations take effect in their order (ordered rule M1).</summary>
    public bool IsOrdered => (Number & _orderedBit) != 0;

    /// <summary>The same bits as an ordered session.</summary>
    public SessionId AsOrdered() => new(Number | _orderedBit);

    /// <summary>The same bits as a session that is not ordered.</summary>
    public SessionId AsPlain() => new(Number & ~_orderedBit);

    /// <inheritdoc/>
    public override string ToString() => $"session {Number:x32}";
}
