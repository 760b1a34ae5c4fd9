using System.Buffers.Binary;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>
/// A reader of segment files written from FORMAT.md alone, with nothing of the store in it: it shows that the page is complete,
/// and tells the tests where things stand.
/// </summary>
internal static class FormatReader
{
    public const int Block = 4096;

    private const ulong SegmentMagic = 0x50584C4F47534547;
    private const int GroupsOfSegment = 112;
    private const int Fixed = 96;
    private const int Group = 40;
    private const int Name = 28;

    /// <summary>The batches of a segment, from its first one on, as far as they are intact.</summary>
    public static List<ReadBatch> Read(byte[] file, ulong identity)
    {
        List<ReadBatch> batches = [];
        int at = Block;
        while (at + Fixed <= file.Length && U32(file, at) == 0x50584248 && IsOfHere(file, at))
        {
            int head = HeaderLength(file, at);
            if (U32(file, at + 4) != HeaderChecksum(file, at, identity))
                break;
            int end = (at + head + (int)U32(file, at + 12) + Block - 1) / Block * Block;
            batches.Add(new ReadBatch(at, head, end, (long)U64(file, at + 56), (long)U64(file, at + 72), Groups(file, at + Fixed, (int)U32(file, at + 44)), Records(file, at, identity)));
            at = end;
        }

        return batches;
    }

    /// <summary>What the header of a segment says; null when it is not intact.</summary>
    public static ReadSegment? ReadHeader(byte[] file)
    {
        if (file.Length < Block || U64(file, 0) != SegmentMagic)
            return null;
        int groups = (int)U32(file, 92);
        int end = Math.Max(512, GroupsOfSegment + (Group * groups));
        return U32(file, 8) == Checksum(file.AsSpan(12, end - 12))
            ? new ReadSegment((long)U64(file, 72) >> 32, (long)U64(file, 64), (long)U64(file, 80), (long)U64(file, 104), Groups(file, GroupsOfSegment, groups))
            : null;
    }

    /// <summary>The batches of a whole log that is intact: from its last segment back, each as far as the next one says, and then forward.</summary>
    /// <param name="files">Its segments, in any order.</param>
    /// <param name="identity">Whose it is.</param>
    public static IReadOnlyList<(byte[] File, ReadBatch Batch)> ReadLog(IReadOnlyList<byte[]> files, ulong identity)
    {
        Dictionary<long, byte[]> segments = files.ToDictionary(static file => ReadHeader(file)!.Number);
        List<(byte[] File, ReadBatch Batch)> log = [];
        long number = segments.Keys.Max();
        long end = long.MaxValue;
        while (number > 0)
        {
            byte[] file = segments[number];
            log.InsertRange(0, Read(file, identity).Where(batch => batch.Offset < end).Select(batch => (file, batch)));
            long previous = ReadHeader(file)!.PreviousEnd;
            (number, end) = (previous >> 32, previous & uint.MaxValue);
        }

        return log;
    }

    /// <summary>The groups that lose something of what is certified when the byte at an offset rots: that of the record there, or all that have one in the batch of which it is the header.</summary>
    public static IReadOnlySet<int> GroupsAt(byte[] file, ulong identity, long offset)
    {
        if (Read(file, identity).Find(batch => batch.Offset <= offset && offset < batch.End) is not { } hit)
            return new HashSet<int>();
        bool isHeader = offset < hit.Offset + hit.HeaderLength;
        return hit.Records.Where(record => isHeader || (record.Offset <= offset && offset < record.Offset + record.Length)).Select(static record => record.Group).ToHashSet();
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

    /// <summary>A segment that was used before under another number, or by an earlier start, may have batches of that time in it.</summary>
    private static bool IsOfHere(byte[] file, int at) =>
        U64(file, 0) != SegmentMagic || (U64(file, at + 16) == U64(file, 72) + (ulong)at && U64(file, at + 48) == U64(file, 64));

    private static ReadGroup[] Groups(byte[] file, int at, int count) =>
        [.. Enumerable.Range(0, count).Select(index => at + (Group * index)).Select(row => new ReadGroup((int)U32(file, row), (long)U64(file, row + 8), (long)U64(file, row + 16), (long)U64(file, row + 24), (long)U64(file, row + 32)))];

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

/// <summary>The header of a segment; positions are numbers of segments times 2^32 and offsets.</summary>
internal sealed record ReadSegment(long Number, long Incarnation, long PreviousEnd, long Certified, ReadGroup[] Groups);

/// <summary>What a header says of a group.</summary>
internal sealed record ReadGroup(int Group, long Decided, long HighestBefore, long RestsOn, long RecordsBefore);

/// <summary>A batch as it stands in a file; offsets in bytes from the file's beginning.</summary>
internal sealed record ReadBatch(int Offset, int HeaderLength, int End, long Number, long Certified, ReadGroup[] Groups, List<ReadRecord> Records)
{
    /// <summary>The decided slot that it notes of the first group.</summary>
    public long Decided => Groups[0].Decided;
}

/// <summary>A record as it stands in a file.</summary>
internal sealed record ReadRecord(int Offset, int Length, byte Kind, int Group, long View, long Slot, bool IsIntact);
