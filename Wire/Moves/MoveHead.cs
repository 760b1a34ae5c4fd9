using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Moves;

/// <summary>
/// What every command about moves begins with: its kind (1 byte) and an empty name (4 bytes), because the arc of a command is found by the name in its head; and how groups and texts are read in one.
/// </summary>
internal static class MoveHead
{
    /// <summary>Bytes of it.</summary>
    public const int Size = 1 + sizeof(int);

    /// <summary>Reads it.</summary>
    /// <exception cref="WireFormatException">The command is of another kind, or it has a name.</exception>
    public static void Read(ref WireReader reader, CommandKind kind)
    {
        reader.RequireCommand(kind);
        if (reader.ReadInt32() != 0)
            throw new WireFormatException($"{kind} has no name");
    }

    /// <summary>Writes it.</summary>
    public static void Write(ref WireWriter writer, CommandKind kind)
    {
        writer.WriteByte((byte)kind);
        writer.WriteInt32(0);
    }

    /// <summary>Reads the number of a group that can have arcs.</summary>
    /// <exception cref="WireFormatException">There is no such group.</exception>
    public static GroupId ReadGroup(ref WireReader reader)
    {
        GroupId group = new(reader.ReadUInt16());
        return group.Number is >= 1 and <= GroupId.Highest ? group : throw new WireFormatException($"{group} has no arcs");
    }

    /// <summary>Reads where the replicas of a group listen (number (1), then each: length (4), UTF-8).</summary>
    /// <exception cref="WireFormatException">There are too many.</exception>
    public static string[] ReadAddresses(ref WireReader reader)
    {
        string[] addresses = new string[reader.ReadByte()];
        if (addresses.Length > Limits.Replicas)
            throw new WireFormatException($"a group has {addresses.Length} addresses");
        for (int place = 0; place < addresses.Length; place++)
            addresses[place] = reader.ReadString(Limits.Address);
        return addresses;
    }

    /// <summary>Bytes of these addresses.</summary>
    public static int SizeOf(IReadOnlyList<string> addresses) => 1 + addresses.Sum(static address => WireWriter.SizeOf(address));

    /// <summary>Writes these addresses.</summary>
    public static void Write(ref WireWriter writer, IReadOnlyList<string> addresses)
    {
        writer.WriteByte((byte)addresses.Count);
        foreach (string address in addresses)
            writer.WriteString(address);
    }
}
