using System.Buffers.Binary;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The first sector of a segment. It says whose it is, where the log before it ends (what lies behind that end is dead), and how
/// far the log was synced when it was written. Written when the segment is taken into use; before that there is none.
/// </summary>
internal sealed record SegmentHeader
{
    private const ulong Magic = 0x50584C4F47534547;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;

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

    /// <summary>Writes it over a whole sector.</summary>
    public void Write(Span<byte> sector)
    {
        sector = sector[..LogFormat.SectorBytes];
        sector.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(sector, Magic);
        BinaryPrimitives.WriteInt32BigEndian(sector[12..], LogFormat.Version);
        Identity.Cluster.TryWriteBytes(sector[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(sector[32..], Identity.Group);
        BinaryPrimitives.WriteInt32BigEndian(sector[36..], Identity.Replica.Index);
        BinaryPrimitives.WriteInt32BigEndian(sector[40..], Identity.ReplicaCount);
        BinaryPrimitives.WriteUInt64BigEndian(sector[48..], Identity.MembersHash);
        BinaryPrimitives.WriteUInt64BigEndian(sector[56..], Identity.Identity);
        BinaryPrimitives.WriteUInt64BigEndian(sector[64..], Identity.Incarnation);
        BinaryPrimitives.WriteInt64BigEndian(sector[72..], new LogPosition(Number, 0).Value);
        BinaryPrimitives.WriteInt64BigEndian(sector[80..], PreviousEnd.Value);
        BinaryPrimitives.WriteUInt32BigEndian(sector[88..], PreviousChecksum);
        BinaryPrimitives.WriteInt64BigEndian(sector[96..], PreviousBatch);
        BinaryPrimitives.WriteInt64BigEndian(sector[104..], Certified.Value);
        BinaryPrimitives.WriteInt64BigEndian(sector[112..], Decided);
        BinaryPrimitives.WriteInt64BigEndian(sector[120..], HighestSlot);
        BinaryPrimitives.WriteInt64BigEndian(sector[136..], Records);
        BinaryPrimitives.WriteUInt32BigEndian(sector[ChecksumAt..], ComputeChecksum(sector));
    }

    /// <summary>Reads it; null when these bytes are not the intact header of a segment, whichever.</summary>
    /// <exception cref="DataDirectoryException">It is intact and of another version.</exception>
    public static SegmentHeader? TryRead(ReadOnlySpan<byte> sector)
    {
        if (sector.Length < LogFormat.SectorBytes)
            return null;
        sector = sector[..LogFormat.SectorBytes];
        if (BinaryPrimitives.ReadUInt64BigEndian(sector) != Magic
            || BinaryPrimitives.ReadUInt32BigEndian(sector[ChecksumAt..]) != ComputeChecksum(sector))
        {
            return null;
        }

        int version = BinaryPrimitives.ReadInt32BigEndian(sector[12..]);
        if (version != LogFormat.Version)
            throw new DataDirectoryException($"a log segment has format {version}; this program reads format {LogFormat.Version}");
        return new SegmentHeader
        {
            Identity = ReadIdentity(sector),
            Number = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(sector[72..])).Segment,
            PreviousEnd = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(sector[80..])),
            PreviousChecksum = BinaryPrimitives.ReadUInt32BigEndian(sector[88..]),
            PreviousBatch = BinaryPrimitives.ReadInt64BigEndian(sector[96..]),
            Certified = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(sector[104..])),
            Decided = BinaryPrimitives.ReadInt64BigEndian(sector[112..]),
            HighestSlot = BinaryPrimitives.ReadInt64BigEndian(sector[120..]),
            Records = BinaryPrimitives.ReadInt64BigEndian(sector[136..]),
        };
    }

    private static ReplicaIdentity ReadIdentity(ReadOnlySpan<byte> sector) => new()
    {
        Cluster = new Guid(sector[16..32], bigEndian: true),
        Group = BinaryPrimitives.ReadInt32BigEndian(sector[32..]),
        Replica = new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(sector[36..])),
        ReplicaCount = BinaryPrimitives.ReadInt32BigEndian(sector[40..]),
        MembersHash = BinaryPrimitives.ReadUInt64BigEndian(sector[48..]),
        Identity = BinaryPrimitives.ReadUInt64BigEndian(sector[56..]),
        Incarnation = BinaryPrimitives.ReadUInt64BigEndian(sector[64..]),
    };

    private static uint ComputeChecksum(ReadOnlySpan<byte> sector) => Crc32C.Of(sector[CheckedFrom..]);
}
