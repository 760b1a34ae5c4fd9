using System.Buffers.Binary;
using PaxosShard.Wire.Frames;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// The head of a segment, in a block of its own. It says whose it is, where the log before it ends (what lies behind that end is dead), and how
/// far the log was synced when it was written. Written when the segment is taken into use; before that there is none.
/// </summary>
internal sealed record SegmentHeader
{
    /// <summary>Bytes of it; the rest of its block is zero.</summary>
    public const int Bytes = 512;

    private const ulong Magic = 0x50584C4F47534547;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;
    private const int IdentityAt = 16;

    /// <summary>Whose it is; without what changes with each start but the incarnation.</summary>
    public required ReplicaIdentity Identity { get; init; }

    /// <summary>Number of the segment, which is also in its name.</summary>
    public required int Number { get; init; }

    /// <summary>End of the live log before this segment; <see cref="LogPosition.None"/> in the first one.</summary>
    public required LogPosition PreviousEnd { get; init; }

    /// <summary>Checksum of the header of the last batch before that end.</summary>
    public required uint PreviousChecksum { get; init; }

    /// <summary>Number of that batch, 0 for none.</summary>
    public required long PreviousBatch { get; init; }

    /// <summary>Everything live below this was synced.</summary>
    public required LogPosition Certified { get; init; }

    /// <summary>Decided slot as it was noted before <see cref="PreviousEnd"/>.</summary>
    public required long Decided { get; init; }

    /// <summary>Highest slot of the records before <see cref="PreviousEnd"/>; <see cref="SlotTable.UnknownSlot"/> when records were lost that nothing names.</summary>
    public required long HighestSlot { get; init; }

    /// <summary>Number of all records before <see cref="PreviousEnd"/>.</summary>
    public required long Records { get; init; }

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> to)
    {
        Span<byte> header = to[..Bytes];
        header.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(header, Magic);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], LogFormat.Version);
        Identity.WriteFields(header[IdentityAt..]);
        BinaryPrimitives.WriteInt64BigEndian(header[72..], new LogPosition(Number, 0).Value);
        BinaryPrimitives.WriteInt64BigEndian(header[80..], PreviousEnd.Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[88..], PreviousChecksum);
        BinaryPrimitives.WriteInt64BigEndian(header[96..], PreviousBatch);
        BinaryPrimitives.WriteInt64BigEndian(header[104..], Certified.Value);
        BinaryPrimitives.WriteInt64BigEndian(header[112..], Decided);
        BinaryPrimitives.WriteInt64BigEndian(header[120..], HighestSlot);
        BinaryPrimitives.WriteInt64BigEndian(header[136..], Records);
        BinaryPrimitives.WriteUInt32BigEndian(header[ChecksumAt..], ComputeChecksum(header));
    }

    /// <summary>Reads it; null when these bytes are not the intact header of a segment, whichever.</summary>
    /// <exception cref="DataDirectoryException">It is intact and of another version.</exception>
    public static SegmentHeader? TryRead(ReadOnlySpan<byte> header)
    {
        if (header.Length < Bytes)
            return null;
        header = header[..Bytes];
        if (BinaryPrimitives.ReadUInt64BigEndian(header) != Magic
            || BinaryPrimitives.ReadUInt32BigEndian(header[ChecksumAt..]) != ComputeChecksum(header))
        {
            return null;
        }

        int version = BinaryPrimitives.ReadInt32BigEndian(header[12..]);
        if (version != LogFormat.Version)
            throw new DataDirectoryException($"a log segment has format {version}; this program reads format {LogFormat.Version}");
        return new SegmentHeader
        {
            Identity = ReplicaIdentity.ReadFields(header[IdentityAt..]),
            Number = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(header[72..])).Segment,
            PreviousEnd = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(header[80..])),
            PreviousChecksum = BinaryPrimitives.ReadUInt32BigEndian(header[88..]),
            PreviousBatch = BinaryPrimitives.ReadInt64BigEndian(header[96..]),
            Certified = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(header[104..])),
            Decided = BinaryPrimitives.ReadInt64BigEndian(header[112..]),
            HighestSlot = BinaryPrimitives.ReadInt64BigEndian(header[120..]),
            Records = BinaryPrimitives.ReadInt64BigEndian(header[136..]),
        };
    }

    private static uint ComputeChecksum(ReadOnlySpan<byte> header) => Crc32C.Of(header[CheckedFrom..]);
}
