using PaxosShard.Replica.Node.Loop;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// What the loop does for the log in each round, behind the turns of all replicas: what they all want written goes to the disk together. When nothing else waits the log is synced here and now, which saves
/// waking its thread and being woken by it; else the thread is woken. A primary has others to serve meanwhile, and so has whoever has something to read.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="isIdle">Nothing else on the loop is in a hurry, so that it may be held up for a moment; asked before each sync here.</param>
internal sealed class LogRound(IDriverLog log, Func<bool> isIdle) : ILoopWork
{
    private int _thread;
    private bool _hasWork;
    private bool _hasSyncedHere;
    private volatile bool _isOver;

    /// <inheritdoc/>
    public int MillisecondsLeft => int.MaxValue;

    /// <summary>Something waits for the log: for the end of this round, when it comes from the loop. Any thread.</summary>
    public void OnWork()
    {
        if (Environment.CurrentManagedThreadId == _thread && !_isOver)
            _hasWork = true;
        else
            log.Wake();
    }

    /// <summary>What the log does when nobody waits for it, its thread does, and it looks when it is woken: now and then, also when all syncs are made here. The loop's thread.</summary>
    public void OnTick()
    {
        if (_hasSyncedHere)
            log.Wake();
        _hasSyncedHere = false;
    }

    /// <inheritdoc/>
    public void Turn()
    {
        _thread = Environment.CurrentManagedThreadId;
        if (!_hasWork)
            return;
        _hasWork = false;
        if (isIdle() && log.TrySyncHere())
            _hasSyncedHere = true;
        else
            log.Wake();
    }

    /// <summary>No other round sees to what waits: the thread does. Any thread.</summary>
    public void End()
    {
        _isOver = true;
        log.Wake();
    }
}

/// <summary>What the loop asks of the log.</summary>
internal interface IDriverLog
{
    /// <summary>
    /// Writes what waits and syncs it, at once and here. False: that is for the log's own thread, which has to be woken, because it has the disk, or because the disk is slow or full, or has failed. The
    /// loop's thread.
    /// </summary>
    bool TrySyncHere();

    /// <summary>Wakes the log's own thread. Any thread.</summary>
    void Wake();
}
