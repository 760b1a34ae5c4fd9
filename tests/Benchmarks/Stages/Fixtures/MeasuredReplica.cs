using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Fixtures;

/// <summary>One replica of three without sockets and disks: the product's engine, core, log queue and machine. What it sends waits here; its log is durable when it is told so.</summary>
internal sealed class MeasuredReplica : IEngineOutlet, ILogReport
{
    private const int KeptMessages = 1000;

    private readonly LogQueue _log = new(new LogLimits(), static () => { });
    private readonly LogBatch _batch = new();
    private readonly ReplicaEngine _engine;

    /// <summary>A replica that has nothing on its disk.</summary>
    /// <param name="self">Its place.</param>
    public MeasuredReplica(ReplicaId self)
    {
        // No snapshots: they are a stage of their own.
        GroupOptions options = new() { ReplicaCount = 3, Self = self, SnapshotBytes = long.MaxValue / 16 };
        Core = new ReplicaCore(options, RecoveredState.Fresh, new ShardMachine(retention: new RoomRetention(KeptMessages, Bytes: 0, Age: 0)));
        _engine = new ReplicaEngine(Core, _log, new SnapshotQueue(static () => { }), this, new StatusAnswer(self, [], this));
    }

    /// <summary>Its core.</summary>
    public ReplicaCore Core { get; }

    /// <summary>What it has sent to peers since somebody cleared it.</summary>
    public List<Outgoing> Sent { get; } = [];

    /// <summary>Requests that it has answered with a result so far.</summary>
    public int Answered { get; private set; }

    /// <summary>Slots that it has executed so far.</summary>
    public int ExecutedSlots { get; private set; }

    /// <inheritdoc/>
    long ILogReport.SyncCount => 0;

    /// <inheritdoc/>
    bool ILogReport.IsDiskFull => false;

    /// <summary>A turn of its driver, without looking at clocks and sockets.</summary>
    public void Step(ReadOnlySpan<Input> inputs, Instant now)
    {
        _engine.Step(inputs, now);
        if (_engine.Halt is { } reason)
            throw new InvalidOperationException(reason);
    }

    /// <summary>A tick of its clock.</summary>
    public void Tick(Instant now) => _engine.Tick(now);

    /// <summary>Takes what waits for its disk; false when there is nothing.</summary>
    /// <param name="synced">What tells the core that it is durable.</param>
    public bool TrySync(out Input synced)
    {
        bool hasTaken = _log.TryTake(_batch);
        synced = hasTaken ? Input.Synced(_batch.RecordsThrough) : default;
        return hasTaken;
    }

    /// <inheritdoc/>
    void IEngineOutlet.SendToPeers(List<Outgoing> messages) => Sent.AddRange(messages);

    /// <inheritdoc/>
    void IEngineOutlet.Reply(List<Reply> replies)
    {
        foreach (ref readonly Reply reply in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(replies))
            Answered += reply.Message.Status == ReplyStatus.Ok ? 1 : 0;
    }

    /// <inheritdoc/>
    void IEngineOutlet.Answer(List<Reply> answers)
    {
        // Nobody asks.
    }

    /// <inheritdoc/>
    void IEngineOutlet.OnMembers(Members members)
    {
        // Nobody is replaced.
    }

    /// <inheritdoc/>
    void IEngineOutlet.OnExecuted(int slots) => ExecutedSlots += slots;
}
