using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Rooms;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>
/// Walks the rooms as they were when an export began, arc by arc. Rooms only grow: the number of the last message that each had then is all that has
/// to be kept, and the room keeps it itself.
/// </summary>
/// <param name="rooms">The rooms.</param>
/// <param name="export">The number of the export, by which rooms were marked.</param>
internal sealed class RoomWalk(ChatRooms rooms, long export)
{
    private static readonly Comparison<ExportedRoom> _byName = static (left, right) => left.Room.NameBytes.SequenceCompareTo(right.Room.NameBytes);

    private readonly List<ExportedRoom> _rooms = [];
    private int _next;
    private long _written;

    /// <summary>There is more in the arc.</summary>
    public bool HasNext => _next < _rooms.Count;

    /// <summary>Goes on to an arc, when there is nothing more in the one before.</summary>
    public void Enter(Arc arc)
    {
        _rooms.Clear();
        _next = 0;
        foreach (ChatRoom room in rooms.In(arc))
        {
            long last = room.LastAt(export);
            if (last > 0)
                _rooms.Add(new ExportedRoom(room, last));
        }

        _rooms.Sort(_byName);
    }

    /// <summary>Writes messages of the next room until the piece is as long as wanted or the room is over; at least one.</summary>
    public void WriteNext(PieceWriter writer, int wantedBytes)
    {
        (ChatRoom room, long end) = _rooms[_next];
        long first = _written + 1;
        long last = first;
        long length = writer.Length + (long)ExportFormat.SizeOfRoomPart(room.NameBytes) + ExportFormat.SizeOfMessage(in room[first]);
        while (last < end && length < wantedBytes)
            length += ExportFormat.SizeOfMessage(in room[++last]);
        writer.WriteRoomPart(room.Arc, room.NameBytes, first, (int)(last - first + 1));
        for (long number = first; number <= last; number++)
            writer.WriteMessage(in room[number]);
        _written = last;
        if (last < end)
            return;
        _written = 0;
        _next++;
    }

    private readonly record struct ExportedRoom(ChatRoom Room, long Last);
}
