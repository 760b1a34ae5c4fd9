using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Answer to a <see cref="ReadStatusQuery"/>: what one replica knows of its group; any replica answers, at once.</summary>
/// <param name="ReplicaCount">Replicas in the group.</param>
/// <param name="Self">Who answers.</param>
/// <param name="View">The view it is in.</param>
/// <param name="Role">What it is in that view, in one word.</param>
/// <param name="Accepted">The last slot it has stored an entry for.</param>
/// <param name="Decided">Its decided slot.</param>
/// <param name="Executed">Its executed slot.</param>
/// <param name="StateHash">Its state hash after <paramref name="Executed"/>.</param>
/// <param name="HearsQuorum">It has heard a quorum within the timeout.</param>
/// <param name="Syncs">How often it synced its disk since its start.</param>
/// <param name="IsDiskFull">Nothing new is accepted here before there is space on its disk.</param>
/// <param name="IsStateInDoubt">The states of the replicas differ and no quorum agrees with this one's, the primary's: no client gets a result (rule 12).</param>
/// <param name="Addresses">Addresses of the replicas, in the order of the member list.</param>
/// <remarks>
/// Layout: replica count (1 byte), self (1), view (8), role (length in bytes (4), UTF-8), accepted (8), decided (8),
/// executed (8), state hash (8), hears quorum (1: 0 or 1), syncs (8), disk full (1: 0 or 1), state in
/// doubt (1: 0 or 1), number of addresses (4), the addresses (length in bytes (4), UTF-8), snapshot (8), base (8), bytes of
/// the log (8), then of the state, the bytes of sessions, and the sessions: used (8) and allowed (8); number of its member list (8), votes (1: 0 or 1), number of shards (4), and of each
/// its group (2) and requests under way (4), ascending by group.
/// </remarks>
public sealed record StatusResult(
    int ReplicaCount,
    ReplicaId Self,
    View View,
    string Role,
    Slot Accepted,
    Slot Decided,
    Slot Executed,
    ulong StateHash,
    bool HearsQuorum,
    ulong Syncs,
    bool IsDiskFull,
    bool IsStateInDoubt,
    IReadOnlyList<string> Addresses)
{
    private const int FixedSize = 1 + 1 + 8 + (3 * 8) + 8 + 1 + 8 + 1 + 1 + 4 + (3 * 8) + (3 * 2 * 8) + 8 + 1 + 4;
    private const int ShardSize = 2 + 4;

    /// <summary>The slot of its durable snapshot; 0 when it has none.</summary>
    public Slot Snapshot { get; init; }

    /// <summary>Slots up to here are not in its memory any more: they are in its snapshot.</summary>
    public Slot Base { get; init; }

    /// <summary>Bytes of memory that the slots above <see cref="Base"/> take, about.</summary>
    public long LogBytes { get; init; }

    /// <summary>Bytes of its state after <see cref="Executed"/>; what would take it above its bound is rejected.</summary>
    public Occupancy State { get; init; }

    /// <summary>Bytes that the sessions of clients take, about; above their bound, requests are answered busy.</summary>
    public Occupancy SessionBytes { get; init; }

    /// <summary>Sessions of clients; from their bound on, requests of new ones are answered busy.</summary>
    public Occupancy Sessions { get; init; }

    /// <summary>The number of the member list after <see cref="Executed"/>.</summary>
    public long List { get; init; }

    /// <summary>It promises and votes. False for a newcomer that is not a member yet, for a replica that was replaced, and for one whose view record is lost.</summary>
    public bool Votes { get; init; }

    /// <summary>
    /// Requests that the gateway in the process of this replica has under way, by the shard that owns what they are about; of <see cref="GroupId.None"/> those that nobody owns. Ascending by shard; empty when
    /// there is no gateway, or when it knows no shards.
    /// </summary>
    public IReadOnlyList<ShardRequests> Requests { get; init; } = [];

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static StatusResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        StatusResult result = new(
            ReadReplicaCount(ref reader),
            reader.ReadReplica(),
            reader.ReadView(),
            reader.ReadString(Limits.Role),
            reader.ReadSlot(),
            reader.ReadSlot(),
            reader.ReadSlot(),
            reader.ReadUInt64(),
            reader.ReadBoolean(),
            reader.ReadUInt64(),
            reader.ReadBoolean(),
            reader.ReadBoolean(),
            ReadAddresses(ref reader))
        {
            Snapshot = reader.ReadSlot(),
            Base = reader.ReadSlot(),
            LogBytes = ReadAmount(ref reader),
            State = ReadOccupancy(ref reader),
            SessionBytes = ReadOccupancy(ref reader),
            Sessions = ReadOccupancy(ref reader),
            List = reader.ReadNumber(),
            Votes = reader.ReadBoolean(),
            Requests = ReadRequests(ref reader),
        };
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[FixedSize + WireWriter.SizeOf(Role) + Addresses.Sum(WireWriter.SizeOf) + (Requests.Count * ShardSize)];
        WireWriter writer = new(bytes);
        writer.WriteByte(checked((byte)ReplicaCount));
        writer.WriteReplica(Self);
        writer.WriteView(View);
        writer.WriteString(Role);
        writer.WriteSlot(Accepted);
        writer.WriteSlot(Decided);
        writer.WriteSlot(Executed);
        writer.WriteUInt64(StateHash);
        writer.WriteBoolean(HearsQuorum);
        writer.WriteUInt64(Syncs);
        writer.WriteBoolean(IsDiskFull);
        writer.WriteBoolean(IsStateInDoubt);
        writer.WriteInt32(Addresses.Count);
        foreach (string address in Addresses)
            writer.WriteString(address);
        writer.WriteSlot(Snapshot);
        writer.WriteSlot(Base);
        writer.WriteInt64(LogBytes);
        foreach (Occupancy occupancy in (ReadOnlySpan<Occupancy>)[State, SessionBytes, Sessions])
        {
            writer.WriteInt64(occupancy.Used);
            writer.WriteInt64(occupancy.Allowed);
        }

        writer.WriteInt64(List);
        writer.WriteBoolean(Votes);
        writer.WriteInt32(Requests.Count);
        foreach (ShardRequests shard in Requests)
        {
            writer.WriteUInt16(shard.Shard.Number);
            writer.WriteInt32(shard.UnderWay);
        }

        return bytes;
    }

    private static int ReadReplicaCount(ref WireReader reader)
    {
        byte count = reader.ReadByte();
        if (count is 0 or > Limits.Replicas)
            throw new WireFormatException($"a group of {count} replicas is out of range: 1 to {Limits.Replicas}");
        return count;
    }

    private static Occupancy ReadOccupancy(ref WireReader reader) => new(ReadAmount(ref reader), ReadAmount(ref reader));

    // A bound may be the highest number that there is, which is above the highest slot.
    private static long ReadAmount(ref WireReader reader)
    {
        long amount = reader.ReadInt64();
        return amount >= 0 ? amount : throw new WireFormatException($"an amount of {amount} is below 0");
    }

    private static ShardRequests[] ReadRequests(ref WireReader reader)
    {
        ShardRequests[] requests = new ShardRequests[reader.ReadCount(GroupId.Masters.Number, ShardSize)];
        for (int index = 0; index < requests.Length; index++)
        {
            requests[index] = new ShardRequests(new GroupId(reader.ReadUInt16()), reader.ReadInt32());
            if (requests[index].UnderWay < 0 || (index > 0 && requests[index].Shard.Number <= requests[index - 1].Shard.Number))
                throw new WireFormatException($"requests under way are not of one shard after the other: {requests[index].UnderWay} of {requests[index].Shard}");
        }

        return requests;
    }

    private static string[] ReadAddresses(ref WireReader reader)
    {
        string[] addresses = new string[reader.ReadCount(Limits.Replicas, sizeof(int))];
        for (int index = 0; index < addresses.Length; index++)
            addresses[index] = reader.ReadString(Limits.Address);
        return addresses;
    }
}

/// <summary>Requests of a gateway that are under way for what a shard owns.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="UnderWay">How many.</param>
public readonly record struct ShardRequests(GroupId Shard, int UnderWay);
