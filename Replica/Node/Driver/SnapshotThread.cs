using NLog;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// The one thread that owns the snapshots on the disk: carries out what the <see cref="SnapshotScheduler"/> has to do. The log goes on meanwhile. When the disk fails
/// the thread ends, and the replica with it (rule 12).
/// </summary>
/// <param name="scheduler">What the disk has to do next.</param>
/// <param name="store">The snapshots, to be named in the log.</param>
/// <param name="work">Wakes the thread when there is something to do.</param>
internal sealed class SnapshotThread(SnapshotScheduler scheduler, ISnapshotStore store, WakeSignal work)
{
    private const int Sleep = 1000;

    private static readonly Logger _log = LogManager.GetLogger(nameof(SnapshotThread));

    private SnapshotMark _toldRotten;

    /// <summary>The body of the thread: runs until the queue is closed.</summary>
    /// <exception cref="StorageFailedException">The disk failed: the process has to stop.</exception>
    public void Run()
    {
        while (scheduler.Next() is var done && done != SnapshotAction.Ended)
        {
            switch (done)
            {
                case SnapshotAction.None:
                    work.Wait(Sleep);
                    break;
                case SnapshotAction.Shrunk:
                    work.Wait(LogLimits.ShrinkMilliseconds);
                    break;
                case SnapshotAction.Published:
                    _log.Info("A snapshot of slot {Slot} is durable", store.Newest.Slot.Number);
                    break;
                case SnapshotAction.CouldNotRead when _toldRotten != store.Newest:
                    // Once for each snapshot: whoever wants it asks again and again.
                    _toldRotten = store.Newest;
                    _log.Error("A piece of the snapshot of slot {Slot} cannot be read, and others are not sent it; the next snapshot takes its place", store.Newest.Slot.Number);
                    break;
                case SnapshotAction.Dropped:
                    _log.Error("PX1111 the disk is full, there is no space for a snapshot; the one of slot {Slot} still counts; see df -h", store.Newest.Slot.Number);
                    break;
            }
        }
    }
}
