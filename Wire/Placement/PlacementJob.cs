using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// A change of who serves what: one attempt, whose number is never used again. Jobs are carried out one after the other, in the order of their numbers. It never changes: a
/// step further it is another object.
/// </summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Step">How far it is.</param>
/// <remarks>
/// Layout: number (8 bytes), kind (1), step (1), whether it is a barrier (1), from (8, signed), moves (4), group (2), number of shards (4), the shards (<see cref="NewShard"/>), number of arcs (4), the arcs
/// (2 each), number of groups that reported (4), these groups (2 each), reason (length in bytes (4), UTF-8).
/// </remarks>
public sealed record PlacementJob(long Number, JobKind Kind, JobStep Step)
{
    /// <summary><see cref="From"/> of a job that was never planned.</summary>
    public const long NotPlanned = -1;

    /// <summary>Bytes of one without shards, arcs, groups and reason.</summary>
    internal const int SmallestSize = sizeof(long) + 3 + sizeof(long) + sizeof(int) + sizeof(ushort) + (4 * sizeof(int));

    /// <summary>While it is under way the gateways hold back all requests, and not only those for moving arcs while it drains.</summary>
    public bool IsBarrier { get; init; }

    /// <summary>The shards that it adds, ascending by group; none when it does something else.</summary>
    public IReadOnlyList<NewShard> Shards { get; init; } = [];

    /// <summary>The group of the shard that leaves, or of the one that gets arcs; <see cref="GroupId.None"/> when shards are added.</summary>
    public GroupId Group { get; init; } = GroupId.None;

    /// <summary>The numbers of the arcs that it was told to move, ascending; none when it does something else.</summary>
    public IReadOnlyList<int> Arcs { get; init; } = [];

    /// <summary>The number of the configuration that it goes from: once committed it has made the one behind it. <see cref="NotPlanned"/> before its turn.</summary>
    public long From { get; init; } = NotPlanned;

    /// <summary>How many arcs change their shard by it; 0 before its turn.</summary>
    public int Moves { get; init; }

    /// <summary>The groups that have ended their part of its moves, ascending; none once all of them have.</summary>
    public IReadOnlyList<GroupId> Reported { get; init; } = [];

    /// <summary>Why it failed; otherwise empty. At most <see cref="Limits.Reason"/> bytes.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Bytes that it is written in.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16.</exception>
    public int EncodedSize() =>
        SmallestSize
        + Shards.Sum(static shard => shard.EncodedSize())
        + ((Arcs.Count + Reported.Count) * sizeof(ushort))
        + WireWriter.SizeOf(Reason) - sizeof(int);

    /// <summary>Reads one.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static PlacementJob Read(ref WireReader reader)
    {
        long number = reader.ReadNumber();
        JobKind kind = (JobKind)reader.ReadByte();
        if (number == 0 || !Enum.IsDefined(kind))
            throw new WireFormatException($"there is no job {number} of kind {(byte)kind}");
        JobStep step = JobSteps.Read(ref reader);
        bool isBarrier = reader.ReadBoolean();
        long from = reader.ReadInt64();
        int moves = reader.ReadInt32();
        if (from is < NotPlanned or > Limits.HighestNumber || moves < 0)
            throw new WireFormatException($"job {number} does not go from configuration {from} with {moves} moves");
        return new PlacementJob(number, kind, step)
        {
            IsBarrier = isBarrier,
            From = from,
            Moves = moves,
            Group = new GroupId(reader.ReadUInt16()),
            Shards = ReadShards(ref reader),
            Arcs = ReadNumbers(ref reader),
            Reported = [.. ReadNumbers(ref reader).Select(static group => new GroupId(group))],
            Reason = reader.ReadString(Limits.Reason),
        };
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16, or there is no such group or arc.</exception>
    public void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Number);
        writer.WriteByte((byte)Kind);
        writer.WriteByte((byte)Step);
        writer.WriteBoolean(IsBarrier);
        writer.WriteInt64(From);
        writer.WriteInt32(Moves);
        writer.WriteUInt16(Group.Number);
        writer.WriteInt32(Shards.Count);
        foreach (NewShard shard in Shards)
            shard.Write(ref writer);
        writer.WriteInt32(Arcs.Count);
        foreach (int arc in Arcs)
            writer.WriteUInt16(arc);
        writer.WriteInt32(Reported.Count);
        foreach (GroupId group in Reported)
            writer.WriteUInt16(group.Number);
        writer.WriteString(Reason);
    }

    /// <summary>All of it in bytes.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16, or there is no such group or arc.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[EncodedSize()];
        WireWriter writer = new(bytes);
        Write(ref writer);
        return bytes;
    }

    private static NewShard[] ReadShards(ref WireReader reader)
    {
        NewShard[] shards = new NewShard[reader.ReadCount(int.MaxValue, NewShard.SmallestSize)];
        for (int index = 0; index < shards.Length; index++)
            shards[index] = NewShard.Read(ref reader);
        return shards;
    }

    private static int[] ReadNumbers(ref WireReader reader)
    {
        int[] numbers = new int[reader.ReadCount(int.MaxValue, sizeof(ushort))];
        for (int index = 0; index < numbers.Length; index++)
            numbers[index] = reader.ReadUInt16();
        return numbers;
    }
}
