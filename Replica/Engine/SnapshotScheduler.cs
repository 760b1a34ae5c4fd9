using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// What the disk has to do next for snapshots, one action at a time: pieces are written, synced a few at a time so that the log's own syncs never wait for much, and
/// published at the end; pieces that other replicas want are read. No clock, no waiting, no threads: the product's snapshot thread and the simulator run this same
/// class. Used by one thread.
/// </summary>
/// <param name="store">The snapshots on the disk; nobody else writes them.</param>
/// <param name="queue">What waits.</param>
/// <param name="report">Told what the core has to know.</param>
public sealed class SnapshotScheduler(ISnapshotStore store, SnapshotQueue queue, Action<Input> report)
{
    /// <summary>Bytes that are written between two syncs.</summary>
    public const long SyncBytes = 1024 * 1024;

    private PieceToWrite? _write;
    private Slot _dropped = Slot.Zero;
    private long _unsynced;
    private bool _isWritten;
    private bool _readNext;

    /// <summary>Pieces that were taken from the queue and are not done with.</summary>
    public int PiecesInHand => _write is null ? 0 : 1;

    /// <summary>Does the next thing that is to be done.</summary>
    /// <returns>What was done.</returns>
    /// <remarks>Throws what the store throws when the disk failed: then the process has to stop (rule 12).</remarks>
    public SnapshotAction Next()
    {
        if (queue.IsClosed)
            return SnapshotAction.Ended;

        if (queue.TakeWantedSpace())
        {
            store.GiveBack();
            return SnapshotAction.GaveBack;
        }

        // Both in turn: neither may keep the other one waiting.
        _readNext = !_readNext;
        if (_readNext && queue.TryTakeRead(out PieceToSend read))
            return Read(read);
        if (_write is not null || TakeWrite())
            return Write();
        if (queue.TryTakeRead(out read))
            return Read(read);
        if (!store.HasLeavingSpace)
            return SnapshotAction.None;
        store.ShrinkLeaving();
        return SnapshotAction.Shrunk;
    }

    private bool TakeWrite()
    {
        while (queue.TryTakeWrite(out PieceToWrite write))
        {
            // The core learns that a snapshot was dropped while pieces of it are on their way.
            if (write.Slot == _dropped && write.Number > 0)
                continue;
            _dropped = Slot.Zero;
            _write = write;
            _isWritten = false;
            return true;
        }

        return false;
    }

    private SnapshotAction Write()
    {
        try
        {
            return WriteInSteps(_write!.Value);
        }
        catch (DiskFullException)
        {
            // The one before is still there; it is tried again when the core sees fit.
            _dropped = _write!.Value.Slot;
            _write = null;
            _unsynced = 0;
            store.Drop();
            report(Input.SnapshotDropped(_dropped));
            return SnapshotAction.Dropped;
        }
    }

    private SnapshotAction WriteInSteps(PieceToWrite write)
    {
        if (!_isWritten)
        {
            if (write.Number == 0)
            {
                store.Begin(write.Slot);
                _unsynced = 0;
            }

            store.Append(write.Bytes.Span);
            _unsynced += write.Bytes.Length;
            _isWritten = true;
            if (write.Mark is null && _unsynced < SyncBytes)
                Finish(write);
            return SnapshotAction.Written;
        }

        _unsynced = 0;
        if (write.Mark is { } mark)
        {
            store.Publish(mark);
            _write = null;
            report(Input.SnapshotDurable(mark));
            return SnapshotAction.Published;
        }

        store.Sync();
        Finish(write);
        return SnapshotAction.Synced;
    }

    private void Finish(in PieceToWrite write)
    {
        _write = null;
        report(Input.PiecesWritten(write.Slot, write.Number + 1, write.Bytes));
    }

    private SnapshotAction Read(in PieceToSend read)
    {
        if (store.Read(read.Mark, read.Number) is not { } piece)
        {
            if (store.Newest != SnapshotMark.None)
                report(Input.SnapshotUnreadable(store.Newest));
            return SnapshotAction.CouldNotRead;
        }

        report(Input.PieceRead(read.To, piece));
        return SnapshotAction.Read;
    }
}

/// <summary>What a <see cref="SnapshotScheduler"/> has done.</summary>
public enum SnapshotAction
{
    /// <summary>Nothing: there is nothing to do.</summary>
    None,

    /// <summary>A piece is written, and not durable.</summary>
    Written,

    /// <summary>What was written so far is durable.</summary>
    Synced,

    /// <summary>A snapshot is durable, and has taken the place of the one before.</summary>
    Published,

    /// <summary>There was no space: the unfinished snapshot is gone.</summary>
    Dropped,

    /// <summary>A piece was read for a peer.</summary>
    Read,

    /// <summary>A piece that a peer wants is not there or has rotted: the peer gets nothing from here.</summary>
    CouldNotRead,

    /// <summary>A little of the space of a snapshot that is gone was given back: time for a pause.</summary>
    Shrunk,

    /// <summary>What snapshots took up without need was given back.</summary>
    GaveBack,

    /// <summary>The queue was closed; nothing more will be done.</summary>
    Ended,
}
