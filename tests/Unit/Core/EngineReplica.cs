using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node;
using PaxosShard.Tests.Unit.Core.Roles;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>
/// One replica of the product's core, engine and log queue. Its disk and its wires are the test's to move: what it writes is durable when the
/// test says so, and what it sends waits here until the test takes it.
/// </summary>
internal sealed class EngineReplica : IEngineOutlet, ILogReport
{
    private readonly LogQueue _log = new(new LogLimits(), static () => { });
    private readonly LogBatch _batch = new();
    private readonly SnapshotQueue _snapshots = new(static () => { });
    private readonly SnapshotScheduler _snapshotScheduler;
    private readonly List<Input> _reports = [];
    private readonly ReplicaEngine _engine;
    private readonly List<Outgoing> _sent = [];

    public EngineReplica(GroupOptions options, IStateMachine machine)
    {
        Id = options.Self;
        Machine = machine;
        Core = new ReplicaCore(options, RecoveredState.Fresh, machine);
        _snapshotScheduler = new SnapshotScheduler(Snapshots, _snapshots, _reports.Add);
        _engine = new ReplicaEngine(Core, _log, _snapshots, this, new StatusAnswer(Id, [], this)) { Watcher = OnStep };
    }

    public ReplicaId Id { get; }

    public ReplicaCore Core { get; }

    public IStateMachine Machine { get; }

    long ILogReport.SyncCount => 0;

    bool ILogReport.IsDiskFull => false;

    /// <summary>Its snapshots.</summary>
    public SnapshotsInMemory Snapshots { get; } = new();

    /// <summary>False once it is killed: nothing happens at it any more.</summary>
    public bool IsRunning { get; set; } = true;

    /// <summary>Why the core stopped for good; null while all is well.</summary>
    public string? Halt => _engine.Halt;

    /// <summary>The effects of all steps since they were cleared, as text.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Called when a step is made and nothing of it has left; null for nobody.</summary>
    public Action? OnEffects { get; set; }

    /// <summary>What clients were told since it was cleared.</summary>
    public List<Reply> Replies { get; } = [];

    public void Step(Input[] inputs, long milliseconds = 1)
    {
        if (IsRunning)
            _engine.Step(inputs, new Instant(milliseconds, milliseconds));
    }

    public void Tick(long milliseconds = 1)
    {
        if (IsRunning)
            _engine.Tick(new Instant(milliseconds, milliseconds));
    }

    /// <summary>A client asks for the status.</summary>
    public void AskStatus(long milliseconds)
    {
        ClientRequest question = new(SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, new ReadStatusQuery().Encode());
        _engine.AnswerStatusQuestions([Input.FromClient(new ClientHandle(1), question)], new Instant(milliseconds, milliseconds));
    }

    /// <summary>Makes durable what was written; false when there was nothing.</summary>
    public bool Sync(long milliseconds = 1)
    {
        if (!IsRunning || !_log.TryTake(_batch))
            return false;
        Step([Input.Synced(_batch.RecordsThrough)], milliseconds);
        return true;
    }

    /// <summary>Does all that the disk has to do for snapshots, and tells the core; false when there was nothing.</summary>
    public bool WriteSnapshots(long milliseconds = 1)
    {
        if (!IsRunning || Snapshots.IsHeld)
            return false;
        while (_snapshotScheduler.Next() != SnapshotAction.None)
        {
            // One action after the other.
        }

        if (_reports.Count == 0)
            return false;
        Input[] reports = [.. _reports];
        _reports.Clear();
        Step(reports, milliseconds);
        return true;
    }

    /// <summary>Takes out what was sent to all.</summary>
    public List<Outgoing> TakeSent()
    {
        List<Outgoing> sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    /// <summary>Takes out what was sent to one.</summary>
    public List<Message> TakeSentTo(ReplicaId to)
    {
        List<Message> messages = [.. _sent.Where(outgoing => outgoing.To == to).Select(outgoing => outgoing.Message)];
        _sent.RemoveAll(outgoing => outgoing.To == to);
        return messages;
    }

    void IEngineOutlet.SendToPeers(List<Outgoing> messages) => _sent.AddRange(messages);

    void IEngineOutlet.Reply(List<Reply> replies) => Replies.AddRange(replies);

    void IEngineOutlet.Answer(List<Reply> answers) => Replies.AddRange(answers);

    void IEngineOutlet.OnMembers(Members members)
    {
        // There are no connections.
    }

    void IEngineOutlet.OnExecuted(int slots)
    {
        // The effects tell it.
    }

    private void OnStep(Effects effects)
    {
        Lines.AddRange(EffectsText.Of(effects));
        OnEffects?.Invoke();
    }
}
