using System.Buffers.Binary;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// The head of a segment, in a block of its own. It says whose it is, where the log before it ends (what lies behind that end is dead), how
/// far the log was synced when it was written, and what of each group stands before it. Written when the segment is taken into use; before that there is none.
/// </summary>
internal sealed record SegmentHeader
{
    /// <summary>Bytes of it unless it names many groups; the rest of its block is zero.</summary>
    public const int Bytes = 512;

    private const ulong Magic = 0x50584C4F47534547;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;
    private const int IdentityAt = 16;
    private const int GroupCountAt = 92;
    private const int GroupsAt = 112;

    /// <summary>Whose it is; without what changes with each start but the incarnation. When it was read its group is the first one that the header names.</summary>
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

    /// <summary>What the log before <see cref="PreviousEnd"/> has of each group of the directory, ascending.</summary>
    public required GroupSummary[] Groups { get; init; }

    /// <summary>How many bytes the header takes up that these bytes begin, if they do.</summary>
    /// <param name="beginning">The first <see cref="Bytes"/> of it, or more.</param>
    public static int LengthIn(ReadOnlySpan<byte> beginning)
    {
        int groups = beginning.Length < Bytes ? 0 : BinaryPrimitives.ReadInt32BigEndian(beginning[GroupCountAt..]);
        return groups is < 0 or > LogFormat.MostGroups ? Bytes : LengthFor(groups);
    }

    /// <summary>Writes it, and zeros to the end of its block: it names no more groups than fit into that (<see cref="StoreOptions.MostGroups"/>).</summary>
    public void Write(Span<byte> to)
    {
        to[..LogFormat.BlockBytes].Clear();
        Span<byte> header = to[..LengthFor(Groups.Length)];
        BinaryPrimitives.WriteUInt64BigEndian(header, Magic);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], LogFormat.Version);
        (Identity with { Group = GroupId.None, Sharing = 1 }).WriteFields(header[IdentityAt..]);
        BinaryPrimitives.WriteInt64BigEndian(header[72..], new LogPosition(Number, 0).Value);
        BinaryPrimitives.WriteInt64BigEndian(header[80..], PreviousEnd.Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[88..], PreviousChecksum);
        BinaryPrimitives.WriteInt32BigEndian(header[GroupCountAt..], Groups.Length);
        BinaryPrimitives.WriteInt64BigEndian(header[96..], PreviousBatch);
        BinaryPrimitives.WriteInt64BigEndian(header[104..], Certified.Value);
        GroupSummary.WriteAll(Groups, header[GroupsAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[ChecksumAt..], ComputeChecksum(header));
    }

    /// <summary>Reads it; null when these bytes are not the intact header of a segment, whichever.</summary>
    /// <param name="bytes">As many as <see cref="LengthIn"/> says, or more.</param>
    /// <exception cref="DataDirectoryException">It is intact and of another version.</exception>
    public static SegmentHeader? TryRead(ReadOnlySpan<byte> bytes)
    {
        int length = LengthIn(bytes);
        if (bytes.Length < length)
            return null;
        ReadOnlySpan<byte> header = bytes[..length];
        if (BinaryPrimitives.ReadUInt64BigEndian(header) != Magic
            || BinaryPrimitives.ReadUInt32BigEndian(header[ChecksumAt..]) != ComputeChecksum(header))
        {
            return null;
        }

        int version = BinaryPrimitives.ReadInt32BigEndian(header[12..]);
        if (version != LogFormat.Version)
            throw new DataDirectoryException($"a log segment has format {version}; this program reads format {LogFormat.Version}");
        int groups = BinaryPrimitives.ReadInt32BigEndian(header[GroupCountAt..]);
        if (groups is < 1 or > LogFormat.MostGroups)
            return null;
        GroupSummary[] summaries = GroupSummary.ReadAll(header[GroupsAt..], groups);
        return new SegmentHeader
        {
            Identity = ReplicaIdentity.ReadFields(header[IdentityAt..]) with { Group = summaries[0].Group },
            Number = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(header[72..])).Segment,
            PreviousEnd = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(header[80..])),
            PreviousChecksum = BinaryPrimitives.ReadUInt32BigEndian(header[88..]),
            PreviousBatch = BinaryPrimitives.ReadInt64BigEndian(header[96..]),
            Certified = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(header[104..])),
            Groups = summaries,
        };
    }

    private static int LengthFor(int groups) => Math.Max(Bytes, GroupsAt + (groups * GroupSummary.Bytes));

    private static uint ComputeChecksum(ReadOnlySpan<byte> header) => Crc32C.Of(header[CheckedFrom..]);
}
