using System.Buffers.Binary;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>
/// A reader of segment files written from FORMAT.md alone, with nothing of the store in it: it shows that the page is complete,
/// and tells the tests where things stand.
/// </summary>
internal static class FormatReader
{
    public const int Block = 4096;

    private const int Fixed = 96;
    private const int Group = 40;
    private const int Name = 28;

    /// <summary>The batches of a segment, from its first one on, as far as they are intact.</summary>
    public static List<ReadBatch> Read(byte[] file, ulong identity)
    {
        List<ReadBatch> batches = [];
        int at = Block;
        while (at + Fixed <= file.Length && U32(file, at) == 0x50584248)
        {
            int head = HeaderLength(file, at);
            if (U32(file, at + 4) != HeaderChecksum(file, at, identity))
                break;
            int end = (at + head + (int)U32(file, at + 12) + Block - 1) / Block * Block;
            batches.Add(new ReadBatch(at, head, end, (long)U64(file, at + 56), (long)U64(file, at + 72), (long)U64(file, at + Fixed + 8), Records(file, at, identity)));
            at = end;
        }

        return batches;
    }

    /// <summary>Where the name of a record stands in the header of the batch at an offset.</summary>
    public static int NameAt(byte[] file, int at, int index) => at + Fixed + (Group * (int)U32(file, at + 44)) + (Name * index);

    /// <summary>Gives the header of the batch at an offset the checksum that fits.</summary>
    public static void Seal(byte[] file, int at, ulong identity) =>
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 4), HeaderChecksum(file, at, identity));

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

    private static int HeaderLength(byte[] file, int at) => NameAt(file, at, (int)U32(file, at + 8)) - at;

    private static uint HeaderChecksum(byte[] file, int at, ulong identity)
    {
        byte[] prefix = [.. file.AsSpan(at + 24, 20), .. Bytes(identity), .. file.AsSpan(at + 16, 8)];
        return Checksum([.. prefix, .. file.AsSpan(at + 8, HeaderLength(file, at) - 8)]);
    }

    private static List<ReadRecord> Records(byte[] file, int at, ulong identity)
    {
        List<ReadRecord> records = [];
        int record = at + HeaderLength(file, at);
        for (int index = 0; index < U32(file, at + 8); index++)
        {
            int name = NameAt(file, at, index);
            int length = Name + (int)(U32(file, name) & 0xFFFFFF);
            byte[] place = [.. file.AsSpan(at + 24, 20), .. Bytes(identity), .. Bytes(U64(file, at + 16) + (ulong)(record - at))];
            uint checksum = Checksum([.. place, .. file.AsSpan(record, 4), .. file.AsSpan(record + 8, length - 8)]);
            bool intact = file.AsSpan(name, Name).SequenceEqual(file.AsSpan(record, Name)) && checksum == U32(file, record + 4);
            records.Add(new ReadRecord(
                record, length, file[record], (int)U32(file, record + 8), (long)U64(file, record + 12), (long)U64(file, record + 20), intact));
            record += length;
        }

        return records;
    }

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
internal sealed record ReadRecord(int Offset, int Length, byte Kind, int Group, long View, long Slot, bool IsIntact);
