using System.Runtime.InteropServices;
using NLog;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Loop;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// What owns the engine, on the thread of the loop. Each turn it takes everything that waits in the inbox and gives it to the engine; a tick follows
/// when its time has come, also under load (see <see cref="TickClock"/>). While the log has no space nothing new is taken.
/// </summary>
/// <param name="engine">The engine; nobody else touches it.</param>
/// <param name="inbox">Where its inputs wait.</param>
/// <param name="sockets">What the driver asks of the sockets.</param>
/// <param name="health">Told how the core is after every turn.</param>
/// <param name="steps">Told when a step begins; the engine's watcher tells it when the core has made it.</param>
/// <param name="ticks">Says when a tick is due.</param>
/// <param name="time">The clocks of the system, or a test's.</param>
internal sealed class ReplicaDriver(
    ReplicaEngine engine, Inbox inbox, IDriverSockets sockets, ReplicaHealth health, StepTimes steps, TickClock ticks, TimeProvider time)
    : ILoopWork
{
    private const int Long = 1000;

    private static readonly Logger _log = LogManager.GetLogger(nameof(ReplicaDriver));

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private int _thread;
    private bool _hasLogWork;
    private bool _hasSyncedHere;

    /// <summary>Ends after <see cref="Stop"/>, when the core halts, or when the log fails; faulted by what a turn threw.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The log; null when it sees to itself.</summary>
    public IDriverLog? Log { get; init; }

    /// <summary>Nothing else on the loop is in a hurry; asked before the log is synced on it.</summary>
    public Func<bool> AreOthersIdle { get; init; } = static () => true;

    /// <summary>It has nothing to do and nobody to serve, so that the loop may be held up for a moment.</summary>
    public bool IsIdle => engine is { HasEnded: false, Core.Role: not ReplicaRole.Primary } && inbox.IsEmpty && !sockets.HasUnread;

    /// <summary>Why the core has to stop for good; null while all is well.</summary>
    public string? Halt => engine.Halt;

    /// <inheritdoc/>
    public int MillisecondsLeft => _ended.Task.IsCompleted ? Long : engine.Core.HasMoreToDecide ? 0 : ticks.MillisecondsLeft;

    /// <inheritdoc/>
    void ILoopWork.Turn()
    {
        if (_ended.Task.IsCompleted)
            return;
        try
        {
            if (!_isStopping && !engine.HasEnded)
                Turn();
            if (!_isStopping && !engine.HasEnded)
                return;
            steps.Log();
            _log.Debug("The driver ends");
            Log?.Wake(); // No other turn sees to what waits for it.
            _ended.SetResult();
        }
        catch (Exception failure)
        {
            _ended.SetException(failure);
        }
    }

    /// <summary>One turn, without waiting.</summary>
    internal void Turn()
    {
        _thread = Environment.CurrentManagedThreadId;
        List<Input> inputs = inbox.Take(engine.MayTakeMore);
        bool hasRead = inputs.Exists(static input => !input.IsReport);
        if ((inputs.Count > 0 || engine.Core.HasMoreToDecide) && !engine.HasEnded)
        {
            Instant now = Now();
            engine.AnswerStatusQuestions(inputs, now);
            steps.Begin();
            engine.Step(CollectionsMarshal.AsSpan(inputs), now);
        }

        if (!engine.HasEnded && ticks.TryTake(hasRead, () => sockets.HasUnread))
        {
            steps.Begin();
            engine.Tick(Now());
            WakeAfterSyncing();
        }

        SeeToLog();
        health.Observe(engine.Core);
    }

    /// <summary>Takes no turn any more after the one that is under way. Any thread.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>Something waits for the log. Any thread.</summary>
    public void OnLogWork()
    {
        if (Environment.CurrentManagedThreadId == _thread && !_ended.Task.IsCompleted)
            _hasLogWork = true;
        else
            Log?.Wake();
    }

    // All that the turn says has left. A primary has others to serve meanwhile, and so has whoever has something to read.
    private void SeeToLog()
    {
        if (!_hasLogWork || Log is not { } log)
            return;
        _hasLogWork = false;
        if (IsIdle && AreOthersIdle() && log.TrySyncHere())
            _hasSyncedHere = true;
        else
            log.Wake();
    }

    // What the log does when nobody waits for it, it does by itself: it looks when it is woken.
    private void WakeAfterSyncing()
    {
        if (_hasSyncedHere)
            Log?.Wake();
        _hasSyncedHere = false;
    }

    private Instant Now() => new(time.GetUtcNow().ToUnixTimeMilliseconds(), time.Milliseconds());
}

/// <summary>What the driver asks of the sockets. Used by the driver's thread alone.</summary>
internal interface IDriverSockets
{
    /// <summary>Something that a peer has sent lies in a socket and was not read yet.</summary>
    bool HasUnread { get; }
}

/// <summary>What the driver asks of the log. Used by the driver's thread alone.</summary>
internal interface IDriverLog
{
    /// <summary>
    /// Writes what waits and syncs it, at once and here, when the driver has nothing else to do. False: that is for the log's own thread, which has to be woken, because it has the disk, or because the disk is
    /// slow or full, or has failed.
    /// </summary>
    bool TrySyncHere();

    /// <summary>Wakes the log's own thread.</summary>
    void Wake();
}
