using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Asks for messages of a room from a position; linearizable. The answer is a <see cref="HistoryResult"/>.</summary>
/// <param name="Room">Name of the room.</param>
/// <param name="From">1 or more: the first number wanted. 0 or less: relative to the end; 0 = only where the end is, -20 = the last 20, or those that are left of them.</param>
/// <param name="MaximumCount">Most messages wanted; fewer come when they do not fit in a reply.</param>
/// <remarks>Layout: kind (1 byte), room (length in bytes (4), UTF-8), from (8, signed), maximum count (4, signed).</remarks>
public sealed record ReadHistoryQuery(string Room, long From, int MaximumCount)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReadHistoryQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ReadHistory);
        ReadHistoryQuery query = new(reader.ReadString(Limits.RoomName), reader.ReadInt64(), reader.ReadInt32());
        reader.RequireEnd();
        return query;
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentException">The name is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + WireWriter.SizeOf(Room) + sizeof(long) + sizeof(int)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.ReadHistory);
        writer.WriteString(Room);
        writer.WriteInt64(From);
        writer.WriteInt32(MaximumCount);
        return bytes;
    }
}
