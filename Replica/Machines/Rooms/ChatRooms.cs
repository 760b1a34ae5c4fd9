using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Exports;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// All rooms of a group. A room exists from its first message on. They are found by name in constant time, and walked in
/// the order of the bytes of their names.
/// </summary>
/// <remarks>
/// Full means that a message to a new room is rejected; rooms that exist go on. A room without its messages takes 0.5 KiB of memory, and
/// three times the bytes of its name; so much it counts. Each arc has its own table, so that no table grows so large that growing it holds up a step, unless somebody chooses
/// all names for one arc.
/// </remarks>
/// <param name="maximum">Most rooms, at least 1.</param>
/// <param name="ordersByAge">They are ordered by age too.</param>
/// <param name="arcs">Told of every change.</param>
internal sealed class ChatRooms(int maximum, bool ordersByAge, ArcHashes arcs)
{
    /// <summary>Most chunks of trimmed messages that are given back at once; a chunk has up to 64 KiB.</summary>
    public const int ChunksGivenBack = 1024;

    /// <summary>Most chunks that each message gives back of those that were left over.</summary>
    private const int ChunksPerCommand = 128;

    private const int FirstBlock = 4 * 1024;

    private readonly ByteStore _store = new(FirstBlock);
    private readonly Dictionary<ulong, ChatRoom>?[] _tables = new Dictionary<ulong, ChatRoom>?[Arc.Count];
    private readonly ChatRoom?[] _byArc = new ChatRoom?[Arc.Count];

    // Rooms of which more was trimmed than is given back at once.
    private readonly Queue<ChatRoom> _releasing = new();
    private readonly List<ChatRoom> _touched = [];
    private readonly RoomsByAge? _byAge = ordersByAge ? new RoomsByAge() : null;

    // Arcs whose rooms stay as they are, whatever their age: they are not served.
    private readonly bool[] _areKeptAsTheyAre = new bool[Arc.Count];
    private ChatRoom? _latest;
    private RoomWalk? _walk;

    /// <summary>There is place for so many more.</summary>
    public bool HasPlaceFor(int more) => Sorted.Count + more <= maximum;

    /// <summary>What rooms and messages count for in bytes. The same on every replica.</summary>
    public long Bytes { get; private set; }

    /// <summary>The room whose first message is the oldest, if they are ordered by age; null when there is no message.</summary>
    public ChatRoom? WithOldest => _byAge?.Oldest;

    /// <summary>Bytes of memory that messages have, for tests that look inside.</summary>
    public long BlockBytes => _store.BlockBytes;

    /// <summary>Places of the largest table, for tests that look inside.</summary>
    public int LargestTable => _tables.Max(static table => table?.Capacity ?? 0);

    /// <summary>Rooms of which trimmed messages are still to be given back, for tests that look inside.</summary>
    public int Releasing => _releasing.Count;

    /// <summary>All rooms, in the order of the bytes of their names.</summary>
    public NameOrder<ChatRoom> Sorted { get; } = new(static room => room.NameBytes);

    /// <summary>The room of this name; null when nothing was sent to it yet.</summary>
    public ChatRoom? Find(ReadOnlySpan<byte> name)
    {
        if (_latest is not null && name.SequenceEqual(_latest.NameBytes))
            return _latest;
        ChatRoom? room = FirstOf(StableHash64.Of(name));
        while (room is not null && !name.SequenceEqual(room.NameBytes))
            room = room.NextWithSameHash;
        _latest = room ?? _latest;
        return room;
    }

    /// <summary>Makes a room of a name that none has; there is a place for it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="first">The number of the message that comes first; above 1 those before are trimmed already.</param>
    public ChatRoom Add(ReadOnlySpan<byte> name, long first = 1)
    {
        ulong hash = StableHash64.Of(name);
        ChatRoom room = new(name.ToArray(), _store) { NextWithSameHash = FirstOf(hash) };
        (_tables[room.Arc.Number] ??= [])[hash] = room;
        ref ChatRoom? ofArc = ref _byArc[room.Arc.Number];
        room.NextInArc = ofArc;
        ofArc = room;
        Sorted.Add(room);
        _walk?.Note(room);
        Bytes += ChatRoom.SizeOf(name);
        if (first > 1)
            room.StartAt(first);
        arcs.Replace(room.Arc, 0, room.ContentHash);
        return room;
    }

    /// <summary>Puts a message behind the last one of a room.</summary>
    public void Append(ChatRoom room, in StoredMessage message) => Append(room, in message, room.First);

    /// <summary>The same, and the first messages make space for it.</summary>
    /// <param name="room">The room.</param>
    /// <param name="message">What comes; not one of the room's.</param>
    /// <param name="first">The number of the first one that is left, that of the new one when no other is; not above the one that was: nothing goes.</param>
    public void Append(ChatRoom room, in StoredMessage message, long first)
    {
        _walk?.Note(room);
        ulong hash = room.ContentHash;
        long bytes = room.Bytes;
        bool trims = first > room.First;
        if (trims)
            TakeOut(room, first);
        room.Append(in message);
        Bytes += room.Bytes - bytes;
        arcs.Replace(room.Arc, hash, room.ContentHash);
        if (trims || room.Count == 1)
            UpdateAge(room);
        ReleaseMore();
    }

    /// <summary>Messages of an export were put into a room directly: the sums and orders over all rooms catch up. No walk is under way.</summary>
    /// <param name="room">The room; its <see cref="ChatRoom.ContentHash"/> is still that of before.</param>
    /// <param name="bytes">What its messages counted for in bytes before.</param>
    public void OnImported(ChatRoom room, long bytes)
    {
        ulong before = room.ContentHash;
        room.UpdateContentHash();
        Bytes += room.Bytes - bytes;
        arcs.Replace(room.Arc, before, room.ContentHash);
        UpdateAge(room);
    }

    /// <summary>Takes the first messages out of a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="first">The number of the first one that is left, above that of the one that was; that of the next one when none is.</param>
    public void Trim(ChatRoom room, long first)
    {
        _walk?.Note(room);
        ulong hash = room.ContentHash;
        long bytes = room.Bytes;
        TakeOut(room, first);
        room.UpdateContentHash();
        Bytes += room.Bytes - bytes;
        arcs.Replace(room.Arc, hash, room.ContentHash);
        UpdateAge(room);
    }

    /// <summary>Takes a room out with all its messages: its arc is not here any more.</summary>
    public void Remove(ChatRoom room)
    {
        _walk?.Note(room);
        long bytes = room.Bytes;
        arcs.Replace(room.Arc, room.ContentHash, 0);
        Bytes -= bytes + ChatRoom.SizeOf(room.NameBytes);
        Unlink(room);
        room.Clear();
        _byAge?.Update(room);
        if (_walk is null || !_walk.TryKeepRemoved(room, bytes))
            Release(room);
        ReleaseMore();
    }

    /// <summary>From now on the rooms of an arc are not found by their age, so that nothing trims them: the arc is given away, or has still to come.</summary>
    public void KeepAsTheyAre(Arc arc)
    {
        _areKeptAsTheyAre[arc.Number] = true;
        foreach (ChatRoom room in In(arc))
            _byAge?.Remove(room);
    }

    /// <summary>From now on the rooms of an arc are found by their age again: the arc is served, or nothing is in it.</summary>
    public void OrderByAge(Arc arc)
    {
        _areKeptAsTheyAre[arc.Number] = false;
        foreach (ChatRoom room in In(arc))
            _byAge?.Update(room);
    }

    /// <summary>Nobody needs the trimmed messages of a room any more: their memory is given back, and what is too much at once is left to the messages that follow.</summary>
    public void Release(ChatRoom room)
    {
        if (!room.ReleaseTrimmed(ChunksGivenBack))
            _releasing.Enqueue(room);
    }

    /// <summary>Begins to walk the rooms as they are now; from now on the walk is told of every change.</summary>
    /// <param name="export">The number of the export.</param>
    public RoomWalk BeginWalk(long export) => _walk = new RoomWalk(this, export);

    /// <summary>The walk is over, and keeps nothing any more.</summary>
    public void EndWalk() => _walk = null;

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

    private void TakeOut(ChatRoom room, long first)
    {
        long bytes = room.Bytes;
        room.TrimWithoutHash(first);
        if (_walk is null || !_walk.TryKeep(room, bytes - room.Bytes))
            Release(room);
    }

    private void ReleaseMore()
    {
        if (_releasing.TryPeek(out ChatRoom? room) && room.ReleaseMore(ChunksPerCommand))
            _releasing.Dequeue();
    }

    private void UpdateAge(ChatRoom room)
    {
        if (!_areKeptAsTheyAre[room.Arc.Number])
            _byAge?.Update(room);
    }

    private void Unlink(ChatRoom room)
    {
        if (ReferenceEquals(_latest, room))
            _latest = null;
        Sorted.Remove(room.NameBytes);
        ulong hash = StableHash64.Of(room.NameBytes);
        Dictionary<ulong, ChatRoom> table = _tables[room.Arc.Number]!;
        ChatRoom first = table[hash];
        if (!ReferenceEquals(first, room))
            ChainBefore(first, room, static other => other.NextWithSameHash).NextWithSameHash = room.NextWithSameHash;
        else if (room.NextWithSameHash is { } next)
            table[hash] = next;
        else
            table.Remove(hash);
        ref ChatRoom? ofArc = ref _byArc[room.Arc.Number];
        if (ReferenceEquals(ofArc, room))
            ofArc = room.NextInArc;
        else
            ChainBefore(ofArc!, room, static other => other.NextInArc).NextInArc = room.NextInArc;
    }

    private static ChatRoom ChainBefore(ChatRoom first, ChatRoom room, Func<ChatRoom, ChatRoom?> next)
    {
        ChatRoom before = first;
        while (!ReferenceEquals(next(before), room))
            before = next(before)!;
        return before;
    }

    // Rooms whose names have the same hash are chained.
    private ChatRoom? FirstOf(ulong hash) => _tables[Arc.OfHash(hash).Number]?.GetValueOrDefault(hash);
}
