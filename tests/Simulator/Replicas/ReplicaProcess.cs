using System.Buffers;
using System.Runtime.InteropServices;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>
/// One life of a replica: the product's engine, log scheduler and codec, driven by virtual time as the product's driver and log thread
/// drive them. Events of an earlier life never reach it.
/// </summary>
internal sealed partial class ReplicaProcess : IEventTarget, IEngineOutlet
{
    private const int Turn = 0;
    private const int TickDue = 1;
    private const int Redial = 4;
    private const int SnapshotDue = 5;
    private const long WaitForSpace = 100_000;

    private readonly ReplicaSetting _setting;
    private readonly SimulatedReplica _machine;
    private readonly ReplicaEngine _engine;
    private readonly ClusterChecks _checks;
    private readonly LogQueue _log;
    private readonly SnapshotQueue _snapshots;
    private readonly SnapshotScheduler _snapshotScheduler;
    private readonly PeerOutbox[] _outboxes;
    private readonly PeerPresence[] _presence;
    private readonly ClientEnds _clients;
    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly int _self;
    private readonly int _place;
    private readonly MemberMachines _members;
    private readonly PassingRequests _requests = new();
    private List<Input> _inbox = [];
    private List<Input> _turn = [];
    private Effects? _effects;
    private RecordNumber _durable;
    private RecordNumber _durableSeen;
    private LogWork? _logWork;
    private long _busyUntil;
    private bool _isTurnScheduled;
    private bool _isPaused;
    private bool _isTickDue;
    private bool _isSnapshotBusy;
    private bool _isSnapshotDue;

    /// <summary>Starts a life from what the disk remembers.</summary>
    public ReplicaProcess(SimulatedReplica machine, long life, RecoveredState recovered)
    {
        ReplicaSetting setting = machine.Setting;
        _machine = machine;
        _setting = setting;
        _self = setting.Number;
        _place = setting.Options.Self.Index;
        _checks = machine.Checks;
        _clients = new ClientEnds(setting);
        Life = life;
        _log = new LogQueue(setting.Limits.Log, () => _logWork?.Wake());
        GroupOptions options = setting.Options with { Identity = machine.Disk.Identity.Identity, IsNewcomer = machine.Disk.Identity.IsNewcomer };
        ReplicaCore core = new(options, recovered, setting.Kind.New());
        _members = new MemberMachines(setting, core.Members);
        StatusAnswer status = new(setting.Options.Self, _members.Addresses, machine.Disk.Store);
        _snapshots = new SnapshotQueue(WakeSnapshots);
        _snapshotScheduler = new SnapshotScheduler(machine.Disk.Snapshots, _snapshots, Post);
        _engine = new ReplicaEngine(core, _log, _snapshots, this, status) { Watcher = OnEffects };
        Introductions = new IntroductionDesk(machine, this, _log, recovered);
        int count = setting.Options.ReplicaCount;
        _outboxes = new PeerOutbox[count];
        _presence = new PeerPresence[count];
        for (int peer = 0; peer < count; peer++)
        {
            _outboxes[peer] = new PeerOutbox();
            _presence[peer] = new PeerPresence(new ReplicaId(peer), Post);
        }
    }

    /// <summary>Which life of the replica this is, from 1.</summary>
    public long Life { get; }

    /// <summary>The hellos with the peers, and what is remembered of them.</summary>
    public IntroductionDesk Introductions { get; }

    /// <summary>The core, to be looked at.</summary>
    public ReplicaCore Core => _engine.Core;

    /// <summary>What the core runs, to be looked at.</summary>
    public ShardMachine Machine => (ShardMachine)Core.Machine;

    /// <summary>Inputs, records, messages, pieces of snapshots and connections of clients that are held here and are not done with.</summary>
    public long Backlog => _inbox.Count + _log.Count + (_logWork?.RecordsInHand ?? 0) + _snapshots.Count + _snapshotScheduler.PiecesInHand
        + _engine.HeldMessages + _clients.Count + _outboxes.Count(static outbox => outbox.HasFrames);

    /// <summary>It is stopped by a signal.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            if (value)
                return;
            if (_isTickDue)
                OnTick();
            _logWork?.GoOn();
            if (_isSnapshotDue)
                OnSnapshotDue();
            ScheduleTurn();
        }
    }

    /// <summary>It is over: nothing more comes from it.</summary>
    public bool IsOver { get; set; }

    /// <summary>Why the core stopped for good; null while all is well.</summary>
    public string? Halt => _engine.Halt;

    /// <summary>What of it goes to the log thread, which the replicas of a machine share.</summary>
    public LogGroup LogGroup => new(_log, Introductions.TakeHeard, () => Post(Input.SnapshotNeeded()));

    /// <summary>Begins to dial the peers and to tick.</summary>
    /// <param name="log">The log thread.</param>
    public void Start(LogWork log)
    {
        _logWork = log;
        for (int peer = 0; peer < _outboxes.Length; peer++)
        {
            if (peer != _place)
                Dial(peer);
        }

        ScheduleTick();
        ScheduleTurn();
    }

    /// <summary>Something is for the core.</summary>
    public void Post(Input input)
    {
        _inbox.Add(input);
        ScheduleTurn();
    }

    /// <summary>The hellos on a connection with a peer are done.</summary>
    public void OnIntroduced(ConnectionEnd end, PeerConnection connection)
    {
        int peer = _setting.Checks.PlaceOf(end.Other.Address);
        bool isIncoming = connection.IsIncoming;
        if (!isIncoming)
            _outboxes[peer].End = end;
        else
            OnNewerList(peer, connection.Introduction.Met!, _outboxes[peer].End);
        (isIncoming ? (Action)_presence[peer].IncomingUp : _presence[peer].OutgoingUp)();
    }

    /// <summary>A connection that a peer had made ended.</summary>
    public void OnIncomingClosed(int peer) => _presence[peer].IncomingDown();

    /// <summary>The connection dialled to a peer ended, or did not come up.</summary>
    public void OnOutgoingClosed(int peer, bool wasUp)
    {
        _outboxes[peer].End = null;
        if (wasUp)
            _presence[peer].OutgoingDown();
        long wait = _setting.Timings.Redial + _setting.Random.Below(_setting.Timings.Redial + 1);
        _setting.Queue.Schedule(_setting.Queue.Now + wait, this, Redial, peer);
    }

    /// <summary>A client connected.</summary>
    public void OnClientAccepted(ConnectionEnd end) => _clients.Add(end);

    /// <summary>A client is gone.</summary>
    public void OnClientClosed(ConnectionEnd end)
    {
        if (_clients.Remove(end))
            Post(Input.ClientGone(new ClientHandle(end.Connection)));
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        if (IsOver || _machine.IsEnding)
            return;
        switch (scheduled.Kind)
        {
            case Turn:
                OnTurn();
                break;
            case TickDue:
                OnTickDue();
                break;
            case SnapshotDue:
                OnSnapshotDue();
                break;
            case Redial:
                Dial((int)scheduled.Argument);
                break;
        }
    }

    private void Dial(int peer)
    {
        if (_outboxes[peer].End is null)
            _setting.Network.Dial(_self, _members.CalledIn(peer));
    }

    private void ScheduleTurn()
    {
        if (_isTurnScheduled || _isPaused)
            return;
        _isTurnScheduled = true;
        _setting.Queue.Schedule(Math.Max(_busyUntil, _setting.Queue.Now), this, Turn);
    }

    private void OnTurn()
    {
        _isTurnScheduled = false;
        if (_isPaused || Halt is not null)
            return;
        _turn.Clear();

        // While the log has no space nothing new is taken in, as by the product's driver.
        bool mayTakeMore = _engine.MayTakeMore;
        if (mayTakeMore)
            (_turn, _inbox) = (_inbox, _turn);
        else
            TakeReports();
        if (_durableSeen < _durable)
            _turn.Add(Input.Synced(_durableSeen = _durable));
        Instant now = Now();
        _engine.AnswerStatusQuestions(_turn, now);
        ReadOnlySpan<Input> inputs = CollectionsMarshal.AsSpan(_turn);
        _checks.OnTurn(_self, Core.View, Core.Accepted, Core.Votes, inputs, isWhole: mayTakeMore);
        _busyUntil = _setting.Queue.Now + _setting.Timings.Turn + (_turn.Count * _setting.Timings.Input);
        _checks.OnStep(_self, inputs, now);
        _engine.Step(_requests.Hand(inputs), now);
        _requests.Spoil();
        AfterStep();
    }

    private void TakeReports()
    {
        _checks.Marks.Reach(Mark.LogQueueFull);
        _turn.AddRange(_inbox.Where(static input => input.IsReport));
        _inbox.RemoveAll(static input => input.IsReport);
    }

    private void ScheduleTick()
    {
        long length = _setting.Timings.Tick * _setting.Timings.ClockRate / 1_000_000;
        _setting.Queue.Schedule(_setting.Queue.Now + Math.Max(1, length), this, TickDue);
    }

    private void OnTickDue()
    {
        ScheduleTick();
        if (_isPaused)
            _isTickDue = true;
        else
            OnTick();
    }

    private void OnTick()
    {
        _isTickDue = false;
        if (Halt is not null)
            return;
        _checks.OnTicked(_self);
        Instant now = Now();
        _checks.OnStep(_self, [], now);
        _engine.Tick(now);
        AfterStep();
    }

    private void OnEffects(Effects effects)
    {
        _effects = effects;
        if (effects.Halt is null)
            _checks.OnDecided(_self, effects.Decided);
    }

    private void AfterStep()
    {
        if (_machine.IsEnding)
            return;
        if (Halt is { } reason)
        {
            _checks.OnHalted(_self, reason);
            return;
        }

        _checks.OnStepped(_self, Core);
        if (Core.HasMoreToDecide || (_inbox.Count > 0 && _engine.MayTakeMore))
            ScheduleTurn();
    }

    /// <inheritdoc/>
    public void SendToPeers(List<Outgoing> messages)
    {
        CheckNotHalted();
        Message? encoded = null;
        foreach (Outgoing outgoing in messages)
        {
            int to = outgoing.To.Index;
            int machine = _members.CalledIn(to);
            if (_machine.IsEnding || (_outboxes[to].End is not null && _machine.EndsBeforeFrame(outgoing.Message.Kind, machine)))
                break;
            _checks.OnLeaves(_self, Life, outgoing.Message);
            if (_setting.Log is { IsFull: true } log)
                log.Write($"r{_self} -> r{machine} {Describe.Message(outgoing.Message)}");
            if (_setting.Tap is { } tap && !tap.Passes(_self, machine, outgoing.Message))
                continue;
            if (!ReferenceEquals(encoded, outgoing.Message))
                Encode(encoded = outgoing.Message);
            _outboxes[to].Append(_frame.WrittenSpan);
        }

        foreach (PeerOutbox outbox in _outboxes)
            outbox.Flush(_setting.Network);
    }

    /// <inheritdoc/>
    public void SendToGroups(List<GroupQuestion> questions, List<GroupAnswer> answers)
    {
        CheckNotHalted();
        _setting.GroupSink?.Invoke(_machine, questions, answers);
    }

    /// <inheritdoc/>
    public void Reply(List<Reply> replies)
    {
        CheckNotHalted();

        // The checkers see the step in the order in which it is carried out: what left, what goes to the log, what was executed.
        foreach (Record record in _effects!.Records)
            _checks.OnRecord(_self, record);
        foreach (Decision decision in _effects.Decisions)
        {
            _checks.OnDecision(_self, decision);
            _setting.Trace.Add(decision.StateHash);
        }

        foreach (Reply reply in replies)
        {
            if (_machine.EndsBeforeFrame(MessageKind.ClientReply, to: null))
                break;
            _checks.OnReply(_self, reply);
            _clients.Send(reply);
        }
    }

    /// <inheritdoc/>
    public void Answer(List<Reply> answers)
    {
        foreach (Reply answer in answers)
            _clients.Send(answer);
    }

    /// <inheritdoc/>
    public void OnExecuted(int slots)
    {
        // The checkers have seen each of them already.
    }

    private void CheckNotHalted()
    {
        if (_effects!.Halt is { } reason)
            _checks.Violations.Report("S24", $"r{_self} carries out a step that broke an invariant: {reason}");
    }

    private void Encode(Message message)
    {
        _frame.ResetWrittenCount();
        FrameWriter.Write(_frame, message, ReplicaSetting.Group);
    }

    // Its monotonic clock is as fast or slow as its ticks are; pauses count, as in the product.
    private Instant Now()
    {
        long wall = ReplicaSetting.Beginning + (_setting.Queue.Now / 1000) + _setting.Timings.WallClockOffset + _setting.WallClockJump;
        return new Instant(wall, _setting.Queue.Now * 1000 / _setting.Timings.ClockRate);
    }
}
