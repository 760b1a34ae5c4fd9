using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>
/// Reads that are behind their barrier and wait for operations that have their place in the log and not their effect: somebody may have been told the results of these already (ordered rule M10).
/// </summary>
internal sealed class ReadsBehindQueues
{
    private readonly List<Waiting> _waiting = [];

    /// <summary>Reads that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>One of them tells the contents of several names, and waits until nothing is queued.</summary>
    public bool NeedsEmptyQueues { get; private set; }

    /// <summary>Keeps a read if it has to wait.</summary>
    public bool TryKeep(in WaitingRequest read, ReplicatedState state, long tick)
    {
        long upTo = state.Queues.LastPlace;
        if (!state.MustWait(read.Request.Command.Span, upTo))
            return false;
        _waiting.Add(new Waiting(read, upTo, tick));
        NeedsEmptyQueues |= state.TellsSeveral(read.Request.Command.Span);
        return true;
    }

    /// <summary>Takes out the reads that need not wait any more.</summary>
    /// <param name="state">What was executed.</param>
    /// <param name="ready">Gets them.</param>
    public void TakeReady(ReplicatedState state, List<WaitingRequest> ready)
    {
        if (_waiting.Count > 0)
            Take(waiting => !state.MustWait(waiting.Read.Request.Command.Span, waiting.UpTo), state, ready);
    }

    /// <summary>Takes out the reads that wait since before a tick.</summary>
    public void TakeLate(ReplicatedState state, long tick, List<WaitingRequest> late)
    {
        if (_waiting.Count > 0)
            Take(waiting => waiting.Tick < tick, state, late);
    }

    /// <summary>Takes out all.</summary>
    public IReadOnlyList<WaitingRequest> Drain()
    {
        WaitingRequest[] all = [.. _waiting.Select(static waiting => waiting.Read)];
        _waiting.Clear();
        NeedsEmptyQueues = false;
        return all;
    }

    private void Take(Predicate<Waiting> isTaken, ReplicatedState state, List<WaitingRequest> taken)
    {
        taken.AddRange(_waiting.Where(waiting => isTaken(waiting)).Select(static waiting => waiting.Read));
        if (_waiting.RemoveAll(isTaken) > 0)
            NeedsEmptyQueues = _waiting.Exists(waiting => state.TellsSeveral(waiting.Read.Request.Command.Span));
    }

    private readonly record struct Waiting(WaitingRequest Read, long UpTo, long Tick);
}
