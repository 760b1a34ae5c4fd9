using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// What every command about placement begins with: its kind (1 byte) and an empty name (4 bytes), because the arc of a command is found by the name in its head. All of them
/// are thereby of one arc, so that those of a session run in their order (rule 9).
/// </summary>
internal static class PlacementHead
{
    /// <summary>Bytes of it.</summary>
    public const int Size = 1 + sizeof(int);

    /// <summary>Reads it.</summary>
    /// <exception cref="WireFormatException">The command is of another kind, or it has a name.</exception>
    public static void Read(ref WireReader reader, PlacementCommandKind kind)
    {
        byte found = reader.ReadByte();
        if (found != (byte)kind)
            throw new WireFormatException($"a command of kind {found} is not {kind}");
        if (reader.ReadInt32() != 0)
            throw new WireFormatException($"{kind} has no name");
    }

    /// <summary>Writes it.</summary>
    public static void Write(ref WireWriter writer, PlacementCommandKind kind)
    {
        writer.WriteByte((byte)kind);
        writer.WriteInt32(0);
    }
}
