using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Rooms;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>
/// Walks the rooms as they were when an export began, arc by arc. What a room got since stands behind what it had, and of that only the numbers are kept, by the room itself.
/// Messages that are trimmed before the walk has written them stay where they are until it has passed their room.
/// </summary>
/// <param name="rooms">The rooms; they say before they change.</param>
/// <param name="export">The number of the export, by which rooms are marked.</param>
internal sealed class RoomWalk(ChatRooms rooms, long export)
{
    private static readonly Comparison<ExportedRoom> _byName = static (left, right) => left.Room.NameBytes.SequenceCompareTo(right.Room.NameBytes);

    private readonly List<ExportedRoom> _rooms = [];
    private readonly Stack<ChatRoom> _keeping = new();
    private readonly Dictionary<int, List<ChatRoom>> _removed = [];
    private int _arc = -1;
    private int _next;
    private long _written;
    private bool _isCancelled;

    /// <summary>What trimmed messages count for in bytes that are kept.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>There is more in the arc.</summary>
    public bool HasNext => _next < _rooms.Count;

    /// <summary>Goes on to an arc, when there is nothing more in the one before.</summary>
    public void Enter(Arc arc)
    {
        _rooms.Clear();
        _next = 0;
        _arc = arc.Number;
        IEnumerable<ChatRoom> removed = _removed.Remove(_arc, out List<ChatRoom>? gone) ? gone : [];
        foreach (ChatRoom room in rooms.In(arc).Concat(removed))
        {
            long last = room.LastAt(export);
            if (last > 0)
                _rooms.Add(new ExportedRoom(room, room.FirstAt(export), last));
        }

        _rooms.Sort(_byName);
    }

    /// <summary>A room is about to change.</summary>
    public void Note(ChatRoom room) => room.Mark(export);

    /// <summary>Messages of a room were trimmed.</summary>
    /// <param name="room">The room.</param>
    /// <param name="bytes">What they count for in bytes.</param>
    /// <returns>True: the walk has still to write the room, and releases them itself.</returns>
    public bool TryKeep(ChatRoom room, long bytes)
    {
        if (_isCancelled || room.PassedBy == export || room.LastAt(export) == 0)
            return false;
        if (room.KeptBytes == 0)
            _keeping.Push(room);
        room.KeptBytes += bytes;
        KeptBytes += bytes;
        return true;
    }

    /// <summary>A room was taken out with all its messages, which count as trimmed.</summary>
    /// <param name="room">The room.</param>
    /// <param name="bytes">What its messages count for in bytes.</param>
    /// <returns>As for <see cref="TryKeep"/>.</returns>
    public bool TryKeepRemoved(ChatRoom room, long bytes)
    {
        if (!TryKeep(room, bytes))
            return false;
        if (room.Arc.Number <= _arc)
            return true;
        if (!_removed.TryGetValue(room.Arc.Number, out List<ChatRoom>? ofArc))
            _removed.Add(room.Arc.Number, ofArc = []);
        ofArc.Add(room);
        return true;
    }

    /// <summary>Writes messages of the next room until the piece is as long as wanted or the room is over: at least one, if there is one.</summary>
    public void WriteNext(PieceWriter writer, int wantedBytes)
    {
        (ChatRoom room, long start, long end) = _rooms[_next];
        long first = Math.Max(start, _written + 1);
        long last = first > end ? end : FindLast(room, first, end, wantedBytes - writer.Length);
        writer.WriteRoomPart(room.Arc, room.NameBytes, first, (int)(last - first + 1));
        if (first <= last)
            Write(writer, room, first, last);
        _written = last;
        if (last < end)
            return;
        room.PassedBy = export;
        Release(room);
        _written = 0;
        _next++;
    }

    /// <summary>Gives back a part of what is kept. From the first call on the walk goes no farther, and keeps nothing more.</summary>
    /// <param name="most">Most rooms whose trimmed messages are given back; of very many messages <see cref="ChatRooms.Release"/> leaves some for later.</param>
    /// <returns>How many rooms these were; fewer than the most: nothing is kept any more.</returns>
    public int GiveBack(int most)
    {
        _isCancelled = true;
        _rooms.Clear();
        _removed.Clear();
        int count = 0;
        for (; count < most && _keeping.TryPop(out ChatRoom? room); count++)
            Release(room);
        return count;
    }

    private static long FindLast(ChatRoom room, long first, long end, int wantedBytes)
    {
        MessageCursor cursor = room.From(first);
        long length = ExportFormat.SizeOfRoomPart(room.NameBytes);
        do
            length += ExportFormat.SizeOfMessage(cursor.Read());
        while (cursor.Number <= end && length < wantedBytes);
        return cursor.Number - 1;
    }

    private static void Write(PieceWriter writer, ChatRoom room, long first, long last)
    {
        MessageCursor cursor = room.From(first);
        while (cursor.Number <= last)
            writer.WriteMessage(cursor.Read());
    }

    private void Release(ChatRoom room)
    {
        KeptBytes -= room.KeptBytes;
        room.KeptBytes = 0;
        rooms.Release(room);
    }

    private readonly record struct ExportedRoom(ChatRoom Room, long First, long Last);
}
