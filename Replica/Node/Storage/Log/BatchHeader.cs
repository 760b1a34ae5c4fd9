using System.Buffers.Binary;
using PaxosShard.Wire.Frames;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>The head of a batch: what one append wrote. It names each of its records and says how far the log was synced before it.</summary>
/// <param name="Position">Where the batch begins.</param>
/// <param name="Incarnation">Of the replica when it wrote it.</param>
/// <param name="Number">Counts the batches of the log.</param>
/// <param name="RecordCount">Records in it; 0 for one that only certifies.</param>
/// <param name="BodyLength">Bytes of its records.</param>
/// <param name="PreviousEnd">End of the batch before: its own beginning, or the live end of an earlier segment.</param>
/// <param name="PreviousChecksum">Checksum of the header before: the chain.</param>
/// <param name="Certified">Everything live below this was synced when the batch was written.</param>
/// <param name="Decided">The decided slot when the batch was written, its own records included.</param>
/// <param name="HighestBefore">Highest slot of all records before the batch; see <see cref="SegmentHeader.HighestSlot"/>.</param>
/// <param name="RecordsBefore">Number of all records before the batch.</param>
/// <param name="LogBefore">End of the live log before the segment, as its header says: each batch can stand for a header that is bad.</param>
internal readonly record struct BatchHeader(
    LogPosition Position,
    ulong Incarnation,
    long Number,
    int RecordCount,
    int BodyLength,
    LogPosition PreviousEnd,
    uint PreviousChecksum,
    LogPosition Certified,
    long Decided,
    long HighestBefore,
    long RecordsBefore,
    LogPosition LogBefore)
{
    /// <summary>Bytes of a header before the names of its records.</summary>
    public const int FixedBytes = 120;

    private const uint Magic = 0x50584248;
    private const int ChecksumAt = 4;
    private const int CheckedFrom = 8;

    /// <summary>The checksum that was read or written.</summary>
    public uint Checksum { get; init; }

    /// <summary>Bytes of the header with its names.</summary>
    public int Length => LengthFor(RecordCount);

    /// <summary>Bytes that a batch takes up in the segment.</summary>
    public int PaddedLength => LogFormat.RoundUp(Length + BodyLength);

    /// <summary>Where the next batch may begin.</summary>
    public LogPosition End => new(Position.Value + PaddedLength);

    /// <summary>Bytes of a header with so many names.</summary>
    public static int LengthFor(int recordCount) => FixedBytes + (recordCount * RecordName.Bytes);

    /// <summary>Where the name of a record stands in the header.</summary>
    public static int NameAt(int index) => FixedBytes + (index * RecordName.Bytes);

    /// <summary>The bytes begin like a batch header; they may still be none.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(bytes) == Magic;

    /// <summary>Writes the header in front of its names, which stand there already, and returns it with its checksum.</summary>
    public BatchHeader Write(Span<byte> to, LogOwner owner)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Magic);
        BinaryPrimitives.WriteInt32BigEndian(to[8..], RecordCount);
        BinaryPrimitives.WriteInt32BigEndian(to[12..], BodyLength);
        BinaryPrimitives.WriteInt64BigEndian(to[16..], Position.Value);
        owner.Name.CopyTo(to[24..]);
        BinaryPrimitives.WriteUInt64BigEndian(to[48..], Incarnation);
        BinaryPrimitives.WriteInt64BigEndian(to[56..], Number);
        BinaryPrimitives.WriteInt64BigEndian(to[64..], PreviousEnd.Value);
        BinaryPrimitives.WriteInt64BigEndian(to[72..], Certified.Value);
        BinaryPrimitives.WriteInt64BigEndian(to[80..], Decided);
        BinaryPrimitives.WriteInt64BigEndian(to[88..], HighestBefore);
        BinaryPrimitives.WriteInt64BigEndian(to[96..], LogBefore.Value);
        BinaryPrimitives.WriteUInt32BigEndian(to[104..], PreviousChecksum);
        BinaryPrimitives.WriteUInt32BigEndian(to[108..], 0);
        BinaryPrimitives.WriteInt64BigEndian(to[112..], RecordsBefore);
        uint checksum = ComputeChecksum(to[..Length], owner, Position);
        BinaryPrimitives.WriteUInt32BigEndian(to[ChecksumAt..], checksum);
        return this with { Checksum = checksum };
    }

    /// <summary>Reads the header at <paramref name="position"/>; false when what stands there is not an intact one of this owner and place.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, LogOwner owner, LogPosition position, out BatchHeader header)
    {
        header = default;
        if (from.Length < FixedBytes || !HasMagic(from))
            return false;
        int count = BinaryPrimitives.ReadInt32BigEndian(from[8..]);
        int body = BinaryPrimitives.ReadInt32BigEndian(from[12..]);
        if (count is < 0 or > LogFormat.RecordsPerBatch || body < 0 || body > from.Length - LengthFor(count))
            return false;
        uint checksum = BinaryPrimitives.ReadUInt32BigEndian(from[ChecksumAt..]);
        if (checksum != ComputeChecksum(from[..LengthFor(count)], owner, position))
            return false;
        header = new BatchHeader(
            position,
            BinaryPrimitives.ReadUInt64BigEndian(from[48..]),
            BinaryPrimitives.ReadInt64BigEndian(from[56..]),
            count,
            body,
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(from[64..])),
            BinaryPrimitives.ReadUInt32BigEndian(from[104..]),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(from[72..])),
            BinaryPrimitives.ReadInt64BigEndian(from[80..]),
            BinaryPrimitives.ReadInt64BigEndian(from[88..]),
            BinaryPrimitives.ReadInt64BigEndian(from[112..]),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(from[96..])))
        {
            Checksum = checksum,
        };
        return BinaryPrimitives.ReadInt64BigEndian(from[16..]) == position.Value && from.Slice(24, owner.Name.Length).SequenceEqual(owner.Name);
    }

    private static uint ComputeChecksum(ReadOnlySpan<byte> bytes, LogOwner owner, LogPosition position) =>
        Crc32C.Append(owner.ChecksumOf(position), bytes[CheckedFrom..]);
}
