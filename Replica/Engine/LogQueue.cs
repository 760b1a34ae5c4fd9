using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// What waits for the disk: filled by the driver (records) and by greetings (peers to remember), emptied as a whole by the log
/// thread. Bounded by asking <see cref="HasRoom"/> first: while there is none the driver takes no messages and no requests, so
/// that nothing new is accepted; the records of one more turn still fit. Greetings are few.
/// <para>
/// The decided slot that is noted rests on the records that were handed out before it. So the one that is written leaves under the
/// same lock as all records that wait, and they are written first.
/// </para>
/// </summary>
/// <param name="limits">The bounds.</param>
/// <param name="onWork">Called, on any thread, when there is something to do for whoever empties it.</param>
public sealed class LogQueue(LogLimits limits, Action onWork)
{
    private readonly Lock _gate = new();
    private readonly LogBatch _waiting = new();
    private Slot _decided = Slot.Zero;
    private Slot _inSnapshot = Slot.Zero;
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

    /// <summary>Everything up to this slot is in a durable snapshot: what the log on the disk says of it may be given back.</summary>
    public Slot InSnapshot
    {
        get
        {
            lock (_gate)
                return _inSnapshot;
        }
    }

    /// <summary>The log thread has ended by a failure: nothing becomes durable any more, so nothing may be said any more (rule 12).</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Records and peers that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Records.Count + _waiting.Peers.Count;
        }
    }

    /// <summary>The driver may go on taking messages and requests.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
                return _waiting.Records.Count < limits.Records && _waiting.Bytes < limits.Bytes;
        }
    }

    /// <summary>Adds the records of a turn; without any, only the decided slot is noted.</summary>
    /// <param name="records">The records; copied.</param>
    /// <param name="recordsThrough">Number of the last one.</param>
    /// <param name="decided">The decided slot.</param>
    /// <param name="inSnapshot">Everything up to this slot is in a durable snapshot; a lower one than before changes nothing.</param>
    public void Append(List<Record> records, RecordNumber recordsThrough, Slot decided, Slot inSnapshot = default)
    {
        bool hasMoreInSnapshot;
        lock (_gate)
        {
            _decided = decided;
            hasMoreInSnapshot = inSnapshot > _inSnapshot;
            _inSnapshot = Slot.Max(_inSnapshot, inSnapshot);
            if (records.Count == 0 && !hasMoreInSnapshot)
                return;
            _waiting.Records.AddRange(records);
            foreach (Record record in records)
                _waiting.Bytes += SizeOf(record);
            _waiting.RecordsThrough = recordsThrough;
        }

        onWork();
    }

    /// <summary>Has a peer remembered.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="memory">What is remembered of it from now on.</param>
    /// <param name="done">Called once: true when it is durable, false when the log ended before.</param>
    public void Remember(ReplicaId peer, PeerMemory memory, Action<bool> done)
    {
        bool isClosed;
        lock (_gate)
        {
            isClosed = _isClosed;
            if (!isClosed)
                _waiting.Peers.Add(new PeerNote(peer, memory, done));
        }

        if (isClosed)
            done(false);
        else
            onWork();
    }

    /// <summary>
    /// Moves everything into <paramref name="batch"/>; false when there is nothing. Whatever it returns, the batch's decided slot rests on
    /// records in this batch and in earlier ones only.
    /// </summary>
    /// <param name="batch">Emptied and filled.</param>
    public bool TryTake(LogBatch batch)
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

    /// <summary>Nothing more is added; the log thread ends when the rest is done.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        onWork();
    }

    /// <summary>Nothing more reaches the disk: those who wait are told.</summary>
    public void Abandon()
    {
        Close();
        List<PeerNote> peers;
        lock (_gate)
        {
            peers = [.. _waiting.Peers];
            _waiting.Clear();
        }

        foreach (PeerNote peer in peers)
            peer.Done(false);
    }

    /// <summary>The disk failed: as <see cref="Abandon"/>, and the driver says nothing any more.</summary>
    public void Fail()
    {
        _hasFailed = true;
        Abandon();
    }

    private static long SizeOf(in Record record) => record.Entry?.Bytes.Length ?? 0;
}

/// <summary>What waits for the disk together.</summary>
public sealed class LogBatch
{
    /// <summary>Records, in their order.</summary>
    public List<Record> Records { get; } = [];

    /// <summary>Number of the last one.</summary>
    public RecordNumber RecordsThrough { get; set; }

    /// <summary>The decided slot to note behind them: it rests on these records and those of earlier batches, never on later ones.</summary>
    public Slot Decided { get; set; } = Slot.Zero;

    /// <summary>The queue was closed and nothing waited in it any more: no other batch follows.</summary>
    public bool IsLast { get; set; }

    /// <summary>Peers to remember.</summary>
    public List<PeerNote> Peers { get; } = [];

    /// <summary>Bytes of the entries in the records.</summary>
    public long Bytes { get; set; }

    /// <summary>There is nothing in it.</summary>
    public bool IsEmpty => Records.Count == 0 && Peers.Count == 0;

    /// <summary>Takes everything out.</summary>
    public void Clear()
    {
        Records.Clear();
        Peers.Clear();
        Bytes = 0;
    }
}

/// <summary>What is to be remembered durably of a peer.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Memory">What is remembered from now on.</param>
/// <param name="Done">Called once: true when it is durable, false when the log ended before.</param>
public sealed record PeerNote(ReplicaId Peer, PeerMemory Memory, Action<bool> Done);
