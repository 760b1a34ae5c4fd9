using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>A shard that is to be added, as it is written. Its rules are the machine's: nothing here checks them.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Points">How many points it gets on the ring: twice as many give it about twice as many arcs.</param>
/// <param name="Addresses">Where its replicas listen, host:port.</param>
/// <remarks>Layout: group (2 bytes), points (4, signed), number of addresses (4), the addresses (each: length in bytes (4), UTF-8).</remarks>
public sealed record NewShard(GroupId Group, int Points, IReadOnlyList<string> Addresses)
{
    /// <summary>Bytes of one without addresses.</summary>
    internal const int SmallestSize = sizeof(ushort) + (2 * sizeof(int));

    /// <summary>Bytes that it is written in.</summary>
    /// <exception cref="ArgumentException">An address is not valid UTF-16.</exception>
    public int EncodedSize() => SmallestSize + Addresses.Sum(static address => WireWriter.SizeOf(address));

    /// <summary>Reads one.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static NewShard Read(ref WireReader reader)
    {
        GroupId group = new(reader.ReadUInt16());
        int points = reader.ReadInt32();
        string[] addresses = new string[reader.ReadCount(int.MaxValue, sizeof(int))];
        for (int index = 0; index < addresses.Length; index++)
            addresses[index] = reader.ReadString(int.MaxValue);
        return new NewShard(group, points, addresses);
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="ArgumentException">An address is not valid UTF-16, or there is no such group.</exception>
    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Group.Number);
        writer.WriteInt32(Points);
        writer.WriteInt32(Addresses.Count);
        foreach (string address in Addresses)
            writer.WriteString(address);
    }
}
