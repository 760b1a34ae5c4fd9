using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// Lets the core make its steps and carries out their effects in the one right order (rule 1): what rests on nothing is sent first, so
/// that followers sync while this replica does; records go to the log; what rests on them waits in the <see cref="SyncGate"/>; replies
/// go to their clients. Once the log has failed or an invariant is broken nothing leaves any more (rule 12). No clock, no I/O, no
/// threads: the product's driver and the simulator run this same class. Used by one thread.
/// </summary>
/// <param name="core">The core; nobody else steps it.</param>
/// <param name="log">The way to the disk.</param>
/// <param name="snapshots">The way to the snapshots on the disk.</param>
/// <param name="outlet">The way to peers and clients.</param>
/// <param name="status">Answers the questions for the status.</param>
public sealed class ReplicaEngine(ReplicaCore core, LogQueue log, SnapshotQueue snapshots, IEngineOutlet outlet, StatusAnswer status)
{
    private readonly SyncGate _gate = new();
    private readonly List<Outgoing> _ready = [];
    private readonly List<Reply> _answers = [];
    private Members _members = core.Members;

    /// <summary>The core, to be looked at.</summary>
    public ReplicaCore Core => core;

    /// <summary>Why the core has to stop for good; null while all is well.</summary>
    public string? Halt { get; private set; }

    /// <summary>Nothing that happens has an effect any more.</summary>
    public bool HasEnded => Halt is not null || log.HasFailed;

    /// <summary>More may be taken in: while the log is full of what waits, only reports of the disk are.</summary>
    public bool MayTakeMore => log.HasRoom;

    /// <summary>Messages that wait for the disk.</summary>
    public int HeldMessages => _gate.Count;

    /// <summary>Told what a step wants done before any of it is carried out, for whoever watches; null for nobody.</summary>
    public Action<Effects>? Watcher { get; init; }

    /// <summary>Answers the questions for the status among what arrived, and takes them out: they are not for the core.</summary>
    /// <param name="inputs">What arrived in this turn.</param>
    /// <param name="now">What the clocks show.</param>
    public void AnswerStatusQuestions(List<Input> inputs, Instant now)
    {
        if (HasEnded)
            return;

        // After a pause of this process the log time of the last step is long ago: what a client reckons from it would have expired when it comes.
        core.LookAtClocks(now);
        foreach (Input input in inputs)
        {
            if (StatusAnswer.IsQuestion(in input))
                _answers.Add(status.Answer(in input, core));
        }

        if (_answers.Count == 0)
            return;
        inputs.RemoveAll(static input => StatusAnswer.IsQuestion(in input));
        outlet.Answer(_answers);
        _answers.Clear();
    }

    /// <summary>Everything that arrived in one turn.</summary>
    /// <param name="inputs">In the order of arrival.</param>
    /// <param name="now">What the clocks show.</param>
    public void Step(ReadOnlySpan<Input> inputs, Instant now)
    {
        if (HasEnded)
            return;
        foreach (ref readonly Input input in inputs)
        {
            if (input.Kind == InputKind.Synced)
                _gate.Release(input.Record, _ready);
        }

        // Others wait for what the disk has let go, and the step may take as long as a sync.
        SendReady();
        CarryOut(core.Step(inputs, now));
    }

    /// <summary>One tick of monotonic time has passed.</summary>
    /// <param name="now">What the clocks show.</param>
    public void Tick(Instant now)
    {
        if (!HasEnded)
            CarryOut(core.Tick(now));
    }

    private void CarryOut(Effects effects)
    {
        Watcher?.Invoke(effects);
        Halt = effects.Halt;

        // The log may have failed during the step; what it wants rests on a disk that is gone.
        if (HasEnded)
            return;

        // First, because others wait for it to go on, one behind the other; it rests on nothing but what is decided, or may come to nothing.
        if (effects.Questions.Count + effects.Answers.Count > 0)
            outlet.SendToGroups(effects.Questions, effects.Answers);
        _ready.AddRange(effects.MessagesNow);
        _gate.Hold(effects.RecordsThrough, effects.MessagesAfterSync, _ready);
        SendReady();
        log.Append(effects.Records, effects.RecordsThrough, effects.Decided, effects.InSnapshot);

        // This closes connections. It comes behind the messages, because a replaced primary may be the only one that knows what is decided, and behind the records, so that what
        // is noted of a newcomer reaches the disk after the note that makes it a member.
        if (core.Members != _members)
            outlet.OnMembers(_members = core.Members);
        snapshots.Add(effects.PiecesToWrite, effects.PiecesToSend);
        outlet.Reply(effects.Replies);
        outlet.OnExecuted(effects.Decisions.Count);
    }

    private void SendReady()
    {
        if (_ready.Count > 0)
            outlet.SendToPeers(_ready);
        _ready.Clear();
    }
}
