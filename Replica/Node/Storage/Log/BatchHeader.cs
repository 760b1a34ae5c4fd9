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
/// <param name="LogBefore">End of the live log before the segment, as its header says: each batch can stand for a header that is bad.</param>
/// <param name="Groups">What it says of each group of the directory, ascending.</param>
internal readonly record struct BatchHeader(
    LogPosition Position,
    ulong Incarnation,
    long Number,
    int RecordCount,
    int BodyLength,
    LogPosition PreviousEnd,
    uint PreviousChecksum,
    LogPosition Certified,
    LogPosition LogBefore,
    GroupSummary[] Groups)
{
    /// <summary>Bytes of a header before what it says of groups, and the names of its records.</summary>
    public const int FixedBytes = 96;

    private const uint Magic = 0x50584248;
    private const int ChecksumAt = 4;
    private const int CheckedFrom = 8;
    private const int GroupCountAt = 44;

    /// <summary>The checksum that was read or written.</summary>
    public uint Checksum { get; init; }

    /// <summary>Bytes of the header with its groups and names.</summary>
    public int Length => LengthFor(Groups.Length, RecordCount);

    /// <summary>Bytes that a batch takes up in the segment.</summary>
    public int PaddedLength => LogFormat.RoundUp(Length + BodyLength);

    /// <summary>Where the next batch may begin.</summary>
    public LogPosition End => new(Position.Value + PaddedLength);

    /// <summary>Bytes of a header with so many groups and names.</summary>
    public static int LengthFor(int groupCount, int recordCount) =>
        FixedBytes + (groupCount * GroupSummary.Bytes) + (recordCount * RecordName.Bytes);

    /// <summary>Where the name of a record stands in the header.</summary>
    public int NameAt(int index) => LengthFor(Groups.Length, index);

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
        BinaryPrimitives.WriteInt32BigEndian(to[GroupCountAt..], Groups.Length);
        BinaryPrimitives.WriteUInt64BigEndian(to[48..], Incarnation);
        BinaryPrimitives.WriteInt64BigEndian(to[56..], Number);
        BinaryPrimitives.WriteInt64BigEndian(to[64..], PreviousEnd.Value);
        BinaryPrimitives.WriteInt64BigEndian(to[72..], Certified.Value);
        BinaryPrimitives.WriteInt64BigEndian(to[80..], LogBefore.Value);
        BinaryPrimitives.WriteUInt32BigEndian(to[88..], PreviousChecksum);
        BinaryPrimitives.WriteUInt32BigEndian(to[92..], 0);
        GroupSummary.WriteAll(Groups, to[FixedBytes..]);
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
        int groups = BinaryPrimitives.ReadInt32BigEndian(from[GroupCountAt..]);
        if (groups is < 1 or > LogFormat.MostGroups || count is < 0 or > LogFormat.RecordsPerBatch)
            return false;
        int length = LengthFor(groups, count);
        if (body < 0 || body > from.Length - length)
            return false;
        uint checksum = BinaryPrimitives.ReadUInt32BigEndian(from[ChecksumAt..]);
        if (checksum != ComputeChecksum(from[..length], owner, position))
            return false;
        header = new BatchHeader(
            position,
            BinaryPrimitives.ReadUInt64BigEndian(from[48..]),
            BinaryPrimitives.ReadInt64BigEndian(from[56..]),
            count,
            body,
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(from[64..])),
            BinaryPrimitives.ReadUInt32BigEndian(from[88..]),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(from[72..])),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(from[80..])),
            GroupSummary.ReadAll(from[FixedBytes..], groups))
        {
            Checksum = checksum,
        };
        return BinaryPrimitives.ReadInt64BigEndian(from[16..]) == position.Value && from.Slice(24, owner.Name.Length).SequenceEqual(owner.Name);
    }

    private static uint ComputeChecksum(ReadOnlySpan<byte> bytes, LogOwner owner, LogPosition position) =>
        Crc32C.Append(owner.ChecksumOf(position), bytes[CheckedFrom..]);
}
