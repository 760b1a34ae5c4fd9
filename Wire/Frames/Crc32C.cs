using System.Buffers.Binary;
using System.Numerics;

namespace PaxosShard.Wire.Frames;

/// <summary>CRC-32C (Castagnoli) in its standard form: the check value of "123456789" is 0xE3069283.</summary>
/// <remarks>
/// The processor takes a step every cycle but needs three for each, so long inputs run in three lanes side by side. The
/// checksum is linear: the state after two lanes is the first lane's state, moved on over as many zeros as the second lane
/// is long, combined with the second's.
/// </remarks>
public static class Crc32C
{
    private const int Lane = 512;

    // The state after one lane of zeros, for each value of each of the four bytes of the state before.
    private static readonly uint[] _overLane = OverLaneTable();

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of earlier bytes, whose checksum is known, followed by more.</summary>
    /// <param name="earlier">Checksum of the earlier bytes; 0 when there are none.</param>
    /// <param name="bytes">The bytes that follow.</param>
    public static uint Append(uint earlier, ReadOnlySpan<byte> bytes)
    {
        uint state = ~earlier;
        for (; bytes.Length >= 3 * Lane; bytes = bytes[(3 * Lane)..])
            state = ThreeLanes(state, bytes[..Lane], bytes.Slice(Lane, Lane), bytes.Slice(2 * Lane, Lane));
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes)
            state = BitOperations.Crc32C(state, value);
        return ~state;
    }

    private static uint ThreeLanes(uint first, ReadOnlySpan<byte> one, ReadOnlySpan<byte> two, ReadOnlySpan<byte> three)
    {
        uint second = 0;
        uint third = 0;
        for (int offset = 0; offset < Lane; offset += sizeof(ulong))
        {
            first = BitOperations.Crc32C(first, BinaryPrimitives.ReadUInt64LittleEndian(one[offset..]));
            second = BitOperations.Crc32C(second, BinaryPrimitives.ReadUInt64LittleEndian(two[offset..]));
            third = BitOperations.Crc32C(third, BinaryPrimitives.ReadUInt64LittleEndian(three[offset..]));
        }

        return OverLane(OverLane(first) ^ second) ^ third;
    }

    private static uint OverLane(uint state) =>
        _overLane[state & 0xFF]
        ^ _overLane[256 + ((state >> 8) & 0xFF)]
        ^ _overLane[512 + ((state >> 16) & 0xFF)]
        ^ _overLane[768 + (state >> 24)];

    private static uint[] OverLaneTable()
    {
        uint[] table = new uint[4 * 256];
        for (int index = 0; index < table.Length; index++)
        {
            uint state = (uint)(index & 0xFF) << (8 * (index / 256));
            for (int offset = 0; offset < Lane; offset += sizeof(ulong))
                state = BitOperations.Crc32C(state, 0UL);
            table[index] = state;
        }

        return table;
    }
}
