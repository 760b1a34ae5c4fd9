using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// W, any → any, first on a connection in both directions; a replica that calls another one may say it twice. A mismatch is
/// refused with a ConnectionRefused and a readable reason.
/// </summary>
/// <param name="LowestVersion">Lowest protocol version the sender speaks.</param>
/// <param name="HighestVersion">Highest protocol version the sender speaks.</param>
/// <param name="Role">Who speaks.</param>
/// <param name="Cluster">The cluster; <see cref="Guid.Empty"/> from a client that does not care.</param>
/// <param name="Group">The group; <see cref="GroupId.None"/> from a client that does not care.</param>
/// <param name="Replica">The sender's place in the member list (replicas only; 0 otherwise).</param>
/// <param name="Target">The place of the replica the sender means to reach (replicas only; 0 otherwise).</param>
/// <param name="Identity">Drawn when the sender's data directory was created; another value under the same place is another disk.</param>
/// <param name="Incarnation">How often the sender was started on that data directory; a lower one than seen before is an older copy.</param>
/// <param name="MembersHash">Stable hash of the sender's member list; the same for all that have this list.</param>
/// <remarks>
/// Layout: magic (8: PAXSHARD), lowest version (2), highest version (2), role (1), cluster (16), group (2), replica (1),
/// target (1), identity (8), incarnation (8), member list (8), members hash (8); from a replica its standing follows. Magic and versions stay where
/// they are in every version; when the versions of the two sides do not meet, what follows them is not looked at, so that the refusal
/// can name the versions. Refused: another magic, a lowest version above the highest, an unknown role.
/// </remarks>
public sealed record Hello(
    int LowestVersion,
    int HighestVersion,
    PeerRole Role,
    Guid Cluster,
    GroupId Group,
    ReplicaId Replica,
    ReplicaId Target,
    ulong Identity,
    ulong Incarnation,
    ulong MembersHash) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Hello;

    /// <summary>The number of the sender's member list (rule 13); 0 from a client.</summary>
    public long List { get; init; }

    /// <summary>What a replica says of itself besides; null from a client.</summary>
    public ReplicaStanding? Standing { get; init; }

    /// <summary>The start of the replica that speaks.</summary>
    public StartMark Start => new(Incarnation, Standing?.StartId ?? Guid.Empty);

    /// <summary>The sender speaks a version that is spoken here.</summary>
    public bool IsVersionSpoken => LowestVersion <= ProtocolVersion.Highest && HighestVersion >= ProtocolVersion.Lowest;

    internal override int Size => 8 + 2 + 2 + 1 + 16 + 2 + 1 + 1 + 8 + 8 + 8 + 8 + (Standing?.Size ?? 0);

    private static ReadOnlySpan<byte> Magic => "PAXSHARD"u8;

    internal static Hello Read(ref WireReader reader)
    {
        if (!reader.Take(Magic.Length).SequenceEqual(Magic))
            throw new WireFormatException("a hello does not begin with the magic of this protocol");
        Hello hello = new(
            reader.ReadUInt16(), reader.ReadUInt16(), PeerRole.Client, Guid.Empty, GroupId.None, default, default, 0, 0, 0);
        if (hello.LowestVersion > hello.HighestVersion)
            throw new WireFormatException($"a hello names the versions {hello.LowestVersion} to {hello.HighestVersion}");
        if (hello.IsVersionSpoken)
            return hello.ReadRest(ref reader);
        reader.Take(reader.Remaining);
        return hello;
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteRaw(Magic);
        writer.WriteUInt16(LowestVersion);
        writer.WriteUInt16(HighestVersion);
        writer.WriteByte((byte)Role);
        writer.WriteGuid(Cluster);
        writer.WriteUInt16(Group.Number);
        writer.WriteReplica(Replica);
        writer.WriteReplica(Target);
        writer.WriteUInt64(Identity);
        writer.WriteUInt64(Incarnation);
        writer.WriteInt64(List);
        writer.WriteUInt64(MembersHash);
        Standing?.Write(ref writer);
    }

    private Hello ReadRest(ref WireReader reader)
    {
        Hello hello = this with
        {
            Role = ReadRole(ref reader),
            Cluster = reader.ReadGuid(),
            Group = new GroupId(reader.ReadUInt16()),
            Replica = reader.ReadReplica(),
            Target = reader.ReadReplica(),
            Identity = reader.ReadUInt64(),
            Incarnation = reader.ReadUInt64(),
            List = reader.ReadNumber(),
            MembersHash = reader.ReadUInt64(),
        };
        return hello.Role == PeerRole.Replica ? hello with { Standing = ReplicaStanding.Read(ref reader) } : hello;
    }

    private static PeerRole ReadRole(ref WireReader reader)
    {
        PeerRole role = (PeerRole)reader.ReadByte();
        if (role is not (PeerRole.Client or PeerRole.Replica))
            throw new WireFormatException($"a hello has the unknown role {(byte)role}");
        return role;
    }
}

/// <summary>Who speaks on a connection. Reaches the wire: append only.</summary>
public enum PeerRole : byte
{
    /// <summary>A client.</summary>
    Client = 1,

    /// <summary>A replica of the same group.</summary>
    Replica = 2,
}
