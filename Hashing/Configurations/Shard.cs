using PaxosShard.Hashing.Rings;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;
using PaxosShard.Wire.Text;

namespace PaxosShard.Hashing.Configurations;

/// <summary>A group that may own arcs, as a configuration names it. Immutable; two are equal when everything in them is.</summary>
/// <remarks>Layout: group (2 bytes), points (2), number of addresses (1), the addresses in the order of the places (each: length in bytes (4), UTF-8).</remarks>
public sealed record Shard
{
    /// <summary>Bytes of one with a single address of no length.</summary>
    internal const int SmallestSize = HeaderSize + sizeof(int);

    /// <summary>Bytes of the largest one.</summary>
    internal const int LargestSize = HeaderSize + (Limits.Replicas * (sizeof(int) + Limits.Address));

    private const int HeaderSize = (2 * sizeof(ushort)) + 1;

    private readonly string[] _addresses;

    /// <summary>A shard; its addresses are copied.</summary>
    /// <param name="group">Its group, never <see cref="GroupId.None"/>.</param>
    /// <param name="points">How many points it has on the ring, 1 to <see cref="RingMember.MostPoints"/>.</param>
    /// <param name="addresses">Where its replicas listen, host:port, by place: 1 to <see cref="Limits.Replicas"/>, each once and at most <see cref="Limits.Address"/> bytes.</param>
    /// <exception cref="ArgumentException">One of these is not so.</exception>
    public Shard(GroupId group, int points, IReadOnlyList<string> addresses)
    {
        if (group.Number is < 1 or > GroupId.Highest)
            throw new ArgumentException($"{group} cannot be a shard", nameof(group));
        if (points is < 1 or > RingMember.MostPoints)
            throw new ArgumentException($"{group} has {points} points, not 1 to {RingMember.MostPoints}", nameof(points));
        if (FindBrokenRule(addresses) is { } rule)
            throw new ArgumentException($"{group} has {rule}", nameof(addresses));
        Group = group;
        Points = points;
        _addresses = [.. addresses];
    }

    /// <summary>Its group.</summary>
    public GroupId Group { get; }

    /// <summary>How many points it has on the ring.</summary>
    public int Points { get; }

    /// <summary>Where its replicas listen, host:port, by place.</summary>
    public IReadOnlyList<string> Addresses => _addresses;

    /// <summary>As the ring knows it.</summary>
    public RingMember Member => new(Group, Points);

    /// <summary>Bytes that it is written in.</summary>
    internal int Size => HeaderSize + _addresses.Sum(static address => WireWriter.SizeOf(address));

    /// <inheritdoc/>
    public bool Equals(Shard? other) =>
        other is not null && Group == other.Group && Points == other.Points && _addresses.SequenceEqual(other._addresses, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Group.Number;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="WireFormatException">The bytes are no shard.</exception>
    internal static Shard Read(ref WireReader reader)
    {
        GroupId group = new(reader.ReadUInt16());
        int points = reader.ReadUInt16();
        string[] addresses = new string[reader.ReadByte()];
        if (group == GroupId.None || points is < 1 or > RingMember.MostPoints || addresses.Length > Limits.Replicas)
            throw new WireFormatException($"{group} with {points} points and {addresses.Length} replicas cannot be a shard");
        for (int place = 0; place < addresses.Length; place++)
            addresses[place] = reader.ReadString(Limits.Address);
        return FindBrokenRule(addresses) is { } rule ? throw new WireFormatException($"{group} has {rule}") : new Shard(group, points, addresses);
    }

    /// <summary>Writes it.</summary>
    internal void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Group.Number);
        writer.WriteUInt16(Points);
        writer.WriteByte((byte)_addresses.Length);
        foreach (string address in _addresses)
            writer.WriteString(address);
    }

    /// <summary>What is wrong with some addresses; null when nothing is.</summary>
    private static string? FindBrokenRule(IReadOnlyList<string> addresses)
    {
        if (addresses.Count is < 1 or > Limits.Replicas)
            return $"{addresses.Count} replicas, not 1 to {Limits.Replicas}";
        for (int place = 0; place < addresses.Count; place++)
        {
            // What is half of a character only cannot be written, and the size of it is refused with the exception that says so.
            if (WireWriter.SizeOf(addresses[place]) > sizeof(int) + Limits.Address || !NetworkAddress.IsDestination(addresses[place]))
                return $"no address that one can connect to in place {place}";
        }

        return addresses.Distinct(StringComparer.Ordinal).Count() == addresses.Count ? null : "two replicas with one address";
    }
}
