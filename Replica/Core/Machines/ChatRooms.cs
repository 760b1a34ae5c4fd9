using PaxosShard.Hashing;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Machines;

/// <summary>
/// All rooms of a group. A room exists from its first message on. They are found by name in constant time, and walked in
/// the order of the bytes of their names.
/// </summary>
/// <remarks>
/// Bound: the list of all rooms must fit in one reply (<see cref="Limits.Result"/>), so that it is never cut short; full
/// means that a post to a new room is rejected. Names of ten bytes leave place for 47,000 rooms.
/// </remarks>
internal sealed class ChatRooms
{
    private const int ListHeaderLength = 4;
    private const int SummaryLength = 4 + 8;

    private readonly Dictionary<ulong, ChatRoom> _byHash = [];
    private readonly List<ChatRoom> _sorted = [];
    private readonly List<ChatRoom> _touched = [];
    private ChatRoom? _latest;

    /// <summary>All rooms, in the order of the bytes of their names.</summary>
    public IReadOnlyList<ChatRoom> Sorted => _sorted;

    /// <summary>Bytes that a <see cref="ListRoomsResult"/> of all rooms takes.</summary>
    public int ListLength { get; private set; } = ListHeaderLength;

    /// <summary>The room of this name; null when nothing was posted to it yet.</summary>
    public ChatRoom? Find(ReadOnlySpan<byte> name)
    {
        if (_latest is not null && name.SequenceEqual(_latest.NameBytes))
            return _latest;
        ChatRoom? room = _byHash.GetValueOrDefault(StableHash64.Of(name));
        while (room is not null && !name.SequenceEqual(room.NameBytes))
            room = room.NextWithSameHash;
        _latest = room ?? _latest;
        return room;
    }

    /// <summary>The room of this name, made if need be; null when it is new and there is no place for one more.</summary>
    public ChatRoom? FindOrAdd(ReadOnlySpan<byte> name) => Find(name) ?? TryAdd(name);

    /// <summary>Notes that a room has got a message. Bounded: a room is noted once until the next drain.</summary>
    public void Touch(ChatRoom room)
    {
        if (room.IsTouched)
            return;
        room.IsTouched = true;
        _touched.Add(room);
    }

    /// <summary>
    /// Moves the names of the rooms touched since the last drain to the end of <paramref name="names"/>, in the order in
    /// which they were first touched.
    /// </summary>
    public void DrainTouched(List<string> names)
    {
        foreach (ChatRoom room in _touched)
        {
            room.IsTouched = false;
            names.Add(room.Name);
        }

        _touched.Clear();
    }

    private ChatRoom? TryAdd(ReadOnlySpan<byte> name)
    {
        int summary = SummaryLength + name.Length;
        if (ListLength + summary > Limits.Result)
            return null;
        ListLength += summary;
        ulong hash = StableHash64.Of(name);
        ChatRoom room = new(name.ToArray()) { NextWithSameHash = _byHash.GetValueOrDefault(hash) };
        _byHash[hash] = room;
        _sorted.Insert(PlaceOf(name), room);
        return room;
    }

    private int PlaceOf(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = _sorted.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sorted[middle].NameBytes.SequenceCompareTo(name) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
