using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Simulator.Replicas;

/// <content>The log thread: writes, syncs, waits for space, certifies when it is idle.</content>
internal sealed partial class ReplicaProcess
{
    /// <summary>A sync that was held back by a script ends after all.</summary>
    public void ReleaseSync()
    {
        if (_isSyncHeld)
            ScheduleSyncDone();
        _isSyncHeld = false;
    }

    /// <summary>Writes, syncs and certifies everything, as a process does that ends in good order.</summary>
    public void CloseLog(StoreDisk disk)
    {
        if (_unwritten.Count > 0)
            disk.Append(_unwritten, _handedOut, _decidedToNote);
        disk.Sync();
        Introductions.CertifyEnd(disk, _decidedToNote);
    }

    private void Log(Effects effects)
    {
        _decidedToNote = effects.Decided;
        if (effects.Records.Count == 0)
            return;
        foreach (Record record in effects.Records)
            _checks.OnRecord(_self, record);
        _unwritten.AddRange(effects.Records);
        _handedOut = effects.RecordsThrough;
        if (!_isSyncing)
            StartSync();
    }

    private void StartSync()
    {
        _isSyncing = true;
        _setting.Queue.Schedule(_setting.Queue.Now, this, WriteLog);
    }

    private void OnWriteLog()
    {
        _isWriteDue = _isPaused;
        if (_isPaused)
            return;
        if (!TryOnDisk(disk => disk.Append(_unwritten, _handedOut, _decidedToNote), WriteLog))
            return;
        _unwritten.Clear();
        if (_machine.HoldsSyncs)
            _isSyncHeld = true;
        else
            ScheduleSyncDone();
    }

    private void ScheduleSyncDone()
    {
        long duration = _setting.Timings.SyncMinimum + _setting.Random.Exponential(_setting.Timings.SyncMeanExtra + 1);
        duration *= _setting.DiskSlowness;
        if (!_setting.Network.IsCalm && _setting.Random.Chance(_setting.Timings.StallPerMillion, 1_000_000))
            duration += _setting.Random.Exponential(_setting.Timings.MeanStall);
        _setting.Queue.Schedule(_setting.Queue.Now + duration, this, SyncDone);
    }

    private void OnSyncDone()
    {
        if (!TryOnDisk(disk => _durable = disk.Sync(), SyncDone))
            return;
        _checks.OnSynced(_self, _durable);
        if (_machine.TryDieAfterSync())
            return;
        if (!_machine.TryOnDisk(static disk => disk.Prepare()))
            return;
        _isSyncing = false;
        if (_unwritten.Count > 0)
            StartSync();
        else
            _setting.Queue.Schedule(_setting.Queue.Now + IdleBeforeCertify, this, CertifyDue, _durable);
        ScheduleTurn();
    }

    // A full disk is waited for, as by the product's log thread.
    private bool TryOnDisk(Action<StoreDisk> action, int again)
    {
        DiskOutcome outcome = _machine.OnDisk(action);
        if (outcome == DiskOutcome.Full)
            _setting.Queue.Schedule(_setting.Queue.Now + WaitForSpace, this, again);
        return outcome == DiskOutcome.Done;
    }

    private void OnCertifyDue(long durableThen)
    {
        if (!_isSyncing && _durable == durableThen)
            _machine.TryOnDisk(disk => Introductions.CertifyIdle(disk, _decidedToNote));
    }
}
