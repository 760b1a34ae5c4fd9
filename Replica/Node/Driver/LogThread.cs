using System.Runtime.ExceptionServices;
using NLog;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// The one thread that owns the store: carries out what the <see cref="LogScheduler"/> has to do, and tells the driver of each group how far the disk is.
/// The drivers go on meanwhile. When the disk fails the thread ends and nothing is tried again (rule 12). A full disk has not failed:
/// what is accepted waits for space, and the bounds of the queue are what keeps more from being accepted.
/// <para>
/// When the driver has nothing else to do it may write and sync here and now (<see cref="TrySyncHere"/>), which saves waking this thread and being woken by it; with a quick disk that takes as long as
/// the sync itself. What is in no hurry, and what has failed, is left to this thread.
/// </para>
/// </summary>
/// <param name="store">The store; nobody else touches it while the thread runs, but for the driver as above, one at a time.</param>
/// <param name="queues">What waits for the disk, of each group by index; when there is something to do it sets <paramref name="work"/>.</param>
/// <param name="scheduler">What the disk has to do next, on the same store and queues.</param>
/// <param name="onSynced">Of each group: told the number of its last durable record after each sync that covers more of it than the one before.</param>
/// <param name="limits">How long it waits for space.</param>
/// <param name="clock">Measures that wait, without the time in which the process does not run.</param>
/// <param name="time">The monotonic time.</param>
/// <param name="work">Wakes the thread when there is something to do.</param>
internal sealed class LogThread(
    ReplicaStore store,
    IReadOnlyList<LogQueue> queues,
    LogScheduler scheduler,
    IReadOnlyList<Action<RecordNumber>> onSynced,
    NodeLimits limits,
    RunningClock clock,
    TimeProvider time,
    WakeSignal work) : ILogReport, IDriverLog
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(LogThread));

    // A disk that takes longer than this holds the driver up, which has heartbeats to answer; then so many syncs are made by the thread.
    private const double LongestSyncHere = 2;
    private const int SyncsElsewhere = 200;

    // Whoever carries something out on the disk: this thread, or the driver.
    private readonly Lock _disk = new();
    private ExceptionDispatchInfo? _failedHere;
    private int _syncsElsewhere;
    private long _syncCount;
    private readonly RecordNumber[] _reported = new RecordNumber[queues.Count];
    private volatile bool _isDiskFull;
    private volatile bool _isStopping;

    /// <inheritdoc/>
    public long SyncCount => Interlocked.Read(ref _syncCount);

    /// <inheritdoc/>
    public bool IsDiskFull => _isDiskFull;

    /// <summary>Told each time that there is no space: somebody else may have some to give back.</summary>
    public Action? OnFull { get; init; }

    private long Now => time.GetTimestamp() * 1000 / time.TimestampFrequency;

    /// <summary>The body of the thread: runs until the queue is closed and empty, and the log certified.</summary>
    /// <exception cref="StorageFailedException">The disk failed: the process has to stop.</exception>
    /// <exception cref="DiskFullException">There was no space for longer than one waits for it, or until the end.</exception>
    public void Run()
    {
        while (Step() is var done && done != LogAction.Ended)
        {
            if (done == LogAction.None)
                Rest();
        }

        foreach (LogQueue queue in queues)
            queue.Abandon();
        _log.Debug("The log is certified up to decided slots {Decided}", string.Join(", ", queues.Select((_, group) => scheduler.Noted(group).Number)));
    }

    /// <summary>One action, as often as it takes until there is space for it.</summary>
    /// <exception cref="StorageFailedException">The disk failed: the process has to stop.</exception>
    /// <exception cref="DiskFullException">There was no space for longer than one waits for it, or until the end.</exception>
    internal LogAction Step()
    {
        try
        {
            return AwaitSpace();
        }
        catch
        {
            // Whatever ends it, nothing more is said, and nobody waits for it any more.
            scheduler.Abandon();
            throw;
        }
        finally
        {
            Interlocked.Exchange(ref _syncCount, store.SyncCount);
        }
    }

    /// <inheritdoc/>
    public void Wake() => work.Set();

    /// <inheritdoc/>
    public bool TrySyncHere()
    {
        if (_syncsElsewhere > 0)
        {
            _syncsElsewhere--;
            return false;
        }

        if (_isDiskFull || !_disk.TryEnter())
            return false;
        long begun = time.GetTimestamp();
        try
        {
            return SyncHere();
        }
        catch (DiskFullException)
        {
            return false; // The scheduler makes it again.
        }
        catch (Exception failure)
        {
            // Whatever it is, as in a step of the thread: nothing more is said from now on, and the thread ends by it.
            scheduler.Abandon();
            _failedHere = ExceptionDispatchInfo.Capture(failure);
            return false;
        }
        finally
        {
            Interlocked.Exchange(ref _syncCount, store.SyncCount);
            _disk.Exit();
            if (time.GetElapsedTime(begun).TotalMilliseconds > LongestSyncHere)
                _syncsElsewhere = SyncsElsewhere;
        }
    }

    /// <summary>The end is near: space that is missing now is not waited for any more. Any thread.</summary>
    public void Stop() => _isStopping = true;

    private bool SyncHere() => _failedHere is null && NextAction() == LogAction.Appended && NextAction() == LogAction.Synced;

    private LogAction NextAction()
    {
        lock (_disk)
        {
            _failedHere?.Throw();
            LogAction done = scheduler.Next(Now);
            for (int group = 0; group < _reported.Length; group++)
            {
                if (scheduler.DurableThrough(group) > _reported[group])
                    onSynced[group](_reported[group] = scheduler.DurableThrough(group));
            }

            return done;
        }
    }

    private void Rest()
    {
        int wait;
        lock (_disk)
            wait = scheduler.WaitMilliseconds(Now);
        work.Wait(wait);
    }

    private LogAction AwaitSpace()
    {
        long since = clock.Now;
        while (true)
        {
            try
            {
                LogAction done = NextAction();
                if (_isDiskFull)
                    _log.Info("There is space on the disk again");
                _isDiskFull = false;
                return done;
            }
            catch (DiskFullException failure) when (!_isStopping && clock.Now - since < limits.DiskFullPatience.TotalMilliseconds)
            {
                if (!_isDiskFull)
                    _log.Error("PX1111 the disk is full, nothing is accepted before there is space: {Reason}; see df -h", failure.Message);
                _isDiskFull = true;
                OnFull?.Invoke();
                Thread.Sleep(limits.Log.FullPause);
            }
        }
    }
}
