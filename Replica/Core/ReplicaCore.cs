using PaxosShard.Replica.Core.CatchUp;
using PaxosShard.Replica.Core.Duties;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Invariants;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Views;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core;

/// <summary>
/// One replica of a replicated log: view-based Multi-Paxos (DESIGN.md beside this file), with no clock, no I/O and no threads. All
/// that happens enters through <see cref="Step"/> and <see cref="Tick"/>; all that is to be done leaves as
/// <see cref="Effects"/>, in the order that their type prescribes. Not safe for concurrent use.
/// </summary>
public sealed class ReplicaCore
{
    private readonly Effects _effects = new();
    private readonly ReplicaContext _context;
    private readonly Suspicion _suspicion;
    private readonly Refusals _refusals;
    private readonly CatchUpClient _catchUp;
    private readonly FollowerDuties _follower;
    private readonly CandidateDuties _candidate;
    private readonly PrimaryDuties _primary;
    private readonly ViewChangeDuties _viewChange;
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
        _context = new ReplicaContext(options, recovered, machine, _effects);
        _suspicion = new Suspicion(options);
        _refusals = new Refusals(options);
        _catchUp = new CatchUpClient(options);
        _follower = new FollowerDuties(_context, _suspicion, _catchUp, EnterView);
        _candidate = new CandidateDuties(_context, _catchUp);
        _primary = new PrimaryDuties(_context, _refusals);
        _viewChange = new ViewChangeDuties(_context, _refusals);
        _invariants = new StepInvariants(_context);
    }

    /// <summary>The promised view.</summary>
    public View View => _context.View;

    /// <summary>What this replica does in it.</summary>
    public ReplicaRole Role => _primary.IsActive ? ReplicaRole.Primary
        : _candidate.IsActive ? ReplicaRole.Candidate
        : ReplicaRole.Follower;

    /// <summary>It is the primary and takes requests (rules 7 and 12).</summary>
    public bool IsServing => _primary.IsServing;

    /// <summary>As primary: a quorum was heard within the timeout. As follower: the primary shows signs of life.</summary>
    public bool HearsQuorum => _primary.IsActive ? _primary.HearsQuorum : !_candidate.IsActive && !_suspicion.WantsToLeave(_context.Tick);

    /// <summary>As primary: a follower's state differs and no quorum agrees with this one's, so no client is answered (rule 12).</summary>
    public bool IsStateInDoubt => _primary.IsStateInDoubt;

    /// <summary>Messages that named a view too far above the promised one, and were ignored; see <see cref="View.LargestStep"/>.</summary>
    public long MessagesOfImpossibleViews { get; private set; }

    /// <summary>The end of the prefix that is decided, or accepted in the promised view.</summary>
    public Slot Accepted => _context.Acceptor.AcceptedThrough;

    /// <summary>Everything up to here is decided.</summary>
    public Slot Decided => _context.Acceptor.Log.Decided;

    /// <summary>Everything up to here is executed.</summary>
    public Slot Executed => _context.Executor.State.Executed;

    /// <summary>The rolling state hash after <see cref="Executed"/>.</summary>
    public ulong StateHash => _context.Executor.State.Hash;

    /// <summary>Log time after <see cref="Executed"/>: the highest stamp executed so far, in milliseconds since 1970 UTC. It never goes back.</summary>
    public long LogTime => _context.Executor.State.LogTime;

    /// <summary>What it holds because something is under way.</summary>
    public CoreLoad Load => _primary.AddTo(new CoreLoad
    {
        ParkedReads = _context.Executor.Waits.Count,
        ParkedLists = _context.Executor.Waits.ListCount,
        UnsyncedVotes = _context.Acceptor.UnsyncedVotes,
        SlotsToFetch = Math.Max(0, _catchUp.Target - Decided),
    });

    /// <summary>What the slot holds here: the view it was accepted in, <see cref="View.None"/> when it was learned, and the value; null when nothing. For tests and tools.</summary>
    public AcceptedEntry? Stored(Slot slot) =>
        _context.Acceptor.Log[slot] is { Entry: { } entry } stored ? new AcceptedEntry(slot, stored.View, entry) : null;

    /// <summary>Takes everything that arrived in one turn of the host's loop.</summary>
    /// <param name="inputs">What arrived, in order.</param>
    /// <param name="nowMilliseconds">Wall-clock time, milliseconds since 1970 UTC; it is stamped on entries and means nothing else.</param>
    public Effects Step(IReadOnlyList<Input> inputs, long nowMilliseconds) => Run(inputs, nowMilliseconds, isTick: false);

    /// <summary>One tick of monotonic time has passed.</summary>
    /// <param name="nowMilliseconds">As in <see cref="Step"/>.</param>
    public Effects Tick(long nowMilliseconds) => Run([], nowMilliseconds, isTick: true);

    private Effects Run(IReadOnlyList<Input> inputs, long nowMilliseconds, bool isTick)
    {
        _effects.Clear();
        if (_effects.Halt is not null)
            return _effects;
        _context.NowMilliseconds = nowMilliseconds;
        try
        {
            Start();
            if (isTick)
                OnTick();
            for (int index = 0; index < inputs.Count; index++)
                OnInput(inputs[index]);
            Finish();
            _invariants.Check();
        }
        catch (InvariantBrokenException broken)
        {
            // Nothing of a step that cannot be trusted leaves the replica (rule 12).
            _effects.Clear();
            _effects.Halt = broken.Message;
        }

        return _effects;
    }

    /// <summary>
    /// The first view belongs to replica 0 of a new group; like any other it is claimed on disk before it is used. A view
    /// that was owned before a restart is spent (rule 2).
    /// </summary>
    private void Start()
    {
        if (_isStarted)
            return;
        _isStarted = true;
        _suspicion.OnNewView(View, _context.Tick);
        if (_context.Primary != _context.Self || !_context.Acceptor.MayVote)
            return;
        if ((_context.View == View.First && _context.Acceptor.Owned == View.None) || SeededBug.Is(15))
            _candidate.Start(View);
        else
            _suspicion.OwnViewIsSpent = true;
    }

    private void OnInput(Input input)
    {
        switch (input)
        {
            case PeerMessageInput peer:
                OnMessage(peer.From, peer.Message);
                break;
            case ClientRequestInput client:
                OnRequest(new WaitingRequest(client.Client, client.Request));
                break;
            case SyncedInput synced:
                _context.Outbox.OnSynced(synced.RecordNumber);
                _context.Acceptor.OnSynced();
                _candidate.OnSynced();
                break;
            case PeerConnectedInput connected:
                OnConnection(connected.Peer, isUp: true);
                break;
            case PeerDisconnectedInput disconnected:
                OnConnection(disconnected.Peer, isUp: false);
                break;
            case ClientGoneInput gone:
                _context.Executor.Waits.Forget(gone.Client);
                if (SeededBug.Is(149))
                    _suspicion.OnConnection(_context.Primary, isLost: true);
                break;
        }
    }

    private void OnMessage(ReplicaId from, Message message)
    {
        if (IsImpossible(message))
        {
            MessagesOfImpossibleViews++;
            return;
        }

        switch (message)
        {
            case LeaderClaim claim:
                _follower.OnClaim(from, claim);
                break;
            case LeaderPromise promise:
                _candidate.OnPromise(from, promise);
                break;
            case Proposal proposal:
                _follower.OnProposal(from, proposal);
                break;
            case Accepted accepted:
                _primary.OnAccepted(from, accepted);
                break;
            case Refusal refusal when refusal.Promised > View:
                _refusals.Note(from, refusal.Promised, _context.Tick);
                break;
            case Heartbeat { IsAnswer: false } heartbeat:
                _follower.OnHeartbeat(from, heartbeat);
                break;
            case Heartbeat answer:
                _primary.OnHeartbeatAnswer(from, answer);
                break;
            case LeaveView leave:
                _viewChange.OnLeaveView(from, leave);
                break;
            case CatchUpRequest request:
                _context.Outbox.SendNow(from, CatchUpServer.Answer(request, _context.Acceptor.Log, _context.Options));
                break;
            case CatchUpEntries entries:
                OnCatchUpEntries(from, entries);
                break;
        }
    }

    /// <summary>
    /// No history leads to a view so far above: the sender is confused. Whoever followed it would soon find no view left that can be
    /// numbered. Only messages that may raise what this replica promises or claims are looked at.
    /// </summary>
    private bool IsImpossible(Message message)
    {
        View named = message switch
        {
            LeaderClaim claim => claim.View,
            Proposal proposal => proposal.View,
            Heartbeat heartbeat => heartbeat.View,
            LeaveView leave => leave.View,
            Refusal refusal => refusal.Promised,
            _ => View.None,
        };
        return named.Number - View.Number > View.LargestStep && !SeededBug.Is(182);
    }

    private void OnRequest(WaitingRequest waiting)
    {
        if (SeededBug.Is(41))
            _suspicion.OnConnection(_context.Primary, isLost: true);
        if (_primary.IsActive)
            _primary.OnRequest(waiting);
        else
            _context.Outbox.Refuse(waiting.Client, waiting.Request, ReplyStatus.Redirect, View.Max(View, _refusals.Highest));
    }

    private void OnConnection(ReplicaId peer, bool isUp)
    {
        _context.IsConnected[peer.Index] = isUp;
        _suspicion.OnConnection(SeededBug.Is(146) && !isUp ? _context.Primary : peer, isLost: !isUp);
        _primary.OnConnection(peer, isUp);
        if (!isUp)
            return;
        _candidate.OnConnected(peer);
        _viewChange.OnConnected(peer);
    }

    /// <summary>S: decided entries; whatever else this replica holds in those slots gives way (rule 5).</summary>
    private void OnCatchUpEntries(ReplicaId from, CatchUpEntries answer)
    {
        // A primary has fetched what it lacked before it opened its view; its slots above are its own to propose.
        if (_primary.IsActive)
            return;
        Slot before = Decided;
        for (int index = 0; index < answer.Entries.Count; index++)
        {
            Slot slot = answer.First + index;
            if (slot == Decided.Next)
                _context.Acceptor.Learn(slot, answer.Entries[index]);
        }

        _catchUp.OnDecidedHeard(from, answer.Decided);

        // Only an answer that brought something asks for more: else every repeated answer would start a conversation of its own.
        if (Decided == before)
            return;
        _suspicion.OnProgress();
        if (_catchUp.OnAnswer(from, Decided, answer.Decided, _context.Tick) is { } next)
            _context.Outbox.SendNow(next.To, next.Message);
    }

    private void OnTick()
    {
        _context.Tick++;
        _candidate.OnTick();
        _primary.OnTick();
        bool hearsNobody = !_primary.IsActive && _suspicion.PrimaryIsSilent(_context.Tick);
        if (hearsNobody && _context.Tick % (2 * _context.Options.HeartbeatTicks) == 0)
            ProbeSomebody();
    }

    /// <summary>While no primary is heard, others may know of more decided slots: in a partial partition they often do.</summary>
    private void ProbeSomebody()
    {
        int count = _context.Options.ReplicaCount;
        long turn = _context.Tick / (2 * _context.Options.HeartbeatTicks);
        ReplicaId peer = new((int)(turn % count));
        if (peer == _context.Self || !_context.IsConnected[peer.Index])
            return;
        Outgoing probe = _catchUp.Probe(peer, Decided, _context.Tick);
        _context.Outbox.SendNow(probe.To, probe.Message);
    }

    private void Finish()
    {
        _primary.DecideChosen();
        _context.Executor.ExecuteDecided(_primary.Leadership, View, mayAnswer: !_primary.IsStateInDoubt);
        if (_candidate.TryConclude() is var (won, inherited))
        {
            _candidate.Stop();
            _primary.Start(won, inherited);
        }

        _primary.Finish();
        _follower.SendVote();
        SendCatchUpRequest();
        MoveOnIfNeeded();
        _context.Executor.Waits.AnswerReady(_context.Executor.State.Machine, _context.Tick, _effects.Replies, View);
        _effects.Decided = SeededBug.Is(121) ? Slot.Max(Decided, _catchUp.Target) : Decided;
    }

    private void SendCatchUpRequest()
    {
        if (_primary.IsActive)
            return;
        Slot coming = _candidate.IsActive ? Decided : Accepted;
        if (_catchUp.NextRequest(Decided, coming, _candidate.IsFetching, _context.Tick) is { } request && request.To != _context.Self)
            _context.Outbox.SendNow(request.To, request.Message);
    }

    private void MoveOnIfNeeded()
    {
        // A state in doubt is no reason: the next primary would know no better.
        bool wantsToLeave = _primary.IsActive ? !_primary.HearsQuorum
            : _candidate.IsActive ? _candidate.IsStuck
            : _suspicion.WantsToLeave(_context.Tick);
        View? target = _viewChange.Next(wantsToLeave);

        // A healthy primary whom somebody can never follow again moves above him by itself (rule 6), once: refusals of a
        // view below the one it then has say nothing any more.
        if (target is null && _primary.HearsQuorum && _refusals.Persist(_context.Tick, out View refusedWith) && refusedWith > View)
            target = refusedWith.NextOwnedBy(_context.Self, _context.Options.ReplicaCount);
        if (target is not { } view)
            return;
        LeaveRoles(view);
        _candidate.Start(view);
    }

    private void EnterView(View view)
    {
        LeaveRoles(view);
        _context.Acceptor.Promise(view);
    }

    private void LeaveRoles(View next)
    {
        _candidate.Stop();
        _primary.Stop(next);
        _suspicion.OnNewView(next, _context.Tick);
    }
}
