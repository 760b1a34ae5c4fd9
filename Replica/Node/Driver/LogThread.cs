using NLog;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// The one thread that owns the store: carries out what the <see cref="LogScheduler"/> has to do, and tells the driver how far the disk is.
/// The driver goes on meanwhile. When the disk fails the thread ends and nothing is tried again (rule 12). A full disk has not failed:
/// what is accepted waits for space, and the bounds of the queue are what keeps more from being accepted.
/// </summary>
/// <param name="store">The store; nobody else touches it while the thread runs.</param>
/// <param name="queue">What waits for the disk; when there is something to do it sets <paramref name="work"/>.</param>
/// <param name="scheduler">What the disk has to do next, on the same store and queue.</param>
/// <param name="onSynced">Told the number of the last durable record after each sync.</param>
/// <param name="limits">How long it waits for space.</param>
/// <param name="clock">Measures that wait, without the time in which the process does not run.</param>
/// <param name="time">The monotonic time.</param>
/// <param name="work">Wakes the thread when there is something to do.</param>
internal sealed class LogThread(
    ReplicaStore store,
    LogQueue queue,
    LogScheduler scheduler,
    Action<RecordNumber> onSynced,
    NodeLimits limits,
    RunningClock clock,
    TimeProvider time,
    WakeSignal work) : ILogReport
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private long _syncCount;
    private RecordNumber _reported;
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
                work.Wait(scheduler.WaitMilliseconds(Now));
        }

        queue.Abandon();
        _log.Debug("The log is certified up to decided slot {Decided}", scheduler.Noted.Number);
    }

    /// <summary>One action, as often as it takes until there is space for it.</summary>
    /// <exception cref="StorageFailedException">The disk failed: the process has to stop.</exception>
    /// <exception cref="DiskFullException">There was no space for longer than one waits for it, or until the end.</exception>
    internal LogAction Step()
    {
        try
        {
            LogAction done = AwaitSpace();
            if (scheduler.DurableThrough > _reported)
                onSynced(_reported = scheduler.DurableThrough);
            return done;
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

    /// <summary>The end is near: space that is missing now is not waited for any more. Any thread.</summary>
    public void Stop() => _isStopping = true;

    private LogAction AwaitSpace()
    {
        long since = clock.Now;
        while (true)
        {
            try
            {
                LogAction done = scheduler.Next(Now);
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
