using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core;

/// <summary>
/// One replica of a replicated log: view-based Multi-Paxos (DESIGN.md beside this file), with no clock, no I/O and no threads. All
/// that happens enters through <see cref="Step"/> and <see cref="Tick"/>; all that is to be done leaves as
/// <see cref="Effects"/>, in the order that their type prescribes. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// This class brings each input to the role that it is for, and changes roles: a replica is always acceptor and follower, and for as long
/// as a view of its own lasts candidate and then primary. What the roles do is theirs.
/// </remarks>
public sealed partial class ReplicaCore
{
    private readonly GroupOptions _options;
    private readonly Effects _effects = new();
    private readonly StepTime _time = new();
    private readonly Peers _peers;
    private readonly Outbox _outbox;
    private readonly Executor _executor;
    private readonly WaitTable _waits;
    private readonly Membership _membership;
    private readonly Acceptor _acceptor;
    private readonly Compaction _compaction;
    private readonly SnapshotTransfer _transfer;
    private readonly CatchUp _catchUp;
    private readonly Follower _follower;
    private readonly ViewChange _viewChange;
    private readonly StepInvariants _invariants;
    private bool _isStarted;

    /// <summary>A replica that goes on from what its disk remembers.</summary>
    /// <param name="options">The group and the bounds.</param>
    /// <param name="recovered">What the disk remembers, all of it durable.</param>
    /// <param name="machine">What runs the commands; fresh, and used by nobody else.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public ReplicaCore(GroupOptions options, RecoveredState recovered, IStateMachine machine)
    {
        options.Validate();
        _options = options;
        _peers = new Peers(options);
        _outbox = new Outbox(options, _effects);
        EntryLog log = new(recovered);
        _executor = new Executor(StateImport.Restore(options, recovered, machine), log, new StateAgreement(options), _effects);
        _waits = new WaitTable(options.WaitingReads, options.WaitsPerClient);
        _membership = new Membership(options, _executor, log, _outbox);
        _acceptor = new Acceptor(options, recovered, log, _executor, _membership, _outbox);
        _compaction = new Compaction(options, recovered, _time, _executor, log, _outbox);
        FetchPace pace = new(options, _time);
        _transfer = new SnapshotTransfer(options, _time, _peers, _executor, pace, _outbox);
        _catchUp = new CatchUp(options, _time, _peers, _acceptor, _compaction, _transfer, pace, _outbox);
        _follower = new Follower(options, _time, _peers, _acceptor, _executor, _catchUp, _outbox);
        _viewChange = new ViewChange(options, _time, _acceptor, _outbox);
        _invariants = new StepInvariants(_acceptor, _executor, _outbox);
    }

    /// <summary>The promised view.</summary>
    public View View => _acceptor.Promised;

    /// <summary>What this replica does in it.</summary>
    public ReplicaRole Role => _primary is not null ? ReplicaRole.Primary : _candidate is not null ? ReplicaRole.Candidate : ReplicaRole.Follower;

    /// <summary>It is the primary and takes requests (rules 7 and 12).</summary>
    public bool IsServing => _primary is { IsServing: true };

    /// <summary>As primary: a quorum was heard within the timeout. As follower: the primary shows signs of life.</summary>
    public bool HearsQuorum => _primary is { } primary ? primary.HearsQuorum : _candidate is null && !_follower.WantsToLeave;

    /// <summary>As primary: a follower's state differs and no quorum agrees with this one's, so no client gets a result (rule 12).</summary>
    public bool IsStateInDoubt => _primary is { IsStateInDoubt: true };

    /// <summary>Messages that named a view too far above the promised one, and were ignored; see <see cref="View.LargestStep"/>.</summary>
    public long MessagesOfImpossibleViews { get; private set; }

    /// <summary>Pieces of snapshots of other replicas that made no sense; what had been taken of the snapshot was dropped with each.</summary>
    public long RefusedPieces => _transfer.RefusedPieces;

    /// <summary>The end of the prefix that is decided, or accepted in the promised view.</summary>
    public Slot Accepted => _acceptor.AcceptedThrough;

    /// <summary>Everything up to here is decided.</summary>
    public Slot Decided => _acceptor.Log.Decided;

    /// <summary>More is known to be decided than one step may execute, or than the last one did because it voted first: another step is due, even if nothing has arrived.</summary>
    public bool HasMoreToDecide => _acceptor.HasMoreToDecide;

    /// <summary>Everything up to here is executed.</summary>
    public Slot Executed => _executor.State.Executed;

    /// <summary>The durable snapshot; <see cref="SnapshotMark.None"/> when there is none.</summary>
    public SnapshotMark Snapshot => _compaction.Durable;

    /// <summary>Slots up to here are not in this replica's memory any more: they are in its snapshot.</summary>
    public Slot Base => _acceptor.Log.Base;

    /// <summary>The member list after <see cref="Executed"/> (rule 13).</summary>
    public Members Members => _executor.State.Members;

    /// <summary>It promises and votes: its view record was not lost, and the member list names it, durably (rule 13).</summary>
    public bool Votes => _acceptor.MayVote;

    /// <summary>The rolling state hash after <see cref="Executed"/>.</summary>
    public ulong StateHash => _executor.State.Hash;

    /// <summary>Log time after <see cref="Executed"/>: the highest stamp executed so far, in milliseconds since 1970 UTC. It never goes back.</summary>
    public long LogTime => _executor.State.LogTime;

    /// <summary>Log time now, as this replica knows it: what it would stamp on an entry, and tells clients. Milliseconds since 1970 UTC; it never goes back.</summary>
    public long LogTimeNow => _acceptor.Log.Clock.Now;

    /// <summary>What it holds because something is under way.</summary>
    public CoreLoad Load => CoreLoad.Of(_acceptor, _catchUp, _primary, _waits, _compaction.UnderWay + _transfer.PiecesLeft);

    /// <summary>How full it is.</summary>
    public CoreOccupancy Occupancy => CoreOccupancy.Of(_executor.State, _acceptor.Log);

    /// <summary>Bytes of old versions that are kept for the snapshot that is being made; 0 when none is.</summary>
    public long KeptBytes => _compaction.KeptBytes;

    /// <summary>What runs the commands, to be looked at; once the snapshot of another replica was taken it is another one than before.</summary>
    public IStateMachine Machine => _executor.State.Machine;

    /// <summary>What was executed, for tests that look inside.</summary>
    internal ReplicatedState State => _executor.State;

    /// <summary>What the slot holds here: the view it was accepted in, <see cref="View.None"/> when it was learned, and the value; null when nothing. For tests and tools.</summary>
    public AcceptedEntry? Stored(Slot slot) => _acceptor.Log[slot] is { Entry: { } entry } stored ? new AcceptedEntry(slot, stored.View, entry) : null;

    /// <summary>Takes everything that arrived in one turn of the driver's loop.</summary>
    /// <param name="inputs">What arrived, in order.</param>
    /// <param name="now">What the clocks show.</param>
    public Effects Step(ReadOnlySpan<Input> inputs, Instant now) => Run(inputs, now, isTick: false);

    /// <summary>One tick of monotonic time has passed.</summary>
    /// <param name="now">As in <see cref="Step"/>.</param>
    public Effects Tick(Instant now) => Run([], now, isTick: true);

    /// <summary>Brings <see cref="LogTimeNow"/> up to now, for who answers without a step.</summary>
    /// <param name="now">As in <see cref="Step"/>.</param>
    public void LookAtClocks(Instant now) => _acceptor.Log.Clock.OnStep(now);

    private Effects Run(ReadOnlySpan<Input> inputs, Instant now, bool isTick)
    {
        _effects.Clear();
        if (_effects.Halt is not null)
            return _effects;
        _time.Now = now;
        _acceptor.Log.Clock.OnStep(now);
        try
        {
            Start();
            if (isTick)
                OnTick();
            foreach (ref readonly Input input in inputs)
                OnInput(in input);
            Finish();
            _invariants.Check();
            _effects.StampReplies(LogTimeNow);
        }
        catch (InvariantBrokenException broken)
        {
            // Nothing of a step that cannot be trusted leaves the replica (rule 12).
            _effects.Clear();
            _effects.Halt = broken.Message;
        }

        return _effects;
    }

    private void OnInput(in Input input)
    {
        switch (input.Kind)
        {
            case InputKind.PeerMessage when _viewChange.IsImpossible(input.Message!):
                MessagesOfImpossibleViews++;
                break;
            case InputKind.PeerMessage:
                OnMessage(input.Peer, input.Message!);
                break;
            case InputKind.ClientRequest:
                OnRequest(new WaitingRequest(input.Client, input.Request));
                break;
            case InputKind.Synced:
                _outbox.OnSynced(input.Record);
                _acceptor.OnSynced();
                _candidate?.OnSynced();
                break;
            case InputKind.PeerConnected or InputKind.PeerDisconnected:
                OnConnection(input.Peer, isUp: input.Kind == InputKind.PeerConnected);
                break;
            case InputKind.PieceRead:
                _outbox.SendNow(input.Peer, input.Message!);
                break;
            case InputKind.PiecesWritten or InputKind.SnapshotDurable or InputKind.SnapshotDropped or InputKind.SnapshotUnreadable or InputKind.SnapshotNeeded:
                _catchUp.OnSnapshotReport(in input);
                break;
            case InputKind.OrderedRequest:
                OnRequest(input.Client, (OrderedRequest)input.Message!);
                break;
            case InputKind.GroupNotes:
                _primary?.OnNotes(input.Client, (GroupNotes)input.Message!);
                break;
            case InputKind.ClientGone:
                _waits.Forget(input.Client);
                _primary?.Requests.Forget(input.Client);
                break;
        }
    }

    private void OnMessage(ReplicaId from, Message message)
    {
        if (TryHearOfNewerList(from, message))
            return;
        switch (message)
        {
            case LeaderClaim claim:
                if (TryEnter(from, claim.View))
                    _acceptor.OnClaim(from, claim);
                break;
            case LeaderPromise promise:
                _candidate?.OnPromise(from, promise);
                _primary?.OnPromise(from, promise);
                break;
            case Proposal proposal:
                if (TryEnter(from, proposal.View))
                    _follower.OnProposal(from, proposal);
                break;
            case Accepted accepted:
                _primary?.OnAccepted(from, accepted);
                break;
            case Refusal refusal:
                _viewChange.OnRefusal(from, refusal);
                break;
            case Heartbeat heartbeat:
                OnHeartbeat(from, heartbeat);
                break;
            case HeartbeatAnswer answer:
                _primary?.OnHeartbeatAnswer(from, answer);
                break;
            case LeaveView leave:
                _viewChange.OnLeaveView(from, leave);
                break;
            case CatchUpRequest request:
                _catchUp.OnRequest(from, request);
                break;
            case SnapshotRequest request:
                _catchUp.OnSnapshotRequest(from, request);
                break;
            case SnapshotPiece piece when _primary is null:
                _catchUp.OnSnapshotPiece(from, piece);
                break;
            case CatchUpEntries entries when _primary is null:
                // A primary has fetched what it lacked before it opened its view; its slots above are its own to propose.
                if (_catchUp.OnEntries(from, entries))
                    _follower.OnProgress();
                break;
        }
    }

    private void OnRequest(in WaitingRequest waiting)
    {
        if (_primary is { } primary)
            primary.OnRequest(in waiting);
        else
            _outbox.Refuse(waiting.Client, waiting.Request.Session, waiting.Request.Sequence, ReplyStatus.Redirect, _viewChange.HighestKnown);
    }

    private void OnRequest(ClientHandle client, OrderedRequest ordered)
    {
        if (_primary is { } primary)
            primary.OnRequest(client, ordered);
        else
            _outbox.Refuse(client, ordered.Request.Session, ordered.Request.Sequence, ReplyStatus.Redirect, _viewChange.HighestKnown);
    }

    private void OnConnection(ReplicaId peer, bool isUp)
    {
        _peers.OnConnection(peer, isUp);
        _primary?.OnConnection(peer, isUp);
        if (!isUp)
            return;
        _candidate?.OnConnected(peer);
        _viewChange.OnConnected(peer);
    }

    private void OnTick()
    {
        _time.Tick++;
        _candidate?.OnTick();
        _primary?.OnTick();
        _transfer.OnTick(Decided);
        _compaction.Trim();
        _primary?.OnTrimmed();
        if (_primary is null && _follower.PrimaryIsSilent)
            _catchUp.Probe();
    }

    /// <summary>What follows from all inputs of a step together.</summary>
    private void Finish()
    {
        if (_primary is null && _catchUp.TakeDurable())
            _follower.OnProgress();
        _primary?.DecideChosen();
        _acceptor.DecideMore();
        ExecuteDecided();
        Open();
        _primary?.Finish();
        _acceptor.SendVote();
        if (_primary is null)
            _catchUp.AskIfDue(_candidate is null && !_membership.IsBehind ? Accepted : Decided, _candidate is { IsFetching: true });
        MoveOnIfNeeded();
        _waits.AnswerReady(_executor.State.Machine, _time.Tick, _effects.Replies, View);
        _compaction.Advance(mayBegin: !_transfer.IsUnderWay, _catchUp.IsFarBehind);
        _effects.Decided = Decided;
        _effects.InSnapshot = Snapshot.Slot;
    }

    private void ExecuteDecided()
    {
        bool wasServing = _primary is { IsServing: true };
        while (_executor.TryExecuteNext(out Entry entry))
        {
            _compaction.OnExecuted(entry);
            _primary?.Requests.OnExecuted(Executed, entry, mayAnswer: !IsStateInDoubt);
        }

        // What others had told of these slots before was compared with them.
        _primary?.OnCompared(wasServing);
        FollowMembers();
    }
}
