using PaxosShard.Replica.Engine;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Replicas;

/// <content>The snapshot thread: does what the snapshot scheduler has to do, and takes the time that a disk takes.</content>
internal sealed partial class ReplicaProcess
{
    private const long WritesPerSync = 16;

    /// <summary>The snapshot thread of this process was held back by a script and goes on.</summary>
    public void ReleaseSnapshots()
    {
        if (_isSnapshotDue)
            OnSnapshotDue();
    }

    private void WakeSnapshots()
    {
        if (_isSnapshotBusy)
            return;
        _isSnapshotBusy = true;
        _setting.Queue.Schedule(_setting.Queue.Now, this, SnapshotDue);
    }

    private void OnSnapshotDue()
    {
        _isSnapshotDue = _isPaused || _machine.HoldsSnapshots;
        if (_isSnapshotDue)
            return;
        SnapshotAction done = SnapshotAction.None;
        switch (_machine.OnDisk(_ => done = _snapshotScheduler.Next()))
        {
            case DiskOutcome.Full:
                _setting.Queue.Schedule(_setting.Queue.Now + WaitForSpace, this, SnapshotDue);
                break;
            case DiskOutcome.Done:
                AfterSnapshotAction(done);
                break;
        }
    }

    private void AfterSnapshotAction(SnapshotAction done)
    {
        switch (done)
        {
            case SnapshotAction.None:
                _isSnapshotBusy = false;
                return;
            case SnapshotAction.Ended:
                return;
            case SnapshotAction.Published:
                _checks.Marks.Reach(Mark.SnapshotPublished);
                _setting.Log?.Write($"r{_self} has published the {_machine.Disk.Snapshots.Newest}");
                break;
            case SnapshotAction.Dropped:
                _checks.Marks.Reach(Mark.SnapshotDropped);
                break;
        }

        // A piece that is still in hand waits for its sync: until then a power failure may take it.
        long duration = _snapshotScheduler.PiecesInHand > 0 ? SyncDuration() : WriteDuration();
        _setting.Queue.Schedule(_setting.Queue.Now + duration, this, SnapshotDue);
    }

    private long WriteDuration() => 1 + (_setting.Timings.SyncMinimum * _setting.DiskSlowness / WritesPerSync);
}
