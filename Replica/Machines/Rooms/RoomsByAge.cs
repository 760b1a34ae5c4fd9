namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// The rooms in which a message is, ordered by the log times of their first messages and then by name: the order follows from what is in them. A heap, in which each room
/// knows its place. It is stored in blocks of one size, so that growing it copies little and holds up no step.
/// </summary>
internal sealed class RoomsByAge
{
    /// <summary>Rooms in a block.</summary>
    public const int BlockLength = 4096;

    private readonly List<ChatRoom?[]> _blocks = [];
    private int _count;

    /// <summary>The room whose first message is the oldest; null when there is no message.</summary>
    public ChatRoom? Oldest => _count > 0 ? At(0) : null;

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
            if (_count == _blocks.Count * BlockLength)
                _blocks.Add(new ChatRoom?[BlockLength]);
            Put(room, _count);
            _count++;
        }

        MoveUp(room);
        MoveDown(room);
    }

    /// <summary>A room is not to be found any more, whatever is in it.</summary>
    public void Remove(ChatRoom room)
    {
        int place = room.PlaceByAge;
        if (place < 0)
            return;
        room.PlaceByAge = -1;
        _count--;
        ChatRoom last = At(_count);
        _blocks[_count / BlockLength][_count % BlockLength] = null;
        if (ReferenceEquals(last, room))
            return;
        Put(last, place);
        MoveUp(last);
        MoveDown(last);
    }

    private void MoveUp(ChatRoom room)
    {
        int place = room.PlaceByAge;
        while (place > 0 && IsBefore(room, At((place - 1) / 2)))
        {
            Put(At((place - 1) / 2), place);
            place = (place - 1) / 2;
        }

        Put(room, place);
    }

    private void MoveDown(ChatRoom room)
    {
        int place = room.PlaceByAge;
        while ((2 * place) + 1 < _count)
        {
            int child = (2 * place) + 1;
            if (child + 1 < _count && IsBefore(At(child + 1), At(child)))
                child++;
            if (!IsBefore(At(child), room))
                break;
            Put(At(child), place);
            place = child;
        }

        Put(room, place);
    }

    private void Put(ChatRoom room, int place)
    {
        _blocks[place / BlockLength][place % BlockLength] = room;
        room.PlaceByAge = place;
    }

    // There is a room in every place below the count.
    private ChatRoom At(int place) => _blocks[place / BlockLength][place % BlockLength]!;

    private static bool IsBefore(ChatRoom left, ChatRoom right) => left.FirstLogTime != right.FirstLogTime
        ? left.FirstLogTime < right.FirstLogTime
        : left.NameBytes.SequenceCompareTo(right.NameBytes) < 0;
}
