namespace PaxosShard.Replica.Machines;

/// <summary>
/// Rooms in the order of the bytes of their names. They stand in blocks, so that a new one moves a few hundred others and not all,
/// and a page of them is found without walking those before it.
/// </summary>
internal sealed class RoomOrder
{
    private const int BlockLength = 512;

    private readonly List<List<ChatRoom>> _blocks = [[]];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Puts in a room whose name is not there yet.</summary>
    public void Add(ChatRoom room)
    {
        RoomPlace place = Behind(room.NameBytes);
        List<ChatRoom> block = _blocks[place.Block];
        block.Insert(place.Index, room);
        Count++;
        if (block.Count < BlockLength)
            return;
        _blocks.Insert(place.Block + 1, block[(BlockLength / 2)..]);
        block.RemoveRange(BlockLength / 2, block.Count - (BlockLength / 2));
    }

    /// <summary>The place of the first room behind a name, whether there is a room of that name or not.</summary>
    public RoomPlace Behind(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = _blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_blocks[middle][0].NameBytes.SequenceCompareTo(name) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return new RoomPlace(low, IndexBehind(_blocks[low], name));
    }

    /// <summary>The rooms from a place on.</summary>
    public IEnumerable<ChatRoom> From(RoomPlace place)
    {
        int index = place.Index;
        for (int block = place.Block; block < _blocks.Count; block++, index = 0)
        {
            for (; index < _blocks[block].Count; index++)
                yield return _blocks[block][index];
        }
    }

    /// <summary>How many stand before a place.</summary>
    public int CountBefore(RoomPlace place)
    {
        int count = place.Index;
        for (int block = 0; block < place.Block; block++)
            count += _blocks[block].Count;
        return count;
    }

    private static int IndexBehind(List<ChatRoom> block, ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = block.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (block[middle].NameBytes.SequenceCompareTo(name) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

/// <summary>A place in a <see cref="RoomOrder"/>, valid until a room is added.</summary>
/// <param name="Block">The block.</param>
/// <param name="Index">The place in it; its end is the place before the next block.</param>
internal readonly record struct RoomPlace(int Block, int Index);
