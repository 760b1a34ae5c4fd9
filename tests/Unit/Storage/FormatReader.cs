using System.Buffers.Binary;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>
/// A reader of segment files written from FORMAT.md alone, with nothing of the store in it: it shows that the page is complete,
/// and tells the tests where things stand.
/// </summary>
internal static class FormatReader
{
    public const int Block = 4096;

    /// <summary>The batches of a segment, from its first one on, as far as they are intact.</summary>
    public static List<ReadBatch> Read(byte[] file, ulong identity)
    {
        List<ReadBatch> batches = [];
        int at = Block;
        while (at + 120 <= file.Length && U32(file, at) == 0x50584248)
        {
            int count = (int)U32(file, at + 8);
            int body = (int)U32(file, at + 12);
            int head = 120 + (24 * count);
            byte[] prefix = [.. file.AsSpan(at + 24, 24), .. Bytes(identity), .. file.AsSpan(at + 16, 8)];
            if (U32(file, at + 4) != Checksum([.. prefix, .. file.AsSpan(at + 8, head - 8)]))
                break;
            List<ReadRecord> records = [];
            int record = at + head;
            for (int index = 0; index < count; index++)
            {
                int name = at + 120 + (24 * index);
                int length = (int)(U32(file, name) & 0xFFFFFF);
                byte[] place = [.. file.AsSpan(at + 24, 24), .. Bytes(identity), .. Bytes(U64(file, at + 16) + (ulong)(record - at))];
                uint checksum = Checksum([.. place, .. file.AsSpan(record, 4), .. file.AsSpan(record + 8, 16 + length)]);
                bool intact = file.AsSpan(name, 24).SequenceEqual(file.AsSpan(record, 24)) && checksum == U32(file, record + 4);
                records.Add(new ReadRecord(record, 24 + length, file[record], (long)U64(file, record + 8), (long)U64(file, record + 16), intact));
                record += 24 + length;
            }

            int end = (at + head + body + Block - 1) / Block * Block;
            batches.Add(new ReadBatch(at, head, end, (long)U64(file, at + 56), (long)U64(file, at + 72), (long)U64(file, at + 80), records));
            at = end;
        }

        return batches;
    }

    /// <summary>CRC-32C, bit by bit.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint state = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
                state = (state & 1) == 0 ? state >> 1 : (state >> 1) ^ 0x82F63B78;
        }

        return ~state;
    }

    public static uint U32(byte[] file, int at) => BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));

    public static ulong U64(byte[] file, int at) => BinaryPrimitives.ReadUInt64BigEndian(file.AsSpan(at));

    private static byte[] Bytes(ulong number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }
}

/// <summary>A batch as it stands in a file; offsets in bytes from the file's beginning.</summary>
internal sealed record ReadBatch(int Offset, int HeaderLength, int End, long Number, long Certified, long Decided, List<ReadRecord> Records);

/// <summary>A record as it stands in a file.</summary>
internal sealed record ReadRecord(int Offset, int Length, byte Kind, long View, long Slot, bool IsIntact);
