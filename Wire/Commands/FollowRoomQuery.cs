using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Asks for messages of a room from a position as soon as there are any; waits on the server. The answer is a
/// <see cref="HistoryResult"/>, without messages when none came in time, or when what was wanted is trimmed.
/// </summary>
/// <param name="Room">Name of the room.</param>
/// <param name="From">The first number wanted, 1 or more.</param>
/// <param name="WaitMilliseconds">How long the server may wait for a message.</param>
/// <remarks>Layout: kind (1 byte), room (length in bytes (4), UTF-8), from (8, signed), wait (4, signed, milliseconds).</remarks>
public sealed record FollowRoomQuery(string Room, long From, int WaitMilliseconds)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static FollowRoomQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.FollowRoom);
        FollowRoomQuery query = new(reader.ReadString(Limits.RoomName), reader.ReadInt64(), reader.ReadInt32());
        reader.RequireEnd();
        return query;
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentException">The name is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + WireWriter.SizeOf(Room) + sizeof(long) + sizeof(int)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.FollowRoom);
        writer.WriteString(Room);
        writer.WriteInt64(From);
        writer.WriteInt32(WaitMilliseconds);
        return bytes;
    }
}
