namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// The rooms in which a message is, ordered by the log times of their first messages and then by name: the order follows from what is in them. A heap, in which each room
/// knows its place.
/// </summary>
internal sealed class RoomsByAge
{
    private readonly List<ChatRoom> _heap = [];

    /// <summary>The room whose first message is the oldest; null when there is no message.</summary>
    public ChatRoom? Oldest => _heap.Count > 0 ? _heap[0] : null;

    /// <summary>The first message of a room is another one than before, or there is none any more.</summary>
    public void Update(ChatRoom room)
    {
        if (room.Count == 0)
        {
            Remove(room);
            return;
        }

        if (room.PlaceByAge < 0)
        {
            room.PlaceByAge = _heap.Count;
            _heap.Add(room);
        }

        MoveUp(room);
        MoveDown(room);
    }

    private void Remove(ChatRoom room)
    {
        int place = room.PlaceByAge;
        if (place < 0)
            return;
        room.PlaceByAge = -1;
        ChatRoom last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (ReferenceEquals(last, room))
            return;
        Put(last, place);
        MoveUp(last);
        MoveDown(last);
    }

    private void MoveUp(ChatRoom room)
    {
        int place = room.PlaceByAge;
        while (place > 0 && IsBefore(room, _heap[(place - 1) / 2]))
        {
            Put(_heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(room, place);
    }

    private void MoveDown(ChatRoom room)
    {
        int place = room.PlaceByAge;
        while ((2 * place) + 1 < _heap.Count)
        {
            int child = (2 * place) + 1;
            if (child + 1 < _heap.Count && IsBefore(_heap[child + 1], _heap[child]))
                child++;
            if (!IsBefore(_heap[child], room))
                break;
            Put(_heap[child], place);
            place = child;
        }

        Put(room, place);
    }

    private void Put(ChatRoom room, int place)
    {
        _heap[place] = room;
        room.PlaceByAge = place;
    }

    private static bool IsBefore(ChatRoom left, ChatRoom right) => left.FirstLogTime != right.FirstLogTime
        ? left.FirstLogTime < right.FirstLogTime
        : left.NameBytes.SequenceCompareTo(right.NameBytes) < 0;
}
