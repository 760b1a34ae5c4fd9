using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// What of snapshots waits for the disk: pieces to be written, which the core bounds in number, and for each peer at most one piece to be read for it: a peer that
/// asks again wants the newer one. Filled by the driver, emptied by the snapshot thread.
/// </summary>
/// <param name="onWork">Called, on any thread, when there is something to do.</param>
public sealed class SnapshotQueue(Action onWork)
{
    private readonly Lock _gate = new();
    private readonly Queue<PieceToWrite> _writes = new();
    private readonly Queue<PieceToSend> _reads = new();
    private bool _isClosed;
    private bool _isSpaceWanted;

    /// <summary>Pieces that wait to be written or read.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _writes.Count + _reads.Count;
        }
    }

    /// <summary>Nothing more is done.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _isClosed;
        }
    }

    /// <summary>Adds what a step wants done.</summary>
    /// <param name="writes">The pieces to be written; copied.</param>
    /// <param name="reads">The pieces to be read; copied.</param>
    public void Add(List<PieceToWrite> writes, List<PieceToSend> reads)
    {
        if (writes.Count == 0 && reads.Count == 0)
            return;
        lock (_gate)
        {
            foreach (PieceToWrite write in writes)
                _writes.Enqueue(write);
            foreach (PieceToSend read in reads)
                Replace(read);
        }

        onWork();
    }

    /// <summary>Takes the next piece that is to be written.</summary>
    public bool TryTakeWrite(out PieceToWrite write)
    {
        lock (_gate)
            return _writes.TryDequeue(out write);
    }

    /// <summary>Takes the next piece that is to be read.</summary>
    public bool TryTakeRead(out PieceToSend read)
    {
        lock (_gate)
            return _reads.TryDequeue(out read);
    }

    /// <summary>The log has no space: what snapshots take up without need is to be given back. Any thread.</summary>
    public void WantSpace()
    {
        lock (_gate)
            _isSpaceWanted = true;
        onWork();
    }

    /// <summary>Space is wanted; said once each time.</summary>
    public bool TakeWantedSpace()
    {
        lock (_gate)
        {
            bool isWanted = _isSpaceWanted;
            _isSpaceWanted = false;
            return isWanted;
        }
    }

    /// <summary>Nothing more is written or read: an unfinished snapshot is of no use.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _writes.Clear();
            _reads.Clear();
        }

        onWork();
    }

    private void Replace(PieceToSend read)
    {
        ReplicaId to = read.To;
        for (int left = _reads.Count; left > 0; left--)
        {
            PieceToSend waiting = _reads.Dequeue();
            if (waiting.To != to)
                _reads.Enqueue(waiting);
        }

        _reads.Enqueue(read);
    }
}
