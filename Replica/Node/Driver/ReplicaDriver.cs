using System.Diagnostics;
using NLog;
using PaxosShard.Replica.Core;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>
/// The one thread that owns the core. Each turn it takes everything that waits in the inbox, lets the core make one step of
/// it, and carries out the effects: what rests on nothing is sent, records go to the log thread, what rests on them waits
/// in the <see cref="SyncGate"/>, replies go to their clients. A tick follows when its time has come, also under load; ticks
/// that come late are not made up for.
/// </summary>
/// <param name="core">The core; nobody else touches it.</param>
/// <param name="inbox">Where its inputs wait.</param>
/// <param name="log">The way to the log thread.</param>
/// <param name="outlet">The way to peers and clients.</param>
/// <param name="health">Told how the core is after every turn.</param>
/// <param name="tick">Length of a tick.</param>
internal sealed class ReplicaDriver(
    ReplicaCore core, Inbox inbox, LogQueue log, DriverOutlet outlet, ReplicaHealth health, TimeSpan tick)
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private readonly SyncGate _gate = new();
    private readonly List<Outgoing> _ready = [];
    private readonly long _tickLength = (long)(tick.TotalSeconds * Stopwatch.Frequency);
    private volatile bool _isStopping;

    /// <summary>Why the core has to stop for good; null while all is well.</summary>
    public string? Halt { get; private set; }

    /// <summary>The body of the driver's thread: runs until <see cref="Stop"/> or until the core halts.</summary>
    public void Run()
    {
        long nextTick = Stopwatch.GetTimestamp() + _tickLength;
        while (!_isStopping && Halt is null)
        {
            inbox.Wait(MillisecondsUntil(nextTick));
            List<Input> inputs = inbox.Take(log.HasRoom);
            if (inputs.Count > 0)
                OnInputs(inputs);
            if (Halt is null && Stopwatch.GetTimestamp() >= nextTick)
                nextTick = OnTick(nextTick);
            health.Observe(core);
        }

        _log.Debug("The driver ends");
    }

    /// <summary>Ends the loop after the turn that is under way. Any thread.</summary>
    public void Stop()
    {
        _isStopping = true;
        inbox.Wake();
    }

    private void OnInputs(List<Input> inputs)
    {
        if (inputs[^1] is SyncedInput synced)
            _gate.Release(synced.RecordNumber, _ready);
        outlet.AnswerStatusQuestions(inputs, core);
        CarryOut(core.Step(inputs, WallClock()));
    }

    private long OnTick(long due)
    {
        CarryOut(core.Tick(WallClock()));
        long now = Stopwatch.GetTimestamp();
        long next = due + _tickLength;
        return next > now ? next : now + _tickLength;
    }

    /// <summary>Peers first: theirs is the longer way. Then the log, then the clients.</summary>
    private void CarryOut(Effects effects)
    {
        if (effects.Halt is { } reason)
        {
            // Nothing that a broken step wants is carried out (rule 12).
            Halt = reason;
            return;
        }

        _ready.AddRange(effects.MessagesNow);
        _gate.Hold(effects.RecordsThrough, effects.MessagesAfterSync, _ready);
        outlet.SendToPeers(_ready);
        _ready.Clear();
        log.Append(effects.Records, effects.RecordsThrough, effects.Decided);
        outlet.Reply(effects.Replies);
        outlet.OnExecuted(effects.Decisions.Count);
    }

    private static int MillisecondsUntil(long due)
    {
        long left = due - Stopwatch.GetTimestamp();
        return left <= 0 ? 0 : (int)Math.Ceiling(left * 1000.0 / Stopwatch.Frequency);
    }

    private static long WallClock() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
