using System.Diagnostics;
using NLog;
using PaxosShard.Replica.Core;
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
/// <param name="diskFullPatience">How long it waits for space.</param>
internal sealed class LogThread(
    ReplicaStore store, LogQueue queue, Action<long> onSynced, Func<IReadOnlyList<HeardMark>> takeHeard, TimeSpan diskFullPatience) : ILogReport
{
    private const int IdleMilliseconds = 10;
    private const int HeardMilliseconds = 1000;
    private const int SleepMilliseconds = 1000;
    private const int FullMilliseconds = 100;
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private readonly LogBatch _batch = new();
    private long _lastSync;
    private long _lastHeard = Stopwatch.GetTimestamp();
    private Slot _noted = Slot.Zero;
    private long _syncCount;
    private volatile bool _isDiskFull;
    private volatile bool _isStopping;

    /// <inheritdoc/>
    public long SyncCount => Interlocked.Read(ref _syncCount);

    /// <inheritdoc/>
    public bool IsDiskFull => _isDiskFull;

    /// <summary>The disk does not say of everything on it that it is durable and decided.</summary>
    private bool HasToCertify => store.NeedsCertification || queue.Decided > _noted;

    /// <summary>The body of the thread: runs until the queue is closed and empty, then certifies the log.</summary>
    /// <exception cref="StorageFailedException">The disk failed: the process has to stop.</exception>
    /// <exception cref="DiskFullException">There was no space for longer than one waits for it, or until the end.</exception>
    public void Run()
    {
        try
        {
            Work();
        }
        finally
        {
            // Whatever ends it, nobody waits for it any more.
            foreach (PeerNote peer in _batch.Peers)
                peer.Done.TrySetCanceled();
            queue.Abandon();
        }
    }

    /// <summary>The end is near: space that is missing now is not waited for any more. Any thread.</summary>
    public void Stop() => _isStopping = true;

    private void Work()
    {
        while (queue.Take(_batch, LongestWait()))
        {
            if (_batch.Records.Count > 0)
                Append();
            foreach (PeerNote peer in _batch.Peers)
                Remember(peer);
            if (_batch.IsEmpty)
                OnIdle();
            if (Stopwatch.GetElapsedTime(_lastHeard).TotalMilliseconds >= HeardMilliseconds)
                RememberHeard();
            Interlocked.Exchange(ref _syncCount, store.SyncCount);
        }

        RememberHeard();
        Certify();
        _log.Debug("The log is certified up to decided slot {Decided}", queue.Decided.Number);
    }

    private void Append()
    {
        _noted = _batch.Decided;
        long durable = 0;
        AwaitSpace(() => store.Append(_batch.Records, _batch.RecordsThrough, _noted));
        AwaitSpace(() => durable = store.Sync());
        onSynced(durable);
        _lastSync = Stopwatch.GetTimestamp();
    }

    /// <summary>Nobody waits for the disk: time for what would only be in the way otherwise.</summary>
    private void OnIdle()
    {
        if (store.NeedsPreparation)
            store.Prepare();
        if (HasToCertify && Stopwatch.GetElapsedTime(_lastSync).TotalMilliseconds >= IdleMilliseconds)
            Certify();
    }

    /// <summary>Nothing waits for it, so one write a second is enough for whatever was heard in it.</summary>
    private void RememberHeard()
    {
        _lastHeard = Stopwatch.GetTimestamp();
        IReadOnlyList<HeardMark> heard = takeHeard();
        if (heard.Count > 0)
            AwaitSpace(() => store.RememberHeard(heard));
    }

    private void Certify()
    {
        _noted = queue.Decided;
        AwaitSpace(() => store.Certify(_noted));
    }

    private void AwaitSpace(Action action)
    {
        long since = Stopwatch.GetTimestamp();
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
            catch (DiskFullException failure) when (!_isStopping && Stopwatch.GetElapsedTime(since) < diskFullPatience)
            {
                if (!_isDiskFull)
                    _log.Error("PX1111 the disk is full, nothing is accepted before there is space: {Reason}; see df -h", failure.Message);
                _isDiskFull = true;
                Thread.Sleep(FullMilliseconds);
            }
        }
    }

    private int LongestWait()
    {
        if (store.NeedsPreparation && !store.IsDiskFull)
            return 1;
        if (HasToCertify)
            return IdleMilliseconds;
        return store.NeedsPreparation ? FullMilliseconds : SleepMilliseconds;
    }

    private void Remember(PeerNote peer)
    {
        AwaitSpace(() => store.RememberPeer(peer.Peer, peer.Memory));
        peer.Done.TrySetResult();
    }
}
