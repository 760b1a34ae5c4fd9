using PaxosShard.Hashing;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// All rooms of a group. A room exists from its first message on. They are found by name in constant time, and walked in
/// the order of the bytes of their names.
/// </summary>
/// <remarks>
/// Full means that a message to a new room is rejected; rooms that exist go on. A room without its messages takes 0.5 KiB of memory, and
/// three times the bytes of its name.
/// </remarks>
/// <param name="maximum">Most rooms, at least 1.</param>
internal sealed class ChatRooms(int maximum)
{
    private readonly Dictionary<ulong, ChatRoom> _byHash = [];
    private readonly ChatRoom?[] _byArc = new ChatRoom?[Arc.Count];
    private readonly List<ChatRoom> _touched = [];
    private ChatRoom? _latest;

    /// <summary>All rooms, in the order of the bytes of their names.</summary>
    public NameOrder<ChatRoom> Sorted { get; } = new(static room => room.NameBytes);

    /// <summary>The room of this name; null when nothing was sent to it yet.</summary>
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

    /// <summary>The rooms of an arc, in no order.</summary>
    public IEnumerable<ChatRoom> In(Arc arc)
    {
        for (ChatRoom? room = _byArc[arc.Number]; room is not null; room = room.NextInArc)
            yield return room;
    }

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
        if (Sorted.Count >= maximum)
            return null;
        ulong hash = StableHash64.Of(name);
        ChatRoom room = new(name.ToArray()) { NextWithSameHash = _byHash.GetValueOrDefault(hash) };
        _byHash[hash] = room;
        ref ChatRoom? ofArc = ref _byArc[room.Arc.Number];
        room.NextInArc = ofArc;
        ofArc = room;
        Sorted.Add(room);
        return room;
    }
}
