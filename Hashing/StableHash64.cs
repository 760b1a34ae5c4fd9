using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PaxosShard.Hashing;

/// <summary>
/// The stable hash of the house: XXH3 with 64 bits, the same in every process, on every machine and in every version, because the
/// ring, the disk and the replicated state rest on it. Not for secrets: anybody can make collisions on purpose.
/// </summary>
public static class StableHash64
{
    // Constants of XXH3 for 9 to 16 bytes and seed 0: two pairs of words of its secret, each combined by xor, and its last multiplier.
    private const ulong FirstFlip = 0x6782737B_EA4239B9;
    private const ulong SecondFlip = 0xAF56BC3B_0996523A;
    private const ulong Prime = 0x16566791_9E3779F9;

    /// <summary>XXH3 of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="seed">Another seed gives another function.</param>
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0) => XxHash3.HashToUInt64(bytes, unchecked((long)seed));

    /// <summary>XXH3 of some words in little-endian order: a rolling hash and several values that are folded into it at once, for less than one after the other.</summary>
    /// <param name="words">The words; the order matters.</param>
    public static ulong OfWords(ReadOnlySpan<ulong> words)
    {
        if (BitConverter.IsLittleEndian)
            return Of(MemoryMarshal.AsBytes(words));
        ulong[] reversed = new ulong[words.Length];
        BinaryPrimitives.ReverseEndianness(words, reversed);
        return Of(MemoryMarshal.AsBytes(reversed.AsSpan()));
    }

    /// <summary>Folds one more value into a rolling hash; the order matters. It is XXH3 of the two in little-endian order.</summary>
    /// <param name="hash">The hash so far.</param>
    /// <param name="value">The next value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Combine(ulong hash, ulong value)
    {
        // XXH3 of the 16 bytes, computed in registers: execution folds a dozen values for each command, an import five for each message.
        ulong first = hash ^ FirstFlip;
        ulong second = value ^ SecondFlip;
        ulong upper = Math.BigMul(first, second, out ulong lower);
        ulong mixed = unchecked((2 * sizeof(ulong)) + BinaryPrimitives.ReverseEndianness(first) + second + (lower ^ upper));
        mixed ^= mixed >> 37;
        mixed = unchecked(mixed * Prime);
        return mixed ^ (mixed >> 32);
    }
}
