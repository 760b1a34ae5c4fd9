using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// What the disk has to do next, one action at a time: everything that waits is appended together and synced once, peers are remembered,
/// and an idle log prepares what it will need and certifies itself. No clock, no waiting, no threads: the product's log thread and the
/// simulator run this same class. An action that fails for want of space is made again by the next call; whoever calls decides how long
/// that may go on. Used by one thread.
/// </summary>
/// <param name="store">The log on the disk; nobody else touches it.</param>
/// <param name="queue">What waits for it.</param>
/// <param name="takeHeard">Takes what was heard of the promises and votes of the peers since the last call.</param>
/// <param name="limits">How long it leaves a full disk alone.</param>
public sealed class LogScheduler(ILogStore store, LogQueue queue, Func<IReadOnlyList<HeardMark>> takeHeard, LogLimits limits)
{
    /// <summary>Longest wait that <see cref="WaitMilliseconds"/> names: nothing is due.</summary>
    public const int Sleep = 1000;

    private const int IdleMilliseconds = 10;
    private const int HeardMilliseconds = 1000;
    private const int PreparationMilliseconds = 1;

    private readonly LogBatch _batch = new();
    private IReadOnlyList<HeardMark> _heard = [];
    private Slot _noted = Slot.Zero;
    private Slot _released = Slot.Zero;
    private int _peersRemembered;
    private long _lastSync;
    private long? _lastHeard;
    private long _preparesFrom;
    private bool _hasToAppend;
    private bool _hasToSync;
    private bool _mayRelease;
    private bool _hasTakenTheLast;

    /// <summary>Number of the last durable record.</summary>
    public RecordNumber DurableThrough { get; private set; }

    /// <summary>The decided slot that was noted last.</summary>
    public Slot Noted => _noted;

    /// <summary>Records that were taken from the queue and are not durable yet.</summary>
    public int RecordsInHand => _hasToAppend || _hasToSync ? _batch.Records.Count : 0;

    /// <summary>The disk does not say of everything on it that it is durable and decided.</summary>
    private bool HasToCertify => store.NeedsCertification || queue.NewestDecided > _noted;

    /// <summary>Does the next thing that is to be done.</summary>
    /// <param name="now">Monotonic time in milliseconds.</param>
    /// <returns>What was done.</returns>
    /// <remarks>Throws what the store throws: when the disk failed the process has to stop (rule 12); when there is no space the next call tries the same again.</remarks>
    public LogAction Next(long now)
    {
        // What is given back may be the space that is missing.
        if (store.IsDiskFull && queue.InSnapshot > _released)
            return Release();
        if (_hasToAppend)
            return Append();
        if (_hasToSync)
            return Sync(now);
        if (_peersRemembered < _batch.Peers.Count)
            return RememberPeer();
        if (_heard.Count > 0 || TakeHeard(now))
            return RememberHeard();
        if (_mayRelease && queue.InSnapshot > _released)
            return Release();
        queue.TryTake(_batch);
        _peersRemembered = 0;
        _hasToAppend = _batch.Records.Count > 0;
        if (_hasToAppend)
            return Append();
        if (_batch.Peers.Count > 0)
            return RememberPeer();
        return _batch.IsLast ? End(now) : OnIdle(now);
    }

    /// <summary>How long nothing will be due, unless something is put into the queue; in milliseconds, at most <see cref="Sleep"/>.</summary>
    /// <param name="now">Monotonic time in milliseconds.</param>
    public int WaitMilliseconds(long now)
    {
        long wait = Sleep;
        if (HasToCertify)
            wait = _lastSync + IdleMilliseconds - now;
        if (store.NeedsPreparation)
            wait = Math.Min(wait, _preparesFrom - now);
        return (int)Math.Clamp(wait, 1, Sleep);
    }

    /// <summary>The disk is gone: who waits for it is told.</summary>
    public void Abandon()
    {
        for (; _peersRemembered < _batch.Peers.Count; _peersRemembered++)
            _batch.Peers[_peersRemembered].Done(false);
        queue.Fail();
    }

    private LogAction Append()
    {
        _noted = _batch.Decided;
        store.Append(_batch.Records, _batch.RecordsThrough, _noted);
        _hasToAppend = false;
        _hasToSync = true;
        return LogAction.Appended;
    }

    private LogAction Sync(long now)
    {
        DurableThrough = RecordNumber.Max(DurableThrough, store.Sync());
        _hasToSync = false;
        _mayRelease = true;
        _lastSync = now;
        return LogAction.Synced;
    }

    private LogAction RememberPeer()
    {
        PeerNote note = _batch.Peers[_peersRemembered];
        store.RememberPeer(note.Peer, note.Memory);
        _peersRemembered++;
        note.Done(true);
        return LogAction.Remembered;
    }

    /// <summary>Nothing waits for what was heard, so one write a second is enough for whatever was heard in it.</summary>
    private bool TakeHeard(long now)
    {
        _lastHeard ??= now;
        if (now - _lastHeard < HeardMilliseconds)
            return false;
        _lastHeard = now;
        _heard = takeHeard();
        return _heard.Count > 0;
    }

    private LogAction RememberHeard()
    {
        store.RememberHeard(_heard);
        _heard = [];
        return LogAction.Remembered;
    }

    /// <summary>Nobody waits for the disk: time for what would only be in the way otherwise.</summary>
    private LogAction OnIdle(long now)
    {
        if (queue.InSnapshot > _released)
            return Release();
        if (store.NeedsPreparation && now >= _preparesFrom)
        {
            store.Prepare();
            _preparesFrom = now + (store.IsDiskFull ? (long)limits.FullPause.TotalMilliseconds : PreparationMilliseconds);
            return LogAction.Prepared;
        }

        if (!HasToCertify || now - _lastSync < IdleMilliseconds)
            return LogAction.None;
        return Certify(now, LogAction.Certified);
    }

    /// <summary>One segment at a time: whoever appends meanwhile goes first.</summary>
    private LogAction Release()
    {
        Slot inSnapshot = queue.InSnapshot;
        _mayRelease = false;
        if (!store.TryRelease(inSnapshot))
            _released = inSnapshot;
        return LogAction.Released;
    }

    private LogAction End(long now)
    {
        if (!_hasTakenTheLast)
        {
            _hasTakenTheLast = true;
            _heard = takeHeard();
            if (_heard.Count > 0)
                return RememberHeard();
        }

        return Certify(now, LogAction.Ended);
    }

    /// <summary>Notes what was decided when nothing waited: since then the driver may have handed out more, whose records are not written yet.</summary>
    private LogAction Certify(long now, LogAction action)
    {
        _noted = _batch.Decided;
        store.Certify(_noted);
        _lastSync = now;
        return action;
    }
}

/// <summary>What a <see cref="LogScheduler"/> has done.</summary>
public enum LogAction
{
    /// <summary>Nothing: there is nothing to do yet.</summary>
    None,

    /// <summary>Records are written, and not durable.</summary>
    Appended,

    /// <summary>What was written is durable; see <see cref="LogScheduler.DurableThrough"/>.</summary>
    Synced,

    /// <summary>Something about peers is durable.</summary>
    Remembered,

    /// <summary>A piece of what will be needed later is there.</summary>
    Prepared,

    /// <summary>The disk says of all that is on it that it is durable.</summary>
    Certified,

    /// <summary>A segment of which nothing is needed any more was given back, or there was none.</summary>
    Released,

    /// <summary>The queue was closed; everything is durable and certified, and nothing more will be done.</summary>
    Ended,
}
