using NLog;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>
/// The one thread that owns the store: appends everything that waits, syncs once for all of it, and tells the driver how far
/// the disk is. The driver goes on meanwhile. When the disk fails the thread ends and nothing is tried again (rule 12). A full disk
/// has not failed: what is accepted waits for space, and the bounds of the queue are what keeps more from being accepted.
/// </summary>
/// <param name="store">The store; nobody else touches it while the thread runs.</param>
/// <param name="queue">What waits for the disk.</param>
/// <param name="onSynced">Told the number of the last durable record after each sync.</param>
/// <param name="takeHeard">Takes what was heard of the promises and votes of the peers since the last call.</param>
/// <param name="limits">How long it waits for space.</param>
/// <param name="clock">Measures that wait, without the time in which the process does not run.</param>
/// <param name="time">Measures how long the log has been idle.</param>
internal sealed class LogThread(
    ReplicaStore store,
    LogQueue queue,
    Action<long> onSynced,
    Func<IReadOnlyList<HeardMark>> takeHeard,
    NodeLimits limits,
    RunningClock clock,
    TimeProvider time) : ILogReport
{
    private const int IdleMilliseconds = 10;
    private const int HeardMilliseconds = 1000;
    private const int SleepMilliseconds = 1000;
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private readonly LogBatch _batch = new();
    private long _lastSync;
    private long _lastHeard = time.GetTimestamp();
    private Slot _noted = Slot.Zero;
    private long _syncCount;
    private volatile bool _isDiskFull;
    private volatile bool _isStopping;

    /// <inheritdoc/>
    public long SyncCount => Interlocked.Read(ref _syncCount);

    /// <inheritdoc/>
    public bool IsDiskFull => _isDiskFull;

    /// <summary>The disk does not say of everything on it that it is durable and decided.</summary>
    private bool HasToCertify => store.NeedsCertification || queue.NewestDecided > _noted;

    /// <summary>The body of the thread: runs until the queue is closed and empty, then certifies the log.</summary>
    /// <exception cref="StorageFailedException">The disk failed: the process has to stop.</exception>
    /// <exception cref="DiskFullException">There was no space for longer than one waits for it, or until the end.</exception>
    public void Run()
    {
        while (Step(LongestWait()))
        {
            // Each step is a turn of its own.
        }

        queue.Abandon();
        _log.Debug("The log is certified up to decided slot {Decided}", _noted.Number);
    }

    /// <summary>One turn: everything that waits goes to the disk. False after the last one, when the log is certified.</summary>
    /// <param name="longestWait">How long it waits for something to do, in milliseconds.</param>
    /// <exception cref="StorageFailedException">The disk failed: the process has to stop.</exception>
    /// <exception cref="DiskFullException">There was no space for longer than one waits for it, or until the end.</exception>
    internal bool Step(int longestWait)
    {
        try
        {
            bool isMore = queue.Take(_batch, longestWait);
            if (isMore)
                CarryOut();
            else
                End();
            return isMore;
        }
        catch
        {
            // Whatever ends it, nothing more is said, and nobody waits for it any more.
            queue.Fail();
            foreach (PeerNote peer in _batch.Peers)
                peer.Done.TrySetCanceled();
            throw;
        }
        finally
        {
            Interlocked.Exchange(ref _syncCount, store.SyncCount);
        }
    }

    /// <summary>The end is near: space that is missing now is not waited for any more. Any thread.</summary>
    public void Stop() => _isStopping = true;

    private void CarryOut()
    {
        if (_batch.Records.Count > 0)
            Append();
        foreach (PeerNote peer in _batch.Peers)
            Remember(peer);
        if (_batch.IsEmpty)
            OnIdle();
        if (time.GetElapsedTime(_lastHeard).TotalMilliseconds >= HeardMilliseconds)
            RememberHeard();
    }

    private void End()
    {
        RememberHeard();
        Certify();
    }

    private void Append()
    {
        _noted = _batch.Decided;
        long durable = 0;
        AwaitSpace(() => store.Append(_batch.Records, _batch.RecordsThrough, _noted));
        if (SeededBug.Is(124))
            onSynced(_batch.RecordsThrough);
        AwaitSpace(() => durable = store.Sync());
        onSynced(durable);
        _lastSync = time.GetTimestamp();
    }

    /// <summary>Nobody waits for the disk: time for what would only be in the way otherwise.</summary>
    private void OnIdle()
    {
        if (store.NeedsPreparation)
            store.Prepare();
        if (HasToCertify && time.GetElapsedTime(_lastSync).TotalMilliseconds >= IdleMilliseconds)
            Certify();
    }

    /// <summary>Nothing waits for it, so one write a second is enough for whatever was heard in it.</summary>
    private void RememberHeard()
    {
        _lastHeard = time.GetTimestamp();
        IReadOnlyList<HeardMark> heard = takeHeard();
        if (heard.Count > 0)
            AwaitSpace(() => store.RememberHeard(heard));
    }

    /// <summary>Notes what was decided when nothing waited: since then the driver may have handed out more, whose records are not written yet.</summary>
    private void Certify()
    {
        _noted = SeededBug.Is(120) ? queue.NewestDecided : _batch.Decided;
        AwaitSpace(() => store.Certify(_noted));
    }

    private void AwaitSpace(Action action)
    {
        long since = clock.Now;
        while (true)
        {
            try
            {
                action();
                if (_isDiskFull)
                    _log.Info("There is space on the disk again");
                _isDiskFull = false;
                return;
            }
            catch (DiskFullException failure) when (!_isStopping && clock.Now - since < limits.DiskFullPatience.TotalMilliseconds)
            {
                if (!_isDiskFull)
                    _log.Error("PX1111 the disk is full, nothing is accepted before there is space: {Reason}; see df -h", failure.Message);
                _isDiskFull = true;
                Thread.Sleep(limits.DiskFullPause);
            }
        }
    }

    private int LongestWait()
    {
        if (store.NeedsPreparation && !store.IsDiskFull)
            return 1;
        if (HasToCertify)
            return IdleMilliseconds;
        return store.NeedsPreparation ? (int)limits.DiskFullPause.TotalMilliseconds : SleepMilliseconds;
    }

    private void Remember(PeerNote peer)
    {
        AwaitSpace(() => store.RememberPeer(peer.Peer, peer.Memory));
        peer.Done.TrySetResult();
    }
}
