using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>
/// What waits for the disk: filled by the driver (records) and by greetings (peers to remember), emptied as a whole by the log
/// thread. Bounded by asking <see cref="HasRoom"/> first: while there is none the driver takes no messages and no requests, so
/// that nothing new is accepted; the records of one more turn still fit. Greetings are few.
/// <para>
/// The decided slot, a mark, rests on the records that were handed out before it. So the one that is written leaves under the
/// same lock as all records that wait, and they are written first.
/// </para>
/// </summary>
/// <param name="limits">The bounds.</param>
/// <param name="spinMicroseconds">How long the log thread looks for work before it sleeps.</param>
internal sealed class LogQueue(NodeLimits limits, int spinMicroseconds) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly WakeSignal _work = new(spinMicroseconds);
    private readonly LogBatch _waiting = new();
    private Slot _decided = Slot.Zero;
    private bool _isClosed;
    private volatile bool _hasFailed;

    /// <summary>The last decided slot that was heard of: a hint whether there is something to note. Records that it rests on may still wait, so it is never written itself.</summary>
    public Slot NewestDecided
    {
        get
        {
            lock (_gate)
                return _decided;
        }
    }

    /// <summary>The log thread has ended by a failure: nothing becomes durable any more, so nothing may be said any more (rule 12).</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>The driver may go on taking messages and requests.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
                return _waiting.Records.Count < limits.LogQueueRecords && _waiting.Bytes < limits.LogQueueBytes;
        }
    }

    /// <summary>Adds the records of a turn; without any, only the decided slot is noted.</summary>
    /// <param name="records">The records; copied.</param>
    /// <param name="recordsThrough">Number of the last one.</param>
    /// <param name="decided">The decided slot.</param>
    public void Append(List<Record> records, long recordsThrough, Slot decided)
    {
        lock (_gate)
        {
            _decided = decided;
            if (records.Count == 0)
                return;
            _waiting.Records.AddRange(records);
            foreach (Record record in records)
                _waiting.Bytes += SizeOf(record);
            _waiting.RecordsThrough = recordsThrough;
        }

        _work.Set();
    }

    /// <summary>Has a peer remembered; the task ends when it is durable.</summary>
    /// <exception cref="OperationCanceledException">The log ended before.</exception>
    public Task RememberAsync(ReplicaId peer, PeerMemory memory)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isClosed)
                return Task.FromCanceled(new CancellationToken(canceled: true));
            _waiting.Peers.Add(new PeerNote(peer, memory, done));
        }

        _work.Set();
        return done.Task;
    }

    /// <summary>
    /// Moves everything into <paramref name="batch"/>, waiting a while when there is nothing; false when the queue is closed and empty.
    /// Whatever it returns, the batch's decided slot rests on records in this batch and in earlier ones only.
    /// </summary>
    /// <param name="batch">Emptied and filled.</param>
    /// <param name="milliseconds">Longest wait; 0 only looks.</param>
    public bool Take(LogBatch batch, int milliseconds)
    {
        if (TryTake(batch) || batch.IsLast)
            return !batch.IsLast;
        _work.Wait(milliseconds);
        TryTake(batch);
        return !batch.IsLast;
    }

    /// <summary>Nothing more is added; the log thread ends when the rest is done.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        _work.Set();
    }

    /// <summary>Nothing more reaches the disk: those who wait are told.</summary>
    public void Abandon()
    {
        Close();
        lock (_gate)
        {
            foreach (PeerNote peer in _waiting.Peers)
                peer.Done.TrySetCanceled();
            _waiting.Clear();
        }
    }

    /// <summary>The disk failed: as <see cref="Abandon"/>, and the driver says nothing any more.</summary>
    public void Fail()
    {
        _hasFailed = true;
        Abandon();
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();

    private bool TryTake(LogBatch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            batch.Decided = _decided;
            batch.IsLast = _isClosed && _waiting.IsEmpty;
            if (_waiting.IsEmpty)
                return false;
            batch.Records.AddRange(_waiting.Records);
            batch.Peers.AddRange(_waiting.Peers);
            batch.RecordsThrough = _waiting.RecordsThrough;
            _waiting.Clear();
            return true;
        }
    }

    private static long SizeOf(Record record) => record switch
    {
        AcceptedRecord accepted => accepted.Entry.Bytes.Length,
        LearnedRecord learned => learned.Entry.Bytes.Length,
        _ => 0,
    };
}
