using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Hashing.Configurations;

/// <summary>
/// Which shards there are and which of them owns each arc. Configurations are numbered: one follows the other, none is skipped and none is ever changed. In each but
/// <see cref="Zero"/> every arc has an owner, and the owner is one of the shards. Immutable.
/// </summary>
/// <remarks>
/// <para>
/// The owner of a key or a room is that of its arc, wherever in the arc its hash lies: points on the ring decide which arcs move (<see cref="Assignment"/>), never where a key is.
/// </para>
/// <para>
/// Layout: number (8 bytes), job (8), number of shards (4), the shards by ascending group (<see cref="Shard"/>), number of runs (4), the runs: how many arcs in a row (2), from arc 0
/// on and together all of them, have one owner (2), which is another one than that of the run before; 0 is nobody.
/// </para>
/// </remarks>
public sealed class Configuration
{
    /// <summary>Most shards, so many that a configuration fits into one answer whatever its addresses are.</summary>
    public const int MostShards = 1000;

    /// <summary>Bytes of the longest one; less than <see cref="Limits.Result"/>, with space to spare for an answer around it.</summary>
    public const int LongestEncoding = FixedSize + (MostShards * Shard.LargestSize) + (Arc.Count * RunSize);

    private const int FixedSize = (2 * sizeof(long)) + (2 * sizeof(int));
    private const int RunSize = 2 * sizeof(ushort);

    private readonly Shard[] _shards;
    private readonly GroupId[] _owners;

    private Configuration(long number, long job, Shard[] shards, GroupId[] owners)
    {
        Number = number;
        Job = job;
        _shards = shards;
        _owners = owners;
        Hash = StableHash64.Of(Encode());
    }

    /// <summary>The first one: no shards, and nobody owns an arc.</summary>
    public static Configuration Zero { get; } = new(0, 0, [], new GroupId[Arc.Count]);

    /// <summary>How many went before it; at most <see cref="Limits.HighestNumber"/>.</summary>
    public long Number { get; }

    /// <summary>The job that made it; 0 for <see cref="Zero"/> alone.</summary>
    public long Job { get; }

    /// <summary>The shards, ascending.</summary>
    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>A stable hash of everything in it.</summary>
    public ulong Hash { get; }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="WireFormatException">The bytes are no configuration.</exception>
    public static Configuration Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        long number = reader.ReadNumber();
        long job = reader.ReadNumber();
        Shard[] shards = ReadShards(ref reader);
        GroupId[] owners = ReadOwners(ref reader, shards);
        reader.RequireEnd();
        if ((number == 0) != (shards.Length == 0) || (number == 0) != (job == 0))
            throw new WireFormatException($"configuration {number} of job {job} cannot have {shards.Length} shards");
        return number == 0 ? Zero : new Configuration(number, job, shards, owners);
    }

    /// <summary>Whose an arc is; <see cref="GroupId.None"/> in <see cref="Zero"/> alone.</summary>
    public GroupId OwnerOf(Arc arc) => _owners[arc.Number];

    /// <summary>A shard by its group; null when there is none.</summary>
    public Shard? Find(GroupId group) => IndexOf(_shards, group) is >= 0 and var index ? _shards[index] : null;

    /// <summary>The arcs of a shard, ascending; of <see cref="GroupId.None"/> those that nobody has.</summary>
    public IReadOnlyList<Arc> ArcsOf(GroupId group) => [.. AllArcs().Where(arc => OwnerOf(arc) == group)];

    /// <summary>The next configuration.</summary>
    /// <param name="job">The job that makes it, from 1.</param>
    /// <param name="shards">All of its shards, in any order.</param>
    /// <param name="moves">The arcs that get another owner, each once; all others stay where they are.</param>
    /// <exception cref="ArgumentException">There is no such job; a shard is there twice, or too many are; a move does not begin at the present owner, does not end at another shard
    /// of the next configuration, or is of an arc that there is not or that moves twice; an arc is left to nobody, or to a shard that is not there any more.</exception>
    public Configuration Next(long job, IEnumerable<Shard> shards, IEnumerable<ArcMove> moves)
    {
        if (job is < 1 or > Limits.HighestNumber || Number == Limits.HighestNumber)
            throw new ArgumentException($"job {job} cannot make a configuration after {Number}", nameof(job));
        Shard[] sorted = [.. shards.OrderBy(static shard => shard.Group.Number)];
        if (sorted.Length > MostShards)
            throw new ArgumentException($"{sorted.Length} shards are more than {MostShards}", nameof(shards));
        for (int index = 1; index < sorted.Length; index++)
        {
            if (sorted[index].Group == sorted[index - 1].Group)
                throw new ArgumentException($"{sorted[index].Group} is there twice", nameof(shards));
        }

        GroupId[] owners = OwnersAfter(moves);
        foreach (Arc arc in AllArcs())
        {
            if (IndexOf(sorted, owners[arc.Number]) < 0)
                throw new ArgumentException($"arc {arc.Number} is left to {owners[arc.Number]}, which is no shard", nameof(moves));
        }

        return new Configuration(Number + 1, job, sorted, owners);
    }

    /// <summary>The arcs that have another owner in another configuration, ascending.</summary>
    /// <param name="next">The other one; mostly the next.</param>
    public IReadOnlyList<ArcMove> MovesTo(Configuration next) =>
        [.. AllArcs().Where(arc => OwnerOf(arc) != next.OwnerOf(arc)).Select(arc => new ArcMove(arc, OwnerOf(arc), next.OwnerOf(arc)))];

    /// <summary>The whole configuration; at most <see cref="LongestEncoding"/> bytes.</summary>
    public byte[] Encode()
    {
        List<(int Length, GroupId Owner)> runs = Runs();
        byte[] bytes = new byte[FixedSize + _shards.Sum(static shard => shard.Size) + (runs.Count * RunSize)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Number);
        writer.WriteInt64(Job);
        writer.WriteInt32(_shards.Length);
        foreach (Shard shard in _shards)
            shard.Write(ref writer);
        writer.WriteInt32(runs.Count);
        foreach ((int length, GroupId owner) in runs)
        {
            writer.WriteUInt16(length);
            writer.WriteUInt16(owner.Number);
        }

        return bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => $"configuration {Number} with {_shards.Length} shards";

    private static Shard[] ReadShards(ref WireReader reader)
    {
        Shard[] shards = new Shard[reader.ReadCount(MostShards, Shard.SmallestSize)];
        for (int index = 0; index < shards.Length; index++)
        {
            shards[index] = Shard.Read(ref reader);
            if (index > 0 && shards[index].Group.Number <= shards[index - 1].Group.Number)
                throw new WireFormatException($"a configuration names {shards[index].Group} behind {shards[index - 1].Group}");
        }

        return shards;
    }

    private static GroupId[] ReadOwners(ref WireReader reader, Shard[] shards)
    {
        GroupId[] owners = new GroupId[Arc.Count];
        int arcs = 0;
        int runs = reader.ReadCount(Arc.Count, RunSize);
        for (int run = 0; run < runs; run++)
        {
            int length = reader.ReadUInt16();
            GroupId owner = new(reader.ReadUInt16());
            bool isOwner = shards.Length == 0 ? owner == GroupId.None : IndexOf(shards, owner) >= 0;
            if (length < 1 || length > Arc.Count - arcs || !isOwner || (arcs > 0 && owners[arcs - 1] == owner))
                throw new WireFormatException($"a configuration cannot have {length} arcs of {owner} from arc {arcs} on");
            owners.AsSpan(arcs, length).Fill(owner);
            arcs += length;
        }

        return arcs == Arc.Count ? owners : throw new WireFormatException($"a configuration says of {arcs} arcs only whose they are");
    }

    private static IEnumerable<Arc> AllArcs() => Enumerable.Range(0, Arc.Count).Select(static number => new Arc(number));

    /// <summary>Where a group is among shards by ascending group; negative when it is not.</summary>
    private static int IndexOf(Shard[] shards, GroupId group)
    {
        int low = 0;
        int high = shards.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = shards[middle].Group.Number.CompareTo(group.Number);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    private GroupId[] OwnersAfter(IEnumerable<ArcMove> moves)
    {
        GroupId[] owners = [.. _owners];
        bool[] hasMoved = new bool[Arc.Count];
        foreach (ArcMove move in moves)
        {
            int arc = move.Arc.Number;
            if (arc is < 0 or >= Arc.Count || hasMoved[arc])
                throw new ArgumentException($"there is no arc {arc} that is still to be moved", nameof(moves));
            if (move.From != owners[arc] || move.To == move.From)
                throw new ArgumentException($"arc {arc} of {owners[arc]} cannot move from {move.From} to {move.To}", nameof(moves));
            hasMoved[arc] = true;
            owners[arc] = move.To;
        }

        return owners;
    }

    private List<(int Length, GroupId Owner)> Runs()
    {
        List<(int Length, GroupId Owner)> runs = [];
        int start = 0;
        for (int arc = 1; arc <= Arc.Count; arc++)
        {
            if (arc < Arc.Count && _owners[arc] == _owners[start])
                continue;
            runs.Add((arc - start, _owners[start]));
            start = arc;
        }

        return runs;
    }
}
