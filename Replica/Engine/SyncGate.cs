using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// Holds messages back until the records they rest on are on the disk (rule 1), and lets them go in the order they came.
/// Used by the engine alone. Bounded by what it rests on: every held message belongs to a record that waits for
/// its sync, and nothing new is taken in while too many records wait.
/// </summary>
public sealed class SyncGate
{
    private readonly Queue<Held> _held = new();
    private RecordNumber _newest;

    /// <summary>Every record up to this one is on the disk.</summary>
    public RecordNumber DurableThrough { get; private set; }

    /// <summary>Messages that wait.</summary>
    public int Count => _held.Count;

    /// <summary>Takes messages over; those that rest on nothing unsynced go to <paramref name="ready"/> at once.</summary>
    /// <param name="restsOn">The record that has to be durable first; never lower than in an earlier call.</param>
    /// <param name="messages">The messages, in their order; copied.</param>
    /// <param name="ready">Receives what may leave now.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="restsOn"/> went back.</exception>
    public void Hold(RecordNumber restsOn, List<Outgoing> messages, List<Outgoing> ready)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(restsOn, _newest);
        _newest = restsOn;
        if (restsOn <= DurableThrough)
        {
            ready.AddRange(messages);
            return;
        }

        foreach (Outgoing message in messages)
            _held.Enqueue(new Held(restsOn, message));
    }

    /// <summary>The disk has everything up to <paramref name="durableThrough"/>: what rested on it goes to <paramref name="ready"/>.</summary>
    /// <param name="durableThrough">The last durable record; a lower number than before changes nothing.</param>
    /// <param name="ready">Receives what may leave now, in order.</param>
    public void Release(RecordNumber durableThrough, List<Outgoing> ready)
    {
        if (durableThrough <= DurableThrough)
            return;
        DurableThrough = durableThrough;
        while (_held.TryPeek(out Held held) && held.RestsOn <= durableThrough)
            ready.Add(_held.Dequeue().Message);
    }

    private readonly record struct Held(RecordNumber RestsOn, Outgoing Message);
}
