using System.Buffers.Binary;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>
/// Whose snapshot it is, and the checksums that rest on that: those of its pieces and of its footer begin with the owner and the slot, so that bytes of another
/// replica, group or snapshot never pass. A snapshot is of one group, also where several share a log.
/// </summary>
internal sealed class SnapshotOwner
{
    private const int Bytes = 16 + 4 + 4 + sizeof(ulong);
    private readonly uint _checksum;

    /// <summary>The owner that a directory belongs to.</summary>
    public SnapshotOwner(ReplicaIdentity identity)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        identity.Cluster.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], identity.Group.Number);
        BinaryPrimitives.WriteInt32BigEndian(bytes[20..], identity.Replica.Index);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], identity.Identity);
        _checksum = Crc32C.Of(bytes);
    }

    /// <summary>Checksum of the owner and a slot, to go on from with a part of the snapshot of that slot.</summary>
    public uint ChecksumOf(Slot slot)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, slot.Number);
        return Crc32C.Append(_checksum, bytes);
    }
}
