using System.Buffers.Binary;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>Who a data directory belongs to. Who it is, is fixed when it is created; which start this is, and what is known of peers, changes.</summary>
public sealed record ReplicaIdentity
{
    /// <summary>The cluster.</summary>
    public required Guid Cluster { get; init; }

    /// <summary>The group within it.</summary>
    public required GroupId Group { get; init; }

    /// <summary>How many groups share the data directory; the place of the replica, the list of members and the drawn identity are the same in all of them.</summary>
    public int Sharing { get; init; } = 1;

    /// <summary>The replica's place in the group.</summary>
    public required ReplicaId Replica { get; init; }

    /// <summary>Replicas in the group, 1 to <see cref="Limits.Replicas"/>.</summary>
    public required int ReplicaCount { get; init; }

    /// <summary>Hash of the member list, so that replicas with different lists do not work together.</summary>
    public required ulong MembersHash { get; init; }

    /// <summary>
    /// Hash of what execution depends on besides the log, as it was when the directory was made; 0 when that is not known any more. A log that is executed by other rules comes
    /// to another state, and a snapshot has what the old ones made.
    /// </summary>
    public ulong RulesHash { get; init; }

    /// <summary>
    /// A random number that is drawn when the directory is created, never 0. An emptied directory gets another one, and so never
    /// votes under the old name. It is also under the checksums of the log, so that no client can write what looks like a batch.
    /// </summary>
    public required ulong Identity { get; init; }

    /// <summary>The directory was made for the place of another replica: it votes only once a member list names it (rule 13).</summary>
    public bool IsNewcomer { get; init; }

    /// <summary>How often the directory was opened; durable before the opening returns.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>
    /// What was drawn for this start; durable before the opening returns. A copy of the directory goes on under another draw, so
    /// whoever has met this start knows the copy for one.
    /// </summary>
    public Guid StartId { get; init; }

    /// <summary>This start.</summary>
    public StartMark Start => new(Incarnation, StartId);

    /// <summary>The last start that found a part of the log lost, and says so to the others; 0 for none.</summary>
    public ulong LossStart { get; init; }

    /// <summary>What is remembered of each peer, by index.</summary>
    public IReadOnlyList<PeerMemory> Peers { get; init; } = [];

    /// <summary>What is remembered of <paramref name="peer"/>.</summary>
    public PeerMemory Peer(ReplicaId peer) => peer.Index < Peers.Count ? Peers[peer.Index] : default;

    /// <summary>Writes the fields that stand alike in the identity file and in the header of a segment: who it is, and the incarnation.</summary>
    internal void WriteFields(Span<byte> fields)
    {
        Cluster.TryWriteBytes(fields, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(fields[16..], Group.Number);
        BinaryPrimitives.WriteInt32BigEndian(fields[20..], Replica.Index);
        BinaryPrimitives.WriteInt32BigEndian(fields[24..], ReplicaCount);
        BinaryPrimitives.WriteInt32BigEndian(fields[28..], Sharing == 1 ? 0 : Sharing);
        BinaryPrimitives.WriteUInt64BigEndian(fields[32..], MembersHash);
        BinaryPrimitives.WriteUInt64BigEndian(fields[40..], Identity);
        BinaryPrimitives.WriteUInt64BigEndian(fields[48..], Incarnation);
    }

    /// <summary>Reads what <see cref="WriteFields"/> wrote, whatever it says.</summary>
    internal static ReplicaIdentity ReadFields(ReadOnlySpan<byte> fields) => new()
    {
        Cluster = new Guid(fields[..16], bigEndian: true),
        Group = new GroupId(BinaryPrimitives.ReadInt32BigEndian(fields[16..])),
        Replica = new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(fields[20..])),
        ReplicaCount = BinaryPrimitives.ReadInt32BigEndian(fields[24..]),
        Sharing = Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(fields[28..])),
        MembersHash = BinaryPrimitives.ReadUInt64BigEndian(fields[32..]),
        Identity = BinaryPrimitives.ReadUInt64BigEndian(fields[40..]),
        Incarnation = BinaryPrimitives.ReadUInt64BigEndian(fields[48..]),
    };

    /// <summary>The same with something else remembered of a peer.</summary>
    internal ReplicaIdentity WithPeer(ReplicaId peer, PeerMemory memory)
    {
        PeerMemory[] peers = new PeerMemory[ReplicaCount];
        for (int index = 0; index < peers.Length; index++)
            peers[index] = index == peer.Index ? memory : Peer(new ReplicaId(index));
        return this with { Peers = peers };
    }

    /// <summary>The rule that it breaks; null when it is well-formed.</summary>
    internal string? BrokenRule()
    {
        if (ReplicaCount is < 1 or > Limits.Replicas)
            return $"a group has 1 to {Limits.Replicas} replicas, not {ReplicaCount}";
        if (Replica.Index < 0 || Replica.Index >= ReplicaCount)
            return $"{Replica} is not in a group of {ReplicaCount}";
        if (Sharing is < 1 or > StoreOptions.MostGroups)
            return $"1 to {StoreOptions.MostGroups} groups share a data directory, not {Sharing}";
        return Identity == 0 ? "the drawn identity is never 0: that stands for \"never seen\"" : null;
    }
}
