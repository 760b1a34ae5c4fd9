using System.Buffers.Binary;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>What the identity file holds: who the replica is, and its view record.</summary>
internal sealed record IdentityRecord
{
    /// <summary>Bytes of a copy: one sector, so that a torn write spoils one copy at most.</summary>
    public const int Bytes = LogFormat.SectorBytes;

    private const ulong Magic = 0x505849444E544954;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;
    private const int PeersAt = 112;

    /// <summary>Grows with every change; the copy with the higher one counts.</summary>
    public required long Generation { get; init; }

    public required ReplicaIdentity Identity { get; init; }

    public required View Promised { get; init; }

    public required View Owned { get; init; }

    /// <summary>The log was synced up to here when this was written.</summary>
    public required LogPosition Certified { get; init; }

    public void Write(Span<byte> copy)
    {
        copy = copy[..Bytes];
        copy.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(copy, Magic);
        BinaryPrimitives.WriteInt32BigEndian(copy[12..], LogFormat.Version);
        BinaryPrimitives.WriteInt64BigEndian(copy[16..], Generation);
        Identity.Cluster.TryWriteBytes(copy[24..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(copy[40..], Identity.Group);
        BinaryPrimitives.WriteInt32BigEndian(copy[44..], Identity.Replica.Index);
        BinaryPrimitives.WriteInt32BigEndian(copy[48..], Identity.ReplicaCount);
        BinaryPrimitives.WriteUInt64BigEndian(copy[56..], Identity.MembersHash);
        BinaryPrimitives.WriteUInt64BigEndian(copy[64..], Identity.Identity);
        BinaryPrimitives.WriteUInt64BigEndian(copy[72..], Identity.Incarnation);
        BinaryPrimitives.WriteInt64BigEndian(copy[80..], Promised.Number);
        BinaryPrimitives.WriteInt64BigEndian(copy[88..], Owned.Number);
        BinaryPrimitives.WriteInt64BigEndian(copy[96..], Certified.Value);
        for (int index = 0; index < Limits.Replicas; index++)
        {
            PeerSighting peer = Identity.Peer(new ReplicaId(index));
            BinaryPrimitives.WriteUInt64BigEndian(copy[(PeersAt + (index * 16))..], peer.Identity);
            BinaryPrimitives.WriteUInt64BigEndian(copy[(PeersAt + (index * 16) + 8)..], peer.Incarnation);
        }

        BinaryPrimitives.WriteUInt32BigEndian(copy[ChecksumAt..], ComputeChecksum(copy));
    }

    /// <summary>Reads a copy; null when it is not intact.</summary>
    /// <exception cref="DataDirectoryException">It is intact and of another version.</exception>
    public static IdentityRecord? TryRead(ReadOnlySpan<byte> copy)
    {
        copy = copy[..Bytes];
        if (BinaryPrimitives.ReadUInt64BigEndian(copy) != Magic
            || BinaryPrimitives.ReadUInt32BigEndian(copy[ChecksumAt..]) != ComputeChecksum(copy))
        {
            return null;
        }

        int version = BinaryPrimitives.ReadInt32BigEndian(copy[12..]);
        if (version != LogFormat.Version)
            throw new DataDirectoryException($"the identity file has format {version}; this program reads format {LogFormat.Version}");
        return new IdentityRecord
        {
            Generation = BinaryPrimitives.ReadInt64BigEndian(copy[16..]),
            Identity = ReadIdentity(copy),
            Promised = new View(BinaryPrimitives.ReadInt64BigEndian(copy[80..])),
            Owned = new View(BinaryPrimitives.ReadInt64BigEndian(copy[88..])),
            Certified = new LogPosition(BinaryPrimitives.ReadInt64BigEndian(copy[96..])),
        };
    }

    private static ReplicaIdentity ReadIdentity(ReadOnlySpan<byte> copy)
    {
        int count = BinaryPrimitives.ReadInt32BigEndian(copy[48..]);
        PeerSighting[] peers = new PeerSighting[Math.Clamp(count, 0, Limits.Replicas)];
        for (int index = 0; index < peers.Length; index++)
        {
            peers[index] = new PeerSighting(
                BinaryPrimitives.ReadUInt64BigEndian(copy[(PeersAt + (index * 16))..]),
                BinaryPrimitives.ReadUInt64BigEndian(copy[(PeersAt + (index * 16) + 8)..]));
        }

        return new ReplicaIdentity
        {
            Cluster = new Guid(copy[24..40], bigEndian: true),
            Group = BinaryPrimitives.ReadInt32BigEndian(copy[40..]),
            Replica = new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(copy[44..])),
            ReplicaCount = count,
            MembersHash = BinaryPrimitives.ReadUInt64BigEndian(copy[56..]),
            Identity = BinaryPrimitives.ReadUInt64BigEndian(copy[64..]),
            Incarnation = BinaryPrimitives.ReadUInt64BigEndian(copy[72..]),
            Peers = peers,
        };
    }

    private static uint ComputeChecksum(ReadOnlySpan<byte> copy) => Crc32C.Of(copy[CheckedFrom..]);
}
