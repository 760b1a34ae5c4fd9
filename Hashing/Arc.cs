namespace PaxosShard.Hashing;

/// <summary>
/// One of the equal arcs into which the ring of 64-bit hashes is cut. A key or room belongs to the arc in which the hash of its name lies, for ever and
/// in every process; who serves an arc may change.
/// </summary>
/// <param name="Number">From 0 to <see cref="Count"/> - 1, along the ring.</param>
public readonly record struct Arc(int Number)
{
    /// <summary>How many there are.</summary>
    public const int Count = 1 << Bits;

    private const int Bits = 12;

    /// <summary>The lowest hash that lies in it.</summary>
    public ulong Start => (ulong)Number << (64 - Bits);

    /// <summary>The arc of a name: the top 12 bits of its hash.</summary>
    public static Arc Of(ReadOnlySpan<byte> name) => OfHash(StableHash64.Of(name));

    /// <summary>The arc in which a hash lies.</summary>
    public static Arc OfHash(ulong hash) => new((int)(hash >> (64 - Bits)));
}
