using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Answer to a <see cref="ListRoomsQuery"/>.</summary>
/// <param name="Total">Rooms in the group.</param>
/// <param name="Left">Rooms behind the last one listed; 0: the list ends here. Never below 0.</param>
/// <param name="Rooms">The rooms of this page, in the order of the bytes of their names.</param>
/// <remarks>Layout: total (8), left (8), number of rooms (4), the rooms (<see cref="RoomSummary"/>).</remarks>
public sealed record ListRoomsResult(long Total, long Left, IReadOnlyList<RoomSummary> Rooms)
{
    /// <summary>Bytes of a result without rooms.</summary>
    public const int HeaderSize = sizeof(long) + sizeof(long) + sizeof(int);

    /// <summary>Bytes that a room adds to a result.</summary>
    /// <param name="nameLength">Bytes of its name.</param>
    public static int SizeOfRoom(int nameLength) => RoomSummary.SmallestSize + nameLength;

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ListRoomsResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        long total = reader.ReadNumber();
        long left = reader.ReadNumber();
        RoomSummary[] rooms = new RoomSummary[reader.ReadCount(int.MaxValue, RoomSummary.SmallestSize)];
        for (int index = 0; index < rooms.Length; index++)
            rooms[index] = RoomSummary.Read(ref reader);
        reader.RequireEnd();
        return new ListRoomsResult(total, left, rooms);
    }

    /// <summary>The whole result.</summary>
    /// <exception cref="ArgumentException">A name is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderSize + Rooms.Sum(room => room.EncodedSize())];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Total);
        writer.WriteInt64(Left);
        writer.WriteInt32(Rooms.Count);
        foreach (RoomSummary room in Rooms)
            room.Write(ref writer);
        return bytes;
    }
}
