using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>A room and where it ends.</summary>
/// <param name="Room">Name of the room.</param>
/// <param name="Last">Number of its last message.</param>
/// <remarks>Layout: room (length in bytes (4), UTF-8), last (8).</remarks>
public sealed record RoomSummary(string Room, long Last)
{
    /// <summary>Bytes of a summary with an empty name.</summary>
    internal const int SmallestSize = sizeof(int) + sizeof(long);

    internal static RoomSummary Read(ref WireReader reader) => new(reader.ReadString(Limits.RoomName), reader.ReadNumber());

    internal void Write(ref WireWriter writer)
    {
        writer.WriteString(Room);
        writer.WriteInt64(Last);
    }

    internal int EncodedSize() => WireWriter.SizeOf(Room) + sizeof(long);
}
