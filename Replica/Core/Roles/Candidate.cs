using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Phase 1 of one view, from the side of its owner: claims the view, collects promises, fetches what others have decided, and selects
/// what to propose (LeaderClaim out, LeaderPromise in). Made for one view and dropped with it.
/// </summary>
internal sealed class Candidate
{
    private readonly GroupOptions _options;
    private readonly StepTime _time;
    private readonly Peers _peers;
    private readonly Acceptor _acceptor;
    private readonly CatchUp _catchUp;
    private readonly Outbox _outbox;
    private readonly View _view;
    private readonly LeaderClaim _claim;
    private long _progressTick;
    private Slot _decidedAtProgress;

    /// <summary>Claims a view: the record first, then the LeaderClaim (rule 1).</summary>
    /// <param name="options">The group.</param>
    /// <param name="view">A view of this replica's own that it never claimed before.</param>
    /// <param name="time">Now.</param>
    /// <param name="peers">Who can be reached.</param>
    /// <param name="acceptor">This replica's own promise and votes.</param>
    /// <param name="catchUp">Fetches what is decided elsewhere.</param>
    /// <param name="outbox">Where claims go.</param>
    public Candidate(GroupOptions options, View view, StepTime time, Peers peers, Acceptor acceptor, CatchUp catchUp, Outbox outbox)
    {
        _options = options;
        _view = view;
        _time = time;
        _peers = peers;
        _acceptor = acceptor;
        _catchUp = catchUp;
        _outbox = outbox;
        acceptor.Claim(view);
        _claim = new LeaderClaim(view, acceptor.Log.Decided);
        Promises = new PromiseQuorum(options, acceptor.Log.Decided);
        NoteProgress();
        outbox.BroadcastAfterSync(_claim);
    }

    /// <summary>What the others and this replica itself have promised and told.</summary>
    public PromiseQuorum Promises { get; }

    /// <summary>Promises and what is fetched have come to a halt: this candidate hears no quorum.</summary>
    public bool IsStuck => _time.Tick - _progressTick > _options.TimeoutTicks;

    /// <summary>It waits for entries that others have decided.</summary>
    public bool IsFetching => Promises.Count >= _options.Quorum && Promises.DecidedElsewhere > _acceptor.Log.Decided;

    /// <summary>The claim may be repeated. Until it is durable the first one waits for the sync, and one that waits suffices.</summary>
    private bool IsClaimDurable => _acceptor.PromiseIsDurable;

    /// <summary>More is durable: the candidate's own promise counts once it is (rule 1).</summary>
    public void OnSynced()
    {
        if (!Promises.Has(_options.Self) && _acceptor.PromiseIsDurable)
            AddOwnPromise();
    }

    /// <summary>LeaderPromise: a part of an acceptor's promise. One of another view is nothing to this candidate.</summary>
    public void OnPromise(ReplicaId from, LeaderPromise part)
    {
        if (part.View != _view)
            return;

        // What it proposes is stamped no earlier than what it was told of: an empty log would take the wall clock.
        foreach (AcceptedEntry vote in part.Entries)
            _acceptor.Log.Clock.OnStamp(vote.Entry.LogTime);
        foreach (DecidedEntry known in part.Known)
            _acceptor.Log.Clock.OnStamp(known.Entry.LogTime);
        if (Promises.Add(from, part))
            NoteProgress();
    }

    /// <summary>A connection came up: the claim may have been lost with the one before.</summary>
    public void OnConnected(ReplicaId peer)
    {
        if (!Promises.Has(peer) && IsClaimDurable)
            _outbox.SendNow(peer, _claim);
    }

    /// <summary>Repeats the claim to who has not answered in full, and shows a sign of life while it fetches.</summary>
    public void OnTick()
    {
        if (_time.Tick % (2 * _options.HeartbeatTicks) != 0)
            return;
        foreach (ReplicaId peer in _peers.Others)
        {
            if (_peers.IsConnected(peer) && !Promises.Has(peer) && IsClaimDurable)
                _outbox.SendNow(peer, _claim);
        }

        // One that gets no further lets the others suspect it: somebody else may reach more of them.
        if (IsFetching && !IsStuck)
            _outbox.BroadcastNow(SignOfLife());
    }

    /// <summary>Ends phase 1 if it can be ended: what to propose above the decided slot, in slot order; null while it cannot.</summary>
    public List<Entry>? TryConclude()
    {
        if (Promises.Count < _options.Quorum)
            return null;
        Slot decided = _acceptor.Log.Decided;
        if (decided != _decidedAtProgress)
            NoteProgress();
        if (Promises.TrySelect(decided, _acceptor.Log.NewNoOp(_view, _time)) is { } inherited)
            return inherited;
        if (Promises.SourceAbove(decided, _peers) is { } source)
            _catchUp.FetchFrom(source, Promises.DecidedAt(source));
        return null;
    }

    private void AddOwnPromise()
    {
        foreach (LeaderPromise part in _acceptor.Tell(_claim.Decided, int.MaxValue))
            Promises.Add(_options.Self, part);
        NoteProgress();
    }

    private void NoteProgress()
    {
        _progressTick = _time.Tick;
        _decidedAtProgress = _acceptor.Log.Decided;
    }

    private Heartbeat SignOfLife() =>
        new(_view, _acceptor.Log.Decided, Nonce: 0, HearsQuorum: true, OwnNoOp: Slot.Zero, AgreedSlot: Slot.Zero, AgreedHash: 0);
}
