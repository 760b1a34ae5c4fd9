using System.Buffers.Binary;
using System.IO.Hashing;

namespace PaxosShard.Hashing;

/// <summary>
/// The stable hash of the house: XXH3 with 64 bits, the same in every process, on every machine and in every version, because the
/// ring, the disk and the replicated state rest on it. Not for secrets: anybody can make collisions on purpose.
/// </summary>
public static class StableHash64
{
    /// <summary>XXH3 of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="seed">Another seed gives another function.</param>
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0) => XxHash3.HashToUInt64(bytes, unchecked((long)seed));

    /// <summary>Folds one more value into a rolling hash; the order matters. It is XXH3 of the two in little-endian order.</summary>
    /// <param name="hash">The hash so far.</param>
    /// <param name="value">The next value.</param>
    public static ulong Combine(ulong hash, ulong value)
    {
        Span<byte> both = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(both, hash);
        BinaryPrimitives.WriteUInt64LittleEndian(both[sizeof(ulong)..], value);
        return XxHash3.HashToUInt64(both);
    }
}
