using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// What the disk has to do next, one action at a time: everything that waits, of all groups that share the log, is appended together and synced once, peers are remembered,
/// and an idle log prepares what it will need and certifies itself. No clock, no waiting, no threads: the product's log thread and the
/// simulator run this same class. An action that fails for want of space is made again by the next call; whoever calls decides how long
/// that may go on. Used by one thread.
/// </summary>
/// <param name="store">The log on the disk; nobody else touches it.</param>
/// <param name="groups">The groups that share it, in the order in which the store has them.</param>
/// <param name="limits">How long it leaves a full disk alone.</param>
public sealed class LogScheduler(ILogStore store, IReadOnlyList<LogGroup> groups, LogLimits limits)
{
    /// <summary>Longest wait that <see cref="WaitMilliseconds"/> names: nothing is due.</summary>
    public const int Sleep = 1000;

    private const int IdleMilliseconds = 10;
    private const int HeardMilliseconds = 1000;
    private const int PreparationMilliseconds = 1;

    private readonly LogBatch[] _batches = [.. groups.Select(static _ => new LogBatch())];
    private readonly Slot[] _noted = new Slot[groups.Count];
    private readonly Slot[] _released = new Slot[groups.Count];
    private readonly Slot[] _heldBack = new Slot[groups.Count];
    private readonly Queue<(int Group, PeerNote Note)> _peers = new();
    private readonly Queue<(int Group, IReadOnlyList<HeardMark> Heard)> _heard = new();
    private long _lastSync;
    private long? _lastHeard;
    private long _preparesFrom;
    private long _shrinksFrom;
    private bool _hasToAppend;
    private bool _hasToSync;
    private bool _mayRelease;
    private bool _hasTakenTheLast;

    /// <summary>Records that were taken from the queues and are not durable yet.</summary>
    public int RecordsInHand => _hasToAppend || _hasToSync ? _batches.Sum(static batch => batch.Records.Count) : 0;

    /// <summary>The disk does not say of everything on it that it is durable and decided.</summary>
    private bool HasToCertify
    {
        get
        {
            if (store.NeedsCertification)
                return true;
            for (int group = 0; group < groups.Count; group++)
            {
                if (groups[group].Queue.NewestDecided > _noted[group])
                    return true;
            }

            return false;
        }
    }

    /// <summary>More is in snapshots than the log was shortened for.</summary>
    private bool HasToRelease
    {
        get
        {
            for (int group = 0; group < groups.Count; group++)
            {
                if (groups[group].Queue.InSnapshot > _released[group])
                    return true;
            }

            return false;
        }
    }

    /// <summary>Number of the last durable record of a group.</summary>
    public RecordNumber DurableThrough(int group) => store.DurableThrough(group);

    /// <summary>The decided slot of a group that was noted last.</summary>
    public Slot Noted(int group) => _noted[group];

    /// <summary>Does the next thing that is to be done.</summary>
    /// <param name="now">Monotonic time in milliseconds.</param>
    /// <returns>What was done.</returns>
    /// <remarks>Throws what the store throws: when the disk failed the process has to stop (rule 12); when there is no space the next call tries the same again.</remarks>
    public LogAction Next(long now)
    {
        // What is given back may be the space that is missing.
        if (store.IsDiskFull && HasToRelease)
            return Release();
        if (HasToShrink(now))
            return Shrink(now);
        if (_hasToAppend)
            return Append();
        if (_hasToSync)
            return Sync(now);
        if (_peers.Count > 0)
            return RememberPeer();
        if (_heard.Count > 0 || TakeHeard(now))
            return RememberHeard();
        if (_mayRelease && HasToRelease)
            return Release();
        Take();
        if (_hasToAppend)
            return Append();
        if (_peers.Count > 0)
            return RememberPeer();
        return Array.TrueForAll(_batches, static batch => batch.IsLast) ? End(now) : OnIdle(now);
    }

    /// <summary>How long nothing will be due, unless something is put into a queue; in milliseconds, at most <see cref="Sleep"/>.</summary>
    /// <param name="now">Monotonic time in milliseconds.</param>
    public int WaitMilliseconds(long now)
    {
        long wait = Sleep;
        if (HasToCertify)
            wait = _lastSync + IdleMilliseconds - now;
        if (store.NeedsPreparation)
            wait = Math.Min(wait, _preparesFrom - now);
        if (store.DeadSegments > 0)
            wait = Math.Min(wait, _shrinksFrom - now);
        return (int)Math.Clamp(wait, 1, Sleep);
    }

    /// <summary>The disk is gone: who waits for it is told.</summary>
    public void Abandon()
    {
        while (_peers.TryDequeue(out (int Group, PeerNote Note) peer))
            peer.Note.Done(false);
        foreach (LogGroup group in groups)
            group.Queue.Fail();
    }

    private void Take()
    {
        for (int group = 0; group < groups.Count; group++)
        {
            LogBatch batch = _batches[group];
            groups[group].Queue.TryTake(batch);
            _hasToAppend |= batch.Records.Count > 0;
            foreach (PeerNote note in batch.Peers)
                _peers.Enqueue((group, note));
        }
    }

    private LogAction Append()
    {
        NoteDecided();
        store.Append(_batches);
        _hasToAppend = false;
        _hasToSync = true;
        return LogAction.Appended;
    }

    private LogAction Sync(long now)
    {
        store.Sync();
        _hasToSync = false;
        _mayRelease = true;
        _lastSync = now;
        return LogAction.Synced;
    }

    private LogAction RememberPeer()
    {
        (int group, PeerNote note) = _peers.Peek();
        store.RememberPeer(group, note.Peer, note.Memory);
        _peers.Dequeue();
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
        return TakeHeard();
    }

    private bool TakeHeard()
    {
        for (int group = 0; group < groups.Count; group++)
        {
            IReadOnlyList<HeardMark> heard = groups[group].TakeHeard();
            if (heard.Count > 0)
                _heard.Enqueue((group, heard));
        }

        return _heard.Count > 0;
    }

    private LogAction RememberHeard()
    {
        (int group, IReadOnlyList<HeardMark> heard) = _heard.Peek();
        store.RememberHeard(group, heard);
        _heard.Dequeue();
        return LogAction.Remembered;
    }

    /// <summary>Nobody waits for the disk: time for what would only be in the way otherwise.</summary>
    private LogAction OnIdle(long now)
    {
        if (HasToRelease)
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

    /// <summary>One segment at a time: whoever appends meanwhile goes first. Where it is a group that holds the log back, that is told: its next snapshot makes an end of it.</summary>
    private LogAction Release()
    {
        Slot[] inSnapshots = [.. groups.Select(static group => group.Queue.InSnapshot)];
        _mayRelease = false;
        if (store.TryRelease(inSnapshots))
            return LogAction.Released;
        inSnapshots.CopyTo(_released, 0);
        for (int group = 0; group < groups.Count; group++)
        {
            if (_heldBack[group] > inSnapshots[group] || !store.IsHeldBackBy(group, inSnapshots[group]))
                continue;
            _heldBack[group] = inSnapshots[group].Next;
            groups[group].OnHeldBack();
        }

        return LogAction.Released;
    }

    /// <summary>A part of a dead segment is to be given back now.</summary>
    private bool HasToShrink(long now) => store.DeadSegments > 0
        && (store.IsDiskFull || (!_hasToSync && (store.DeadSegments > LogLimits.DeadSegments || now >= _shrinksFrom)));

    /// <summary>A little, and again after a pause: whoever waits for a sync would wait for all of it otherwise. When the disk is full somebody waits for all of it, and when many segments wait more may come than pauses allow for.</summary>
    private LogAction Shrink(long now)
    {
        store.ShrinkDead();
        _shrinksFrom = now + LogLimits.ShrinkMilliseconds;
        return LogAction.Shrunk;
    }

    private LogAction End(long now)
    {
        if (!_hasTakenTheLast)
        {
            _hasTakenTheLast = true;
            if (TakeHeard())
                return RememberHeard();
        }

        return Certify(now, LogAction.Ended);
    }

    /// <summary>Notes what was decided when nothing waited: since then the driver may have handed out more, whose records are not written yet.</summary>
    private LogAction Certify(long now, LogAction action)
    {
        NoteDecided();
        store.Certify(_batches);
        _lastSync = now;
        return action;
    }

    private void NoteDecided()
    {
        for (int group = 0; group < groups.Count; group++)
            _noted[group] = _batches[group].Decided;
    }
}

/// <summary>A group that has the log, or shares it.</summary>
/// <param name="Queue">What of it waits for the disk.</param>
/// <param name="TakeHeard">Takes what was heard of the promises and votes of the peers since the last call.</param>
/// <param name="OnHeldBack">Called when the log cannot be shortened because of this group, whose last snapshot lacks what stands in the oldest segment.</param>
public sealed record LogGroup(LogQueue Queue, Func<IReadOnlyList<HeardMark>> TakeHeard, Action OnHeldBack);

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

    /// <summary>A little of the space of segments that were given back is free.</summary>
    Shrunk,

    /// <summary>The queue was closed; everything is durable and certified, and nothing more will be done.</summary>
    Ended,
}
