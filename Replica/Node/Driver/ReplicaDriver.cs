using System.Runtime.InteropServices;
using NLog;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// The one thread that owns the engine. Each turn it takes everything that waits in the inbox and gives it to the engine; a tick follows
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
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private volatile bool _isStopping;

    /// <summary>Why the core has to stop for good; null while all is well.</summary>
    public string? Halt => engine.Halt;

    /// <summary>The body of the driver's thread: runs until <see cref="Stop"/>, until the core halts, or until the log fails.</summary>
    public void Run()
    {
        while (!_isStopping && !engine.HasEnded)
        {
            inbox.Wait(engine.Core.HasMoreToDecide ? 0 : ticks.MillisecondsLeft);
            Turn();
        }

        steps.Log();
        _log.Debug("The driver ends");
    }

    /// <summary>One turn of the loop, without waiting.</summary>
    internal void Turn()
    {
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
        }

        health.Observe(engine.Core);
    }

    /// <summary>Ends the loop after the turn that is under way. Any thread.</summary>
    public void Stop()
    {
        _isStopping = true;
        inbox.Wake();
    }

    private Instant Now() => new(time.GetUtcNow().ToUnixTimeMilliseconds(), time.Milliseconds());
}

/// <summary>What the driver asks of the sockets. Used by the driver's thread alone.</summary>
internal interface IDriverSockets
{
    /// <summary>Something that a peer has sent lies in a socket and was not read yet.</summary>
    bool HasUnread { get; }
}
