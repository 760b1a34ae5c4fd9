using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Asks for a page of the rooms with their last numbers, by the bytes of their names; linearizable. The answer is a
/// <see cref="ListRoomsResult"/>. Rooms are never taken away, so pages that follow one another miss none that was there at the first.
/// </summary>
/// <param name="After">Only rooms behind this name, whether there is a room of this name or not; empty: from the first on.</param>
/// <param name="MaximumCount">Most rooms; 0 or less only asks how many there are.</param>
/// <remarks>Layout: kind (1 byte), after (length in bytes (4), UTF-8), maximum count (4, signed).</remarks>
public sealed record ListRoomsQuery(string After, int MaximumCount)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ListRoomsQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ListRooms);
        ListRoomsQuery query = new(reader.ReadString(Limits.RoomName), reader.ReadInt32());
        reader.RequireEnd();
        return query;
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentException">The name is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + WireWriter.SizeOf(After) + sizeof(int)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.ListRooms);
        writer.WriteString(After);
        writer.WriteInt32(MaximumCount);
        return bytes;
    }
}
