using System.Buffers.Binary;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Entries;

namespace PaxosShard.Simulator.Checks;

/// <summary>A 64-bit stand-in for a value: the checkers compare these instead of keeping the values.</summary>
public static class ContentHash
{
    /// <summary>The hash of an entry's bytes.</summary>
    public static ulong Of(Entry entry) => Of(entry.Bytes.Span);

    /// <summary>The hash of some bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = SplitMix64.Mix((ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            ulong high = Math.BigMul(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), 0x9E3779B97F4A7C15, out ulong low);
            hash = high ^ low ^ (hash << 1);
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte value in bytes)
            rest = (rest << 8) | value;
        return SplitMix64.Fold(hash, rest);
    }
}
