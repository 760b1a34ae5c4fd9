using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Queues;

/// <summary>
/// All operations of a group that have their place in the log and wait for their effect, each in the queue of its key or room (ordered rule M4). Part of the replicated state: what is here, and in which order,
/// depends on the executed log alone. It knows nothing of sessions and machines.
/// </summary>
/// <remarks>
/// Bounded by <see cref="PerKey"/>, <see cref="Most"/> and <see cref="MostBytes"/>; what came with an arc is taken although there is no room (rule 9), and while there is more than the bounds say, nothing new is.
/// Time: the logarithm of the number of operations for each that comes, opens or goes, and one that goes moves those behind it by a place in an array; to look for a queue in a group without any is one comparison.
/// </remarks>
public sealed class KeyQueues
{
    /// <summary>Most operations on one key or room: the early result of the last one takes all of them into account.</summary>
    public const int PerKey = 64;

    /// <summary>Most operations of a group.</summary>
    public const int Most = 8192;

    /// <summary>Most bytes of a group, as <see cref="QueuedOperation.Bytes"/> counts them.</summary>
    public const long MostBytes = 16 * 1024 * 1024;

    /// <summary>How many spaces of names there are at most.</summary>
    public const int Spaces = 2;

    private readonly Dictionary<ReadOnlyMemory<byte>, KeyQueue>[] _byName = [new(new NameBytes()), new(new NameBytes())];
    private readonly Dictionary<UInt128, OfSession> _bySession = [];
    private readonly SortedList<long, QueuedOperation> _all = [];

    // The first of its queue, and open.
    private readonly SortedList<long, QueuedOperation> _runnable = [];
    private readonly List<QueuedOperation> _behind = [];
    private long _places;

    /// <summary>Operations in all queues.</summary>
    public int Count => _all.Count;

    /// <summary>What they count for in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The place of the one that came last, also when it is not there any more; known to this process alone.</summary>
    public long LastPlace => _places;

    /// <summary>All of them, in the order in which they came.</summary>
    public IEnumerable<QueuedOperation> All => _all.Values;

    /// <summary>The one that runs next: of those that are the first of their queue and open, the one that came first; null for none.</summary>
    public QueuedOperation? NextToRun => _runnable.Count == 0 ? null : _runnable.GetValueAtIndex(0);

    /// <summary>An operation; null when it is in no queue.</summary>
    public QueuedOperation? Find(SessionId session, long sequence) =>
        _all.Count > 0 && _bySession.TryGetValue(session.Number, out OfSession? own) ? own.Operations.GetValueOrDefault(sequence) : null;

    /// <summary>The queue of a key or room; null when nothing waits there.</summary>
    public KeyQueue? FindQueue(int space, ReadOnlySpan<byte> name) =>
        _all.Count > 0 && _byName[space].GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out KeyQueue? queue) ? queue : null;

    /// <summary>A session has operations here, so that it is kept.</summary>
    public bool Has(SessionId session) => _all.Count > 0 && _bySession.ContainsKey(session.Number);

    /// <summary>Most bytes that the results of a session's operations here have together.</summary>
    public long ResultBytesOf(SessionId session) => _all.Count > 0 && _bySession.TryGetValue(session.Number, out OfSession? own) ? own.ResultBytes : 0;

    /// <summary>There is room for one more operation.</summary>
    /// <param name="queue">The queue of its key or room; null when nothing waits there.</param>
    /// <param name="bytes">What it counts for.</param>
    public bool HasRoomFor(KeyQueue? queue, long bytes) => (queue is null || queue.Operations.Count < PerKey) && _all.Count < Most && Bytes + bytes <= MostBytes;

    /// <summary>Puts an operation at the end of its queue.</summary>
    public void Add(QueuedOperation operation)
    {
        operation.Place = ++_places;
        operation.IsOpen |= operation.Gate is null;
        KeyQueue? queue = FindQueue(operation);
        if (queue is null)
        {
            queue = new KeyQueue(operation.Space, operation.Name.ToArray());
            _byName[operation.Space].Add(queue.Name, queue);
        }

        if (!_bySession.TryGetValue(operation.Session.Number, out OfSession? own))
            _bySession.Add(operation.Session.Number, own = new OfSession());
        own.Operations.Add(operation.Sequence, operation);
        own.ResultBytes += operation.LongestResult;
        queue.Add(operation);
        _all.Add(operation.Place, operation);
        Bytes += operation.Bytes;
        NoteRunnable(queue);
    }

    /// <summary>Opens the gate of an operation.</summary>
    public void Open(QueuedOperation operation)
    {
        operation.IsOpen = true;
        NoteRunnable(FindQueue(operation)!);
    }

    /// <summary>Takes out an operation: it runs now.</summary>
    public void Remove(QueuedOperation operation)
    {
        KeyQueue queue = FindQueue(operation)!;
        queue.Remove(operation);
        OfSession own = _bySession[operation.Session.Number];
        own.Operations.Remove(operation.Sequence);
        own.ResultBytes -= operation.LongestResult;
        if (own.Operations.Count == 0)
            _bySession.Remove(operation.Session.Number);
        _all.Remove(operation.Place);
        _runnable.Remove(operation.Place);
        Bytes -= operation.Bytes;
        if (queue.Head is null)
            _byName[queue.Space].Remove(queue.Name);
        else
            NoteRunnable(queue);
    }

    /// <summary>An operation that was here has run: the local gates that hang on it open.</summary>
    public void OpenBehind(QueuedOperation operation)
    {
        foreach (QueuedOperation next in FindBehind(operation))
            Open(next);
    }

    /// <summary>Takes out an operation that does not take effect at this place, with all whose local gates hang on it (ordered rule M7).</summary>
    /// <returns>What was taken out, in the order in which it came.</returns>
    public IReadOnlyList<QueuedOperation> Void(QueuedOperation operation)
    {
        SortedList<long, QueuedOperation> gone = [];
        Stack<QueuedOperation> left = new([operation]);
        while (left.TryPop(out QueuedOperation? next))
        {
            gone.Add(next.Place, next);
            foreach (QueuedOperation behind in FindBehind(next))
                left.Push(behind);
        }

        foreach (QueuedOperation each in gone.Values)
            Remove(each);
        return [.. gone.Values];
    }

    /// <summary>Takes out all operations of arcs that move (ordered rule M12).</summary>
    /// <param name="isTaken">Which arcs.</param>
    /// <returns>What was taken out, in the order in which it came.</returns>
    public IReadOnlyList<QueuedOperation> Take(Predicate<Arc> isTaken)
    {
        QueuedOperation[] taken = [.. _all.Values.Where(operation => isTaken(operation.Arc))];
        foreach (QueuedOperation operation in taken)
            Remove(operation);
        return taken;
    }

    // A session's own, so that they are few; an ordered one has at most one. Valid until the next call.
    private List<QueuedOperation> FindBehind(QueuedOperation operation)
    {
        _behind.Clear();
        if (!_bySession.TryGetValue(operation.Session.Number, out OfSession? own))
            return _behind;
        for (int index = 0; index < own.Operations.Count; index++)
        {
            QueuedOperation other = own.Operations.GetValueAtIndex(index);
            if (!other.IsOpen && other.Gate is { } gate && gate.Predecessor == operation.Sequence && gate.Token == operation.Token)
                _behind.Add(other);
        }

        return _behind;
    }

    private KeyQueue? FindQueue(QueuedOperation operation) => _byName[operation.Space].GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(operation.Name, out KeyQueue? queue) ? queue : null;

    private void NoteRunnable(KeyQueue queue)
    {
        QueuedOperation head = queue.Head!;
        Invariant.Holds(head.Place > 0);
        if (head.IsOpen)
            _runnable.TryAdd(head.Place, head);
    }

    private sealed class OfSession
    {
        public SortedList<long, QueuedOperation> Operations { get; } = [];

        public long ResultBytes { get; set; }
    }
}
