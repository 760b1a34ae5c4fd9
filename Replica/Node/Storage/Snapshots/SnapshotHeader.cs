using System.Buffers.Binary;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>The head of a snapshot file, a block of its own: whose it is, and of which slot.</summary>
/// <param name="Identity">Whose it is, with the incarnation that wrote it; without what changes otherwise.</param>
/// <param name="Slot">The slot it is of.</param>
internal sealed record SnapshotHeader(ReplicaIdentity Identity, Slot Slot)
{
    private const ulong Magic = 0x5058534E41505348;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;
    private const int IdentityAt = 16;
    private const int SlotAt = 72;

    /// <summary>Writes it over a whole block.</summary>
    public void Write(Span<byte> block)
    {
        block = block[..LogFormat.BlockBytes];
        block.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(block, Magic);
        BinaryPrimitives.WriteInt32BigEndian(block[CheckedFrom..], LogFormat.Version);
        Identity.WriteFields(block[IdentityAt..]);
        BinaryPrimitives.WriteInt64BigEndian(block[SlotAt..], Slot.Number);
        BinaryPrimitives.WriteUInt32BigEndian(block[ChecksumAt..], Crc32C.Of(block[CheckedFrom..]));
    }

    /// <summary>Reads it; null when these bytes are not the intact head of a snapshot, whosever.</summary>
    /// <exception cref="DataDirectoryException">It is intact and of another version.</exception>
    public static SnapshotHeader? TryRead(ReadOnlySpan<byte> block)
    {
        block = block[..LogFormat.BlockBytes];
        if (BinaryPrimitives.ReadUInt64BigEndian(block) != Magic
            || BinaryPrimitives.ReadUInt32BigEndian(block[ChecksumAt..]) != Crc32C.Of(block[CheckedFrom..]))
        {
            return null;
        }

        int version = BinaryPrimitives.ReadInt32BigEndian(block[CheckedFrom..]);
        if (version != LogFormat.Version)
            throw new DataDirectoryException($"the snapshot has format {version}; this program reads format {LogFormat.Version}");
        return new SnapshotHeader(
            ReplicaIdentity.ReadFields(block[IdentityAt..]), new Slot(BinaryPrimitives.ReadInt64BigEndian(block[SlotAt..])));
    }

    /// <summary>It was written in the directory of this identity.</summary>
    public bool IsOf(ReplicaIdentity identity) =>
        Identity.Identity == identity.Identity && Identity.Cluster == identity.Cluster
        && Identity.Group == identity.Group && Identity.Replica == identity.Replica;
}
