using NLog;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>
/// The one thread that owns the core. Each turn it takes everything that waits in the inbox, lets the core make one step of
/// it, and carries out the effects: what rests on nothing is sent, records go to the log thread, what rests on them waits
/// in the <see cref="SyncGate"/>, replies go to their clients. A tick follows when its time has come, also under load (see
/// <see cref="TickClock"/>). Once the log has failed nothing leaves any more (rule 12).
/// </summary>
/// <param name="core">The core; nobody else touches it.</param>
/// <param name="inbox">Where its inputs wait.</param>
/// <param name="log">The way to the log thread.</param>
/// <param name="outlet">The way to peers and clients.</param>
/// <param name="health">Told how the core is after every turn.</param>
/// <param name="ticks">Says when a tick is due.</param>
internal sealed class ReplicaDriver(
    ReplicaCore core, Inbox inbox, LogQueue log, IDriverOutlet outlet, ReplicaHealth health, TickClock ticks)
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private readonly SyncGate _gate = new();
    private readonly List<Outgoing> _ready = [];
    private volatile bool _isStopping;

    /// <summary>Why the core has to stop for good; null while all is well.</summary>
    public string? Halt { get; private set; }

    /// <summary>The body of the driver's thread: runs until <see cref="Stop"/>, until the core halts, or until the log fails.</summary>
    public void Run()
    {
        while (!_isStopping && Halt is null)
        {
            inbox.Wait(ticks.MillisecondsLeft);
            Turn();
        }

        _log.Debug("The driver ends");
    }

    /// <summary>One turn of the loop, without waiting.</summary>
    internal void Turn()
    {
        List<Input> inputs = inbox.Take(log.HasRoom);
        bool hasRead = inputs.Exists(static input => input is not SyncedInput);
        if (inputs.Count > 0)
            OnInputs(inputs);
        if (Halt is null && ticks.TryTake(hasRead, () => outlet.HasUnread))
            CarryOut(core.Tick(WallClock()));
        health.Observe(core);
    }

    /// <summary>Ends the loop after the turn that is under way. Any thread.</summary>
    public void Stop()
    {
        _isStopping = true;
        inbox.Wake();
    }

    private bool MustBeSilent()
    {
        if (!log.HasFailed || SeededBug.Is(128))
            return false;
        _isStopping = true;
        return true;
    }

    private void OnInputs(List<Input> inputs)
    {
        if (MustBeSilent())
            return;
        if (inputs[^1] is SyncedInput synced)
            _gate.Release(synced.RecordNumber, _ready);
        outlet.AnswerStatusQuestions(inputs, core);
        CarryOut(core.Step(inputs, WallClock()));
    }

    /// <summary>Messages to peers first, so that followers sync while this replica does; then the log, then the replies to clients.</summary>
    private void CarryOut(Effects effects)
    {
        if (effects.Halt is { } reason)
        {
            // Nothing that a broken step wants is carried out (rule 12).
            Halt = reason;
            return;
        }

        if (MustBeSilent())
            return;
        _ready.AddRange(effects.MessagesNow);
        if (SeededBug.Is(123))
            _ready.AddRange(effects.MessagesAfterSync);
        _gate.Hold(effects.RecordsThrough, effects.MessagesAfterSync, _ready);
        outlet.SendToPeers(_ready);
        _ready.Clear();
        log.Append(effects.Records, effects.RecordsThrough, effects.Decided);
        outlet.Reply(effects.Replies);
        outlet.OnExecuted(effects.Decisions.Count);
    }

    private static long WallClock() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
