using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Master.Core.Histories;

/// <summary>What is different between a configuration and the next one, in bytes.</summary>
/// <remarks>
/// Layout: job (8 bytes), number of shards that left (4), their groups (2 each), number of shards that joined (4), these shards (<see cref="NewShard"/>), number of arcs that moved
/// (4), for each its number (2) and the group that has it now (2).
/// </remarks>
internal static class ConfigurationDifference
{
    private const int MoveSize = 2 * sizeof(ushort);

    /// <summary>The difference.</summary>
    /// <param name="before">A configuration.</param>
    /// <param name="next">The next one. A shard that is in both is the same in both.</param>
    public static byte[] Between(Configuration before, Configuration next)
    {
        GroupId[] left = [.. before.Shards.Where(shard => next.Find(shard.Group) is null).Select(static shard => shard.Group)];
        NewShard[] joined = [.. next.Shards.Where(shard => before.Find(shard.Group) is null).Select(ShardRules.ToWire)];
        ArcMove[] moves = [.. before.MovesTo(next)];
        int size = sizeof(long) + (3 * sizeof(int)) + (left.Length * sizeof(ushort)) + joined.Sum(static shard => shard.EncodedSize()) + (moves.Length * MoveSize);
        byte[] bytes = new byte[size];
        WireWriter writer = new(bytes);
        writer.WriteInt64(next.Job);
        writer.WriteInt32(left.Length);
        foreach (GroupId group in left)
            writer.WriteUInt16(group.Number);
        writer.WriteInt32(joined.Length);
        foreach (NewShard shard in joined)
            shard.Write(ref writer);
        writer.WriteInt32(moves.Length);
        foreach (ArcMove move in moves)
        {
            writer.WriteUInt16(move.Arc.Number);
            writer.WriteUInt16(move.To.Number);
        }

        return bytes;
    }

    /// <summary>The next configuration.</summary>
    /// <param name="before">The configuration before it.</param>
    /// <param name="bytes">The difference between the two.</param>
    /// <exception cref="WireFormatException">The bytes are no difference, or not one that this configuration can have.</exception>
    public static Configuration Apply(Configuration before, ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        long job = reader.ReadNumber();
        HashSet<GroupId> left = [];
        for (int count = reader.ReadCount(before.Shards.Count, sizeof(ushort)); count > 0; count--)
            left.Add(new GroupId(reader.ReadUInt16()));
        List<NewShard> joined = [];
        for (int count = reader.ReadCount(Configuration.MostShards, 1); count > 0; count--)
            joined.Add(NewShard.Read(ref reader));
        List<ArcMove> moves = ReadMoves(before, ref reader);
        reader.RequireEnd();
        List<Shard>? shards = joined.Count == 0 || ShardRules.FindBroken(joined) is null ? Merged(before, left, joined) : null;
        return shards is not null && TryNext(before, job, shards, moves) is { } next
            ? next
            : throw new WireFormatException($"what is said to be different does not lead from configuration {before.Number} to another one");
    }

    private static List<ArcMove> ReadMoves(Configuration before, ref WireReader reader)
    {
        List<ArcMove> moves = [];
        for (int count = reader.ReadCount(Arc.Count, MoveSize); count > 0; count--)
        {
            Arc arc = new(reader.ReadUInt16());
            if (arc.Number >= Arc.Count)
                throw new WireFormatException($"there is no arc {arc.Number}");
            moves.Add(new ArcMove(arc, before.OwnerOf(arc), new GroupId(reader.ReadUInt16())));
        }

        return moves;
    }

    private static List<Shard> Merged(Configuration before, HashSet<GroupId> left, List<NewShard> joined) =>
    [
        .. before.Shards.Where(shard => !left.Contains(shard.Group)).Concat(joined.Select(ShardRules.ToShard)).OrderBy(static shard => shard.Group.Number),
    ];

    private static Configuration? TryNext(Configuration before, long job, List<Shard> shards, List<ArcMove> moves)
    {
        try
        {
            return before.Next(job, shards, moves);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
