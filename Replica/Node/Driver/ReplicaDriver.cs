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
    private readonly Func<bool> _hasUnread = () => sockets.HasUnread;
    private volatile bool _isStopping;

    /// <summary>Ends after <see cref="Stop"/>, when the core halts, or when the log fails; faulted by what a turn threw.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The log's part of each round; null when the log sees to itself.</summary>
    public LogRound? Log { get; init; }

    /// <summary>Where the commands of requests are until they are taken; null when each of them is kept by itself.</summary>
    public RequestCopies? Requests { get; init; }

    /// <summary>It has nothing to take and nobody to serve, so that the loop may be held up for a moment.</summary>
    public bool IsIdle => engine is { HasEnded: false, Core.Role: not ReplicaRole.Primary } && inbox.IsEmpty;

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
            Log?.End();
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
        bool takesTraffic = engine.MayTakeMore;
        List<Input> inputs = inbox.Take(takesTraffic);
        if (takesTraffic)
            Requests?.OnTaken();
        bool hasRead = inputs.Exists(static input => !input.IsReport);
        if ((inputs.Count > 0 || engine.Core.HasMoreToDecide) && !engine.HasEnded)
        {
            Instant now = Now();
            engine.AnswerStatusQuestions(inputs, now);
            steps.Begin();
            engine.Step(CollectionsMarshal.AsSpan(inputs), now);
        }

        if (!engine.HasEnded && ticks.TryTake(hasRead, _hasUnread))
        {
            steps.Begin();
            engine.Tick(Now());
            Log?.OnTick();
        }

        health.Observe(engine.Core);
    }

    /// <summary>Takes no turn any more after the one that is under way. Any thread.</summary>
    public void Stop() => _isStopping = true;

    private Instant Now() => new(time.GetUtcNow().ToUnixTimeMilliseconds(), time.Milliseconds());
}

/// <summary>What the driver asks of the sockets. Used by the driver's thread alone.</summary>
internal interface IDriverSockets
{
    /// <summary>Something that a peer has sent lies in a socket and was not read yet.</summary>
    bool HasUnread { get; }
}
