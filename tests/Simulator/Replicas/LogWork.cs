using PaxosShard.Replica.Engine;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Replicas;

/// <summary>The log thread of one life of a machine, for all replicas on it: does what the log scheduler has to do, and takes the time that a disk takes.</summary>
internal sealed class LogWork : IEventTarget
{
    private const int LogDue = 2;
    private const int LogIsIdle = 3;
    private const long WaitForSpace = 100_000;

    private readonly SimulatedReplica _machine;
    private readonly ReplicaSetting _setting;
    private readonly ReplicaProcess[] _processes;
    private readonly LogScheduler _scheduler;
    private long _turn;
    private bool _isBusy;
    private bool _isDue;
    private bool _isSyncHeld;

    /// <summary>A log thread that has nothing to do yet.</summary>
    /// <param name="machine">A replica of the machine.</param>
    /// <param name="processes">The lives of all its replicas, in the order in which the store has their groups.</param>
    public LogWork(SimulatedReplica machine, ReplicaProcess[] processes)
    {
        _machine = machine;
        _setting = machine.Setting;
        _processes = processes;
        _scheduler = new LogScheduler(machine.Disk.Store, [.. processes.Select(static process => process.LogGroup)], _setting.Limits.Log);
    }

    /// <summary>Records that were taken and are not durable yet.</summary>
    public int RecordsInHand => _scheduler.RecordsInHand;

    private long Milliseconds => _setting.Queue.Now / 1000;

    /// <summary>How long a sync takes.</summary>
    public static long SyncDuration(ReplicaSetting setting)
    {
        long duration = setting.Timings.SyncMinimum + setting.Random.Exponential(setting.Timings.SyncMeanExtra + 1);
        duration *= setting.DiskSlowness;
        if (!setting.Network.IsCalm && setting.Random.Chance(setting.Timings.StallPerMillion, 1_000_000))
            duration += setting.Random.Exponential(setting.Timings.MeanStall);
        return duration;
    }

    /// <summary>There is something to do.</summary>
    public void Wake()
    {
        if (_isBusy)
            return;
        _isBusy = true;
        _setting.Queue.Schedule(_setting.Queue.Now, this, LogDue);
    }

    /// <summary>The process was paused and goes on.</summary>
    public void GoOn()
    {
        if (_isDue)
            OnDue();
    }

    /// <summary>A sync that was held back by a script ends after all.</summary>
    public void ReleaseSync()
    {
        if (_isSyncHeld)
            ScheduleSync();
        _isSyncHeld = false;
    }

    /// <summary>Does everything that is left when all queues are closed.</summary>
    public void RunToTheEnd()
    {
        while (_scheduler.Next(Milliseconds) != LogAction.Ended)
        {
            // Each action is on the disk before the next one.
        }
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        if (_processes[0].IsOver || _machine.IsEnding)
            return;
        if (scheduled.Kind == LogDue)
            OnDue();
        else if (scheduled.Argument == _turn)
            Wake();
    }

    private void OnDue()
    {
        _isDue = _processes[0].IsPaused;
        if (_isDue)
            return;
        LogAction done = LogAction.None;
        switch (_machine.OnDisk(_ => done = _scheduler.Next(Milliseconds)))
        {
            case DiskOutcome.Full:
                Array.ForEach(_processes, static process => process.WantSpace());
                _setting.Queue.Schedule(_setting.Queue.Now + WaitForSpace, this, LogDue);
                break;
            case DiskOutcome.Done when !_processes[0].IsOver: // What is remembered of a peer may tell this replica that it was replaced.
                AfterAction(done);
                break;
        }
    }

    private void AfterAction(LogAction done)
    {
        ReplicaProcess[] news = [.. _processes.Where((process, group) => process.TakeDurable(_scheduler.DurableThrough(group)))];
        if (news.Length > 0)
        {
            if (_machine.TryDieAfterSync())
                return;
            Array.ForEach(news, static process => process.OnDurable());
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
                _isBusy = false;
                _setting.Queue.Schedule(_setting.Queue.Now + (1000L * _scheduler.WaitMilliseconds(Milliseconds)), this, LogIsIdle, ++_turn);
                break;
            case LogAction.Ended:
                break;
            default:
                _setting.Queue.Schedule(_setting.Queue.Now, this, LogDue);
                break;
        }
    }

    private void ScheduleSync() => _setting.Queue.Schedule(_setting.Queue.Now + SyncDuration(_setting), this, LogDue);
}
