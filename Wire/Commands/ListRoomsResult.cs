namespace PaxosShard.Wire;

/// <summary>Answer to a <see cref="ListRoomsQuery"/>.</summary>
/// <param name="Rooms">The rooms, by name in ordinal order; as many as fit in a reply.</param>
/// <remarks>Layout: number of rooms (4), the rooms (<see cref="RoomSummary"/>).</remarks>
public sealed record ListRoomsResult(IReadOnlyList<RoomSummary> Rooms)
{
    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ListRoomsResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        RoomSummary[] rooms = new RoomSummary[reader.ReadCount(int.MaxValue, RoomSummary.SmallestSize)];
        for (int index = 0; index < rooms.Length; index++)
            rooms[index] = RoomSummary.Read(ref reader);
        reader.RequireEnd();
        return new ListRoomsResult(rooms);
    }

    /// <summary>The whole result.</summary>
    /// <exception cref="ArgumentException">A name is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[sizeof(int) + Rooms.Sum(room => room.EncodedSize())];
        WireWriter writer = new(bytes);
        writer.WriteInt32(Rooms.Count);
        foreach (RoomSummary room in Rooms)
            room.Write(ref writer);
        return bytes;
    }
}
