using PaxosShard.Replica.Engine;

namespace PaxosShard.Simulator.Replicas;

/// <content>The log thread: does what the log scheduler has to do, and takes the time that a disk takes.</content>
internal sealed partial class ReplicaProcess
{
    private long Milliseconds => _setting.Queue.Now / 1000;

    /// <summary>A sync that was held back by a script ends after all.</summary>
    public void ReleaseSync()
    {
        if (_isSyncHeld)
            ScheduleSync();
        _isSyncHeld = false;
    }

    /// <summary>Writes, syncs and certifies everything, as a process does that ends in good order.</summary>
    public void CloseLog()
    {
        _snapshots.Close();
        _log.Close();
        while (_scheduler.Next(Milliseconds) != LogAction.Ended)
        {
            // Each action is on the disk before the next one.
        }
    }

    private void WakeLog()
    {
        if (_isLogBusy)
            return;
        _isLogBusy = true;
        _setting.Queue.Schedule(_setting.Queue.Now, this, LogDue);
    }

    private void OnLogDue()
    {
        _isLogDue = _isPaused;
        if (_isPaused)
            return;
        LogAction done = LogAction.None;
        switch (_machine.OnDisk(_ => done = _scheduler.Next(Milliseconds)))
        {
            case DiskOutcome.Full:
                _snapshots.WantSpace();
                _setting.Queue.Schedule(_setting.Queue.Now + WaitForSpace, this, LogDue);
                break;
            case DiskOutcome.Done:
                AfterLogAction(done);
                break;
        }
    }

    private void AfterLogAction(LogAction done)
    {
        if (_scheduler.DurableThrough(0) > _durable)
        {
            _durable = _scheduler.DurableThrough(0);
            _checks.OnSynced(_self, _durable);
            if (_machine.TryDieAfterSync())
                return;
            ScheduleTurn();
        }

        switch (done)
        {
            case LogAction.Appended when _machine.HoldsSyncs:
                _isSyncHeld = true;
                break;
            case LogAction.Appended:
                ScheduleSync();
                break;
            case LogAction.None:
                _isLogBusy = false;
                _setting.Queue.Schedule(_setting.Queue.Now + (1000L * _scheduler.WaitMilliseconds(Milliseconds)), this, LogIsIdle, ++_logTurn);
                break;
            case LogAction.Ended:
                break;
            default:
                _setting.Queue.Schedule(_setting.Queue.Now, this, LogDue);
                break;
        }
    }

    private void ScheduleSync() => _setting.Queue.Schedule(_setting.Queue.Now + SyncDuration(), this, LogDue);

    private long SyncDuration()
    {
        long duration = _setting.Timings.SyncMinimum + _setting.Random.Exponential(_setting.Timings.SyncMeanExtra + 1);
        duration *= _setting.DiskSlowness;
        if (!_setting.Network.IsCalm && _setting.Random.Chance(_setting.Timings.StallPerMillion, 1_000_000))
            duration += _setting.Random.Exponential(_setting.Timings.MeanStall);
        return duration;
    }
}
