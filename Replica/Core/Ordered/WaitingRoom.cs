using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Where operations of ordered sessions wait in the memory of a primary for their predecessors (ordered rule M2). They hold no slot, and nobody waits for them. Bounded in number and bytes, for each session and in
/// all: one more is not taken, which leaves no trace.
/// </summary>
public sealed class WaitingRoom
{
    /// <summary>Most operations of one session: as many as a client has under way.</summary>
    public const int PerSession = Limits.OrderedWindow;

    /// <summary>Most bytes of commands of one session; one operation may have more.</summary>
    public const long BytesPerSession = 4 * 1024 * 1024;

    /// <summary>Most bytes of commands of all sessions.</summary>
    public const long AllBytes = 64 * 1024 * 1024;

    // Besides their commands, which may be empty: so their number is bounded too.
    private const int BytesPerOperation = 256;

    private readonly Dictionary<UInt128, Room> _rooms = [];

    /// <summary>Operations that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of them, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes an operation in, of which no copy waits.</summary>
    /// <returns>False: there is no room.</returns>
    public bool TryAdd(WaitingOperation operation)
    {
        UInt128 session = operation.Name.Session.Number;
        Room? room = _rooms.GetValueOrDefault(session);
        long size = SizeOf(operation);
        bool isFull = room is not null && (room.Operations.Count >= PerSession || room.Bytes + size > BytesPerSession);
        if (isFull || Bytes + size > AllBytes)
            return false;
        if (room is null)
            _rooms.Add(session, room = new Room());
        room.Operations.Add(operation.Name.Sequence.Number, operation);
        room.Bytes += size;
        Bytes += size;
        Count++;
        return true;
    }

    /// <summary>An operation that waits; null when it does not.</summary>
    public WaitingOperation? Find(OperationName name) =>
        _rooms.TryGetValue(name.Session.Number, out Room? room) ? room.Operations.GetValueOrDefault(name.Sequence.Number) : null;

    /// <summary>An operation waits that is before another one in its session.</summary>
    public bool HasBefore(OperationName name) => _rooms.TryGetValue(name.Session.Number, out Room? room) && room.Operations.GetKeyAtIndex(0) < name.Sequence.Number;

    /// <summary>Operations of a session wait.</summary>
    public bool Has(SessionId session) => _rooms.ContainsKey(session.Number);

    /// <summary>Finds an operation and those before it in its session, as far as they wait.</summary>
    /// <param name="last">The operation.</param>
    /// <param name="found">Gets them, by their numbers.</param>
    public void AddUpTo(OperationName last, List<WaitingOperation> found)
    {
        if (!_rooms.TryGetValue(last.Session.Number, out Room? room))
            return;
        for (int index = 0; index < room.Operations.Count && room.Operations.GetKeyAtIndex(index) <= last.Sequence.Number; index++)
            found.Add(room.Operations.GetValueAtIndex(index));
    }

    /// <summary>All that wait.</summary>
    public IReadOnlyList<WaitingOperation> All() => [.. _rooms.Values.SelectMany(static room => room.Operations.Values)];

    /// <summary>Those that were not looked at since a tick.</summary>
    public IReadOnlyList<WaitingOperation> NotReviewedSince(long tick)
    {
        List<WaitingOperation> due = [];
        foreach (Room room in _rooms.Values)
        {
            foreach (WaitingOperation operation in room.Operations.Values)
            {
                if (operation.ReviewedTick <= tick)
                    due.Add(operation);
            }
        }

        return due;
    }

    /// <summary>Takes an operation out.</summary>
    public void Remove(WaitingOperation operation)
    {
        UInt128 session = operation.Name.Session.Number;
        if (!_rooms.TryGetValue(session, out Room? room) || !room.Operations.Remove(operation.Name.Sequence.Number))
            return;
        long size = SizeOf(operation);
        room.Bytes -= size;
        Bytes -= size;
        Count--;
        if (room.Operations.Count == 0)
            _rooms.Remove(session);
    }

    /// <summary>A client's connection is gone: nobody waits any more for what it alone has sent.</summary>
    /// <returns>That; it is taken out.</returns>
    public IReadOnlyList<WaitingOperation> Forget(ClientHandle client)
    {
        if (Count == 0)
            return [];
        WaitingOperation[] alone = [.. All().Where(operation => operation.Clients.RemoveAll(each => each == client) > 0 && operation.Clients.Count == 0)];
        foreach (WaitingOperation operation in alone)
            Remove(operation);
        return alone;
    }

    private static long SizeOf(WaitingOperation operation) => BytesPerOperation + operation.Bytes;

    private sealed class Room
    {
        public SortedList<long, WaitingOperation> Operations { get; } = [];

        public long Bytes { get; set; }
    }
}
