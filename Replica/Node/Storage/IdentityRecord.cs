using System.Buffers.Binary;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>What the identity file holds: who the replica is, and its view record.</summary>
internal sealed record IdentityRecord
{
    /// <summary>Bytes of a copy. The copies stand in different blocks of the disk, so that a torn write spoils one of them at most.</summary>
    public const int Bytes = 1024;

    private const ulong Magic = 0x505849444E544954;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;
    private const int IdentityAt = 24;
    private const int RulesAt = 128;
    private const int PeersAt = 136;
    private const int PeerBytes = 48 + ShownStarts.Bytes;
    private const int NewcomerAt = PeersAt + (Limits.Replicas * PeerBytes);
    private const int ShownToAt = NewcomerAt + 8;

    /// <summary>Version of the identity file of a newcomer, so that a program that knows no newcomers does not take it for a founder, which votes at once.</summary>
    private const int NewcomerVersion = 5;

    /// <summary>Grows with every change; the copy with the higher one counts.</summary>
    public required long Generation { get; init; }

    /// <summary>Who the replica is, with this start and what is remembered of the peers.</summary>
    public required ReplicaIdentity Identity { get; init; }

    /// <summary>The highest view it has promised.</summary>
    public required View Promised { get; init; }

    /// <summary>The highest view it has claimed.</summary>
    public required View Owned { get; init; }

    /// <summary>The log was synced up to here when this was written.</summary>
    public required LogPosition Certified { get; init; }

    /// <summary>Writes a copy.</summary>
    public void Write(Span<byte> copy)
    {
        copy = copy[..Bytes];
        copy.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(copy, Magic);
        BinaryPrimitives.WriteInt32BigEndian(copy[12..], Identity.IsNewcomer ? NewcomerVersion : LogFormat.Version);
        BinaryPrimitives.WriteInt64BigEndian(copy[16..], Generation);
        Identity.WriteFields(copy[IdentityAt..]);
        BinaryPrimitives.WriteInt64BigEndian(copy[80..], Promised.Number);
        BinaryPrimitives.WriteInt64BigEndian(copy[88..], Owned.Number);
        BinaryPrimitives.WriteInt64BigEndian(copy[96..], Certified.Value);
        BinaryPrimitives.WriteUInt64BigEndian(copy[104..], Identity.LossStart);
        Identity.StartId.TryWriteBytes(copy[112..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64BigEndian(copy[RulesAt..], Identity.RulesHash);
        for (int index = 0; index < Limits.Replicas; index++)
        {
            PeerMemory peer = Identity.Peer(new ReplicaId(index));
            WritePeer(peer, copy[(PeersAt + (index * PeerBytes))..]);
            BinaryPrimitives.WriteUInt64BigEndian(copy[(ShownToAt + (index * sizeof(ulong)))..], peer.ShownTo);
        }

        copy[NewcomerAt] = Identity.IsNewcomer ? (byte)1 : (byte)0;
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
        if (version is not (LogFormat.Version or NewcomerVersion))
            throw new DataDirectoryException($"the identity file has format {version}; this program reads the formats {LogFormat.Version} and {NewcomerVersion}");
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
        ReplicaIdentity fields = ReplicaIdentity.ReadFields(copy[IdentityAt..]);
        PeerMemory[] peers = new PeerMemory[Math.Clamp(fields.ReplicaCount, 0, Limits.Replicas)];
        for (int index = 0; index < peers.Length; index++)
        {
            peers[index] = ReadPeer(copy[(PeersAt + (index * PeerBytes))..]) with
            {
                ShownTo = BinaryPrimitives.ReadUInt64BigEndian(copy[(ShownToAt + (index * sizeof(ulong)))..]),
            };
        }

        return fields with
        {
            LossStart = BinaryPrimitives.ReadUInt64BigEndian(copy[104..]),
            StartId = new Guid(copy[112..128], bigEndian: true),
            RulesHash = BinaryPrimitives.ReadUInt64BigEndian(copy[RulesAt..]),
            Peers = peers,
            IsNewcomer = copy[NewcomerAt] != 0,
        };
    }

    private static void WritePeer(PeerMemory peer, Span<byte> place)
    {
        BinaryPrimitives.WriteUInt64BigEndian(place, peer.Identity);
        WriteMark(peer.Start, place[8..]);
        BinaryPrimitives.WriteInt64BigEndian(place[32..], peer.Promised.Number);
        BinaryPrimitives.WriteInt64BigEndian(place[40..], peer.Voted.Number);
        WriteMark(peer.Shown.First, place[48..]);
        WriteMark(peer.Shown.Second, place[(48 + StartMark.Bytes)..]);
    }

    private static PeerMemory ReadPeer(ReadOnlySpan<byte> place) => new(
        BinaryPrimitives.ReadUInt64BigEndian(place),
        ReadMark(place[8..]),
        new View(BinaryPrimitives.ReadInt64BigEndian(place[32..])),
        new Slot(BinaryPrimitives.ReadInt64BigEndian(place[40..])),
        new ShownStarts(ReadMark(place[48..]), ReadMark(place[(48 + StartMark.Bytes)..])));

    private static void WriteMark(StartMark mark, Span<byte> place)
    {
        BinaryPrimitives.WriteUInt64BigEndian(place, mark.Number);
        mark.Id.TryWriteBytes(place[8..], bigEndian: true, out _);
    }

    private static StartMark ReadMark(ReadOnlySpan<byte> place) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(place), new Guid(place[8..24], bigEndian: true));

    private static uint ComputeChecksum(ReadOnlySpan<byte> copy) => Crc32C.Of(copy[CheckedFrom..]);
}
