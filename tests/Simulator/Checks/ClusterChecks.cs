using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// The checkers of a run: told of everything that leaves a replica, becomes durable, is executed or is answered, at the
/// instant it happens, and of nothing the replicas believe about themselves.
/// </summary>
public sealed partial class ClusterChecks
{
    private readonly CheckContext _context;
    private readonly ProposalChecker _proposals;
    private readonly PromiseChecker _promises;
    private readonly SelectionChecker _selection;
    private readonly AcknowledgementChecker _acknowledgements;
    private readonly RecoveryChecker _recovery;
    private readonly ProgressChecker _progress;
    private readonly ReferenceExecution _reference;
    private readonly SessionOrderChecker? _order;
    private readonly LogTimeChecker _logTime;
    private readonly LogTimePaceChecker _pace;
    private readonly DeadEntryChecker _deadEntries;
    private readonly ExpiryChecker _expiries;
    private readonly SessionCountChecker? _sessions;
    private readonly RefusalChecker? _refusals;
    private readonly FollowChecker? _follows;
    private readonly ViewChangeChecker _viewChanges;
    private readonly DurableMarkChecker _marks;
    private readonly LostPrimaryChecker _lost;
    private readonly DoubtChecker _doubt;
    private readonly EchoChecker _echoes;
    private readonly QuorumChecker _quorums;
    private readonly EntranceChecker _entrance;
    private readonly EdgeWatcher _edges;
    private readonly ContentChecker _contents;
    private readonly MemberChecker _members;
    private readonly SnapshotChecker _snapshots;
    private readonly RetentionChecker _retention;
    private readonly IExecutionJudge? _judge;
    private BoundsWatcher? _bounds;

    /// <summary>Checkers for a new group.</summary>
    /// <param name="queue">The run's time.</param>
    /// <param name="options">What the cores of the group have in common.</param>
    /// <param name="rooms">Rooms the clients use.</param>
    /// <param name="keys">Keys the clients use.</param>
    /// <param name="kind">What the machines are.</param>
    /// <param name="newcomers">Most newcomers that may replace members.</param>
    /// <param name="judge">Judges what commands do; null: the checkers here.</param>
    /// <param name="violations">Takes findings; null: a log of its own.</param>
    public ClusterChecks(
        EventQueue queue, GroupOptions options, int rooms, int keys, MachineKind kind, int newcomers = 0, IExecutionJudge? judge = null, ViolationLog? violations = null)
    {
        _judge = judge;
        bool isAlone = judge is null;
        Violations = violations ?? new ViolationLog(queue);
        _context = new CheckContext(options.ReplicaCount, options.ReplicaCount + newcomers, Violations, new Marks());
        _proposals = new ProposalChecker(_context);
        _expiries = new ExpiryChecker(_context, isAlone);
        Requests = new RequestBook(_context, _proposals, _expiries);
        Chosen = new ChosenChecker(_context);
        _reference = new ReferenceExecution(options, kind);
        Execution = new ExecutionChecker(_context, Chosen, Requests, _reference);
        Rooms = new RoomBook(_context, queue, rooms);
        Keys = new KeyBook(_context, queue, keys);
        _promises = new PromiseChecker(_context, Chosen, _proposals);
        _selection = new SelectionChecker(_context, Chosen);
        _acknowledgements = new AcknowledgementChecker(_context, Execution, Requests, isAlone);
        _recovery = new RecoveryChecker(_context, Chosen);
        _progress = new ProgressChecker(_context);
        _logTime = new LogTimeChecker(_context, isRaised: !isAlone);
        _pace = new LogTimePaceChecker(_context, _proposals);
        _deadEntries = new DeadEntryChecker(_context, _proposals, _reference);
        Honesty = new HonestyChecker(_context);
        _viewChanges = new ViewChangeChecker(_context, options);
        _marks = new DurableMarkChecker(_context, Chosen);
        _lost = new LostPrimaryChecker(_context, options);
        _doubt = new DoubtChecker(_context);
        _echoes = new EchoChecker(_context, kind);
        _quorums = new QuorumChecker(_context, options);
        _entrance = new EntranceChecker(_context);
        _edges = new EdgeWatcher(_context);
        _contents = new ContentChecker(_context, _reference);
        _members = new MemberChecker(_context, Chosen);
        _snapshots = new SnapshotChecker(_context, options, kind, Execution, _logTime, _deadEntries);
        _retention = new RetentionChecker(_context);
        if (!isAlone)
            return;
        _order = new SessionOrderChecker(_context);
        _sessions = new SessionCountChecker(_context, options);
        _refusals = new RefusalChecker(_context);
        _follows = new FollowChecker(_context, options);
    }

    /// <summary>What was found.</summary>
    public ViolationLog Violations { get; }

    /// <summary>What was reached.</summary>
    public Marks Marks => _context.Marks;

    /// <summary>What the clients sent.</summary>
    public RequestBook Requests { get; }

    /// <summary>What the clients saw of the rooms.</summary>
    public RoomBook Rooms { get; }

    /// <summary>What the clients saw of the keys.</summary>
    public KeyBook Keys { get; }

    /// <summary>What the clients call "not applied".</summary>
    public HonestyChecker Honesty { get; }

    /// <summary>What was decided.</summary>
    public ExecutionChecker Execution { get; }

    /// <summary>What is chosen.</summary>
    public ChosenChecker Chosen { get; }

    /// <summary>Views that were claimed, the first one not counted.</summary>
    public long Claims => _viewChanges.Claims;

    /// <summary>Follows that wait at a replica.</summary>
    public int FollowsAt(int replica) => _follows?.WaitingAt(replica) ?? 0;

    /// <summary>Notes from now on when the group works at its bounds.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="tick">Length of a tick in virtual microseconds.</param>
    public void WatchBounds(GroupOptions options, long tick) => _bounds = new BoundsWatcher(_context, options, tick);

    /// <summary>The ghost of a replica's disk.</summary>
    public DurableImage ImageOf(int replica) => _context.Images[replica];

    /// <summary>A message leaves a replica.</summary>
    /// <param name="replica">The sender.</param>
    /// <param name="life">Which start of it this is.</param>
    /// <param name="message">The message.</param>
    public void OnLeaves(int replica, long life, Message message)
    {
        _members.OnLeaves(replica, message);
        _viewChanges.OnLeaves(replica, message);
        _edges.OnLeaves(replica, message);
        switch (message)
        {
            case Proposal proposal:
                _bounds?.OnProposal(proposal);
                if (_proposals.OnProposal(replica, life, proposal))
                    _selection.OnFirstProposal(replica, proposal);
                break;
            case Accepted accepted:
                _promises.OnAccepted(replica, accepted.View, accepted.Slot, MessageKind.Accepted);
                break;
            case Heartbeat beat:
                _recovery.OnBeat(beat);
                _echoes.OnBeat(replica, beat);
                _quorums.OnBeat(replica, beat);
                break;
            case HeartbeatAnswer answer:
                _promises.OnAccepted(replica, answer.View, answer.AcceptedThrough, MessageKind.HeartbeatAnswer);
                break;
            case LeaderPromise promise:
                _promises.OnPromise(replica, promise);
                break;
            case LeaderClaim claim:
                _proposals.OnClaim(replica, life, claim);
                _selection.OnClaim(replica, claim);
                break;
            case Refusal refusal:
                _promises.OnRefusal(replica, refusal);
                break;
            case LeaveView leave:
                _lost.OnLeaveView(replica, leave);
                break;
        }
    }

    /// <summary>Inputs go into a replica's core, all in one step.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="view">Its promised view.</param>
    /// <param name="accepted">The end of what it has accepted in that view without a hole.</param>
    /// <param name="votes">It promises and votes.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="isWhole">They are all that there was; otherwise what came from outside waits, because the log has no space.</param>
    public void OnTurn(int replica, View view, Slot accepted, bool votes, ReadOnlySpan<Input> inputs, bool isWhole)
    {
        _viewChanges.OnTurn(replica, accepted, votes, inputs);
        if (isWhole)
            _lost.OnTurn(replica);
        _echoes.OnStep(replica);
        foreach (ref readonly Input input in inputs)
        {
            NoteReports(replica, in input);
            if (input.Kind == InputKind.ClientRequest)
            {
                _refusals?.OnRequest(replica, in input);
                _follows?.OnRequest(replica, in input);
                _echoes.OnRequest(replica, in input);
                _bounds?.OnRequest(replica, input.Request);
            }
            else if (input.Message is OrderedRequest ordered)
            {
                _refusals?.OnRequest(replica, Input.FromClient(input.Client, ordered.Request));
            }
            else if (input.Kind == InputKind.ClientGone)
            {
                _follows?.OnClientGone(replica, input.Client);
                _echoes.OnClientGone(replica, input.Client);
            }

            if (input.Message is not { } message)
                continue;
            _edges.OnReceived(replica, view, message);
            OnReceived(replica, input.Peer.Index, message);
            if (message is not Proposal proposal || proposal.View != view)
                continue;
            if (proposal.Slot > accepted.Next)
                Marks.Reach(Mark.HoleRefused);
            else if (proposal.Slot == accepted.Next)
                accepted = proposal.Slot;
        }
    }

    /// <summary>A step of a replica begins, at this time by its own clocks.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="now">What its clocks show.</param>
    public void OnStep(int replica, ReadOnlySpan<Input> inputs, Instant now)
    {
        _pace.OnStep(replica, now);
        foreach (ref readonly Input input in inputs)
        {
            if (input.Message is Heartbeat heartbeat)
                _pace.OnTold(replica, heartbeat.LogTime);
        }
    }

    /// <summary>A tick of a replica's time goes by.</summary>
    public void OnTicked(int replica)
    {
        _viewChanges.OnTicked(replica);
        _follows?.OnTicked(replica);
        _lost.OnTick(replica);
        _quorums.OnTick(replica);
        _echoes.OnStep(replica);
    }

    /// <summary>A replica hands a record to its disk.</summary>
    public void OnRecord(int replica, in Record record)
    {
        if (record.Kind == RecordKind.Views)
        {
            _viewChanges.OnRecord(replica, record);
            _entrance.OnRecord(replica, record);
        }

        _members.OnRecord(replica, record);
        _edges.OnRecord(record);
        Note(replica, record);
        if (_judge is null)
            _pace.OnRecord(replica, record); // What comes from other groups raises log time, and a step may stamp its entries by that before it is seen to have executed it.
    }

    /// <summary>A time without any fault is over.</summary>
    public void OnCalmEnd() => _viewChanges.OnCalmEnd();

    private void Note(int replica, in Record record)
    {
        DurableImage image = _context.Images[replica];
        StoredSlot before = image.Latest.Read(record.Slot.Number);
        PendingRecord pending = image.HandOut(record);
        _recovery.OnRecord(replica, pending, before);
        _marks.OnRecord(replica, pending);
        if (record.Kind != RecordKind.Accepted)
            return;
        Chosen.OnAccepting(replica, pending);
        if (record.View.Primary(_context.ReplicaCount).Index != _context.PlaceOf(replica))
            return;
        _proposals.OnProposing(record);
        _refusals?.OnProposing(replica, record.Slot.Number, record.Entry!);
    }

    /// <summary>A replica's step is over, and what it has decided rests on nothing that is still to come: told before anything of the step leaves.</summary>
    public void OnDecided(int replica, Slot decided) => _promises.OnDecided(replica, decided);

    /// <summary>A script puts a record on a replica's disk: somebody must have proposed it.</summary>
    public void OnPrepared(int replica, in Record record)
    {
        if (record.Kind == RecordKind.Accepted)
            _proposals.OnPrepared(record);
        if (record.Entry is { } entry)
            _refusals?.OnPrepared(record.Slot.Number, entry);
        Note(replica, record);
    }

    /// <summary>A replica writes its records up to a number, and notes with them or behind them how far the log is decided.</summary>
    public void OnMark(int replica, RecordNumber through, Slot decided) => _marks.OnMark(replica, through, decided);

    /// <summary>A connection of a replica with the peer in a place came up (1) or ended (-1), as its kernel tells it.</summary>
    public void OnConnection(int replica, int peer, int change) => _lost.OnConnection(replica, peer, change);

    /// <summary>A replica's disk has everything up to a record.</summary>
    public void OnSynced(int replica, RecordNumber through)
    {
        DurableImage image = _context.Images[replica];
        while (image.TryMakeDurable(through.Number, out PendingRecord record))
        {
            if (record.Kind == RecordKind.Accepted)
                Chosen.OnAccepted(replica, record);
        }
    }

    /// <summary>A replica's process is gone.</summary>
    public void OnStopped(int replica)
    {
        _context.IsStruck[replica] = false;
        _bounds?.OnStopped(replica);
        _recovery.OnStopped(replica);
        _refusals?.OnStopped(replica);
        _follows?.OnStopped(replica);
        _progress.OnStopped(replica);
        _pace.OnStopped(replica);
        _doubt.OnStopped(replica);
        _echoes.OnStopped(replica);
        _quorums.OnStopped(replica);
        _edges.OnStopped(replica);
    }

    /// <summary>A replica's disk, which the simulator may have damaged, was read at its start, and what was read is durable now.</summary>
    public void OnRecovered(int replica, RecoveredState recovered, bool isDamaged)
    {
        _context.Images[replica].IsDamaged = isDamaged;
        _recovery.OnRecovered(replica, recovered);
        _promises.OnRecovered(replica, recovered.ViewRecordLost ? long.MaxValue : recovered.Promised.Number, recovered.Decided);
        _members.OnRecovered(replica, recovered);
        _edges.OnRecovered(replica, recovered);
        _acknowledgements.OnRecovered(replica);
        _marks.OnRecovered(replica, recovered);
        _lost.OnRecovered(replica, recovered);
    }

    /// <summary>A step is over; what the core says of itself must never go back.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="core">Its core.</param>
    public void OnStepped(int replica, ReplicaCore core)
    {
        _progress.OnStepped(replica, core);
        CheckSnapshots(replica, core);
        _recovery.OnStepped(replica, core.Decided);
        _logTime.OnStepped(replica, core.LogTime);
        _refusals?.OnStepped(replica);
        _follows?.OnStepped(replica);
        _viewChanges.OnStepped(replica, core.View, core.Accepted);
        _lost.OnStepped(replica, core);
        _members.OnStepped(replica, core);
        _doubt.OnStepped(replica, core.View);
        _quorums.OnStepped(replica, core);
    }

    private void OnReceived(int replica, int from, Message message)
    {
        _entrance.OnReceived(replica, from, message);
        if (_context.MayReplace)
            _lost.OnHeard(replica, MessageView.Of(message));
        if (message is LeaderPromise promise)
        {
            _selection.OnPromiseReceived(replica, from, promise);
            _doubt.OnPromise(replica, from, promise);
            _quorums.OnHeard(replica, from, promise.View, promise.Decided);
        }
        else if (message is HeartbeatAnswer answer)
        {
            _doubt.OnAnswer(replica, from, answer);
            _echoes.OnAnswer(replica, from, answer);
            _quorums.OnHeard(replica, from, answer.View, answer.AcceptedThrough);
        }
        else if (message is Accepted accepted)
        {
            _quorums.OnHeard(replica, from, accepted.View, accepted.Slot);
        }
    }
}
