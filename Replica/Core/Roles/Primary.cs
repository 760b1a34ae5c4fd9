using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Phase 2 of one view, from the side of its owner: proposes what it inherited, then a no-op of its own, then the clients' requests,
/// without waiting for the slot before; counts votes, decides, sends again what did not arrive, and knows when it may not serve (Proposal
/// and Heartbeat out, Accepted and HeartbeatAnswer in; rules 3 to 5, 7, 12). Made for one view and dropped with it.
/// </summary>
internal sealed class Primary
{
    private readonly GroupOptions _options;
    private readonly StepTime _time;
    private readonly Acceptor _acceptor;
    private readonly Executor _executor;
    private readonly ViewChange _viewChange;
    private readonly Outbox _outbox;
    private readonly FollowerProgress?[] _followers;
    private readonly View _view;
    private readonly Queue<Entry> _inherited;
    private Slot _bytesReleasedThrough;
    private Slot _ownNoOp;

    /// <summary>Opens the view with what phase 1 found (rule 3).</summary>
    /// <param name="options">The group.</param>
    /// <param name="time">Now.</param>
    /// <param name="peers">Who can be reached.</param>
    /// <param name="promises">The quorum of phase 1, and what each replica said in it.</param>
    /// <param name="inherited">What to propose above the decided slot, in slot order.</param>
    /// <param name="acceptor">This replica's own acceptor, which has promised the view.</param>
    /// <param name="executor">This replica's state.</param>
    /// <param name="requests">What clients ask for in this view.</param>
    /// <param name="viewChange">Learns who answers in this view after all.</param>
    /// <param name="outbox">Where messages go.</param>
    public Primary(
        GroupOptions options,
        StepTime time,
        Peers peers,
        PromiseQuorum promises,
        List<Entry> inherited,
        Acceptor acceptor,
        Executor executor,
        ClientRequests requests,
        ViewChange viewChange,
        Outbox outbox)
    {
        _options = options;
        _time = time;
        _acceptor = acceptor;
        _executor = executor;
        _viewChange = viewChange;
        _outbox = outbox;
        Requests = requests;
        _view = acceptor.Promised;
        LastProposed = acceptor.Log.Decided;
        _bytesReleasedThrough = LastProposed;
        _followers = new FollowerProgress?[options.ReplicaCount];
        foreach (ReplicaId peer in peers.Others)
        {
            Slot matched = Slot.Min(promises.DecidedAt(peer), LastProposed);
            _followers[peer.Index] = new FollowerProgress(matched, peers.IsConnected(peer), time.Tick);
        }

        _inherited = new Queue<Entry>(inherited);
        requests.MayTell = () => IsServing && IsEstablished && _executor.State.Executed >= _ownNoOp;
        requests.NextSlot = () => LastProposed.Next;
        requests.OpenSlot = () => !AwaitsReplacement && HasRoomFor(slots: 2) ? LastProposed.Next : null;
        ProposeInherited();
        CompareStates(promises, peers);
        Beat();
    }

    /// <summary>What clients have asked for.</summary>
    public ClientRequests Requests { get; }

    /// <summary>A quorum, this replica included, was heard within the timeout (rule 7).</summary>
    public bool HearsQuorum { get; private set; } = true;

    /// <summary>A follower's state differs and no quorum agrees with this one's: nobody knows who is right, and no client gets a result (rule 12).</summary>
    public bool IsStateInDoubt => _executor.Agreement.IsInDoubt;

    /// <summary>It takes requests.</summary>
    public bool IsServing => HearsQuorum && !IsStateInDoubt;

    /// <summary>The highest slot proposed in this view, or decided before it.</summary>
    public Slot LastProposed { get; private set; }

    /// <summary>Bytes of the entries that were proposed and are not decided.</summary>
    public long UndecidedBytes { get; private set; }

    /// <summary>Per replica: bytes of entries that were sent to it and are not acknowledged; 0 for this one.</summary>
    public IReadOnlyList<long> BytesInFlight => [.. _followers.Select(static follower => follower?.BytesInFlight ?? 0)];

    /// <summary>It has proposed the replacement of a member, which is not executed yet: until then it proposes nothing above it (rule 13).</summary>
    public bool AwaitsReplacement { get; private set; }

    /// <summary>Everything inherited is decided: reads may be served (rule 8).</summary>
    private bool IsEstablished => _ownNoOp != Slot.Zero && _acceptor.Log.Decided >= _ownNoOp;

    /// <summary>ClientRequest.</summary>
    public void OnRequest(in WaitingRequest waiting)
    {
        if (IsServing)
            Requests.Take(in waiting);
        else
            Requests.Refuse(in waiting, ReplyStatus.NoQuorum);
    }

    /// <summary>OrderedRequest.</summary>
    public void OnRequest(ClientHandle client, OrderedRequest ordered)
    {
        if (IsServing)
            Requests.Ordered.Take(client, ordered);
        else
            Requests.Refuse(new WaitingRequest(client, ordered.Request), ReplyStatus.NoQuorum);
    }

    /// <summary>GroupNotes: who only believes to lead, or has not decided what it inherited, tells nothing (ordered rule M3).</summary>
    public void OnNotes(ClientHandle asker, GroupNotes notes) => Requests.Ordered.Take(asker, notes);

    /// <summary>Accepted: a vote of this view counts for this view only (rule 5); a refusal says what to send again (rule 4).</summary>
    public void OnAccepted(ReplicaId from, Accepted accepted)
    {
        if (accepted.View != _view)
            return;
        OnHeard(from);
        OnVote(from, accepted.Slot);
        if (accepted.IsAboveHole)
            _followers[from.Index]?.OnRefused();
    }

    /// <summary>HeartbeatAnswer: a vote, an echo, a state hash.</summary>
    public void OnHeartbeatAnswer(ReplicaId from, HeartbeatAnswer answer)
    {
        if (answer.View != _view)
            return;
        OnHeard(from);
        OnVote(from, answer.AcceptedThrough);
        Requests.OnEcho(from, answer.Nonce);
        CompareState(from, answer.HashSlot, answer.StateHash);
    }

    /// <summary>LeaderPromise of this view that came late or again: phase 1 is over, but it tells of a state (rule 12).</summary>
    public void OnPromise(ReplicaId from, LeaderPromise promise)
    {
        if (promise.View == _view)
            CompareState(from, promise.HashSlot, promise.StateHash);
    }

    /// <summary>States were compared: this one may be wrong, or nobody knows any more whose is right (rule 12).</summary>
    /// <param name="wasServing">It took requests before.</param>
    public void OnCompared(bool wasServing)
    {
        Invariant.Holds(!_executor.Agreement.IsContradicted, "no quorum agrees on another state than this replica's");
        if (wasServing && !IsServing)
            Requests.RefuseWaiting(ReplyStatus.NoQuorum, _view, goesOn: true);
    }

    /// <summary>A connection to a follower came up or went down.</summary>
    public void OnConnection(ReplicaId peer, bool isUp)
    {
        _followers[peer.Index]?.OnConnection(isUp);
        if (isUp)
            _outbox.SendNow(peer, CurrentBeat());
    }

    /// <summary>The log begins at a higher slot now.</summary>
    public void OnTrimmed()
    {
        foreach (FollowerProgress? follower in _followers)
            follower?.OnTrimmed(_acceptor.Log.Base);
    }

    /// <summary>Heartbeats, what is sent again, and whether there is still a quorum (rule 7).</summary>
    public void OnTick()
    {
        bool hearsQuorum = CountHeard() >= _options.Quorum;
        if (HearsQuorum && !hearsQuorum)
            Requests.RefuseWaiting(ReplyStatus.NoQuorum, _view, goesOn: true);
        HearsQuorum = hearsQuorum;
        Requests.OnTick();
        if (_time.Tick % _options.HeartbeatTicks != 0)
            return;
        foreach (FollowerProgress? follower in _followers)
            follower?.OnBeat();
        Beat();
    }

    /// <summary>Decides what a quorum has accepted by now: chosen, so decided (rule 5).</summary>
    public void DecideChosen()
    {
        Span<long> votes = stackalloc long[_options.ReplicaCount];
        for (int index = 0; index < votes.Length; index++)
            votes[index] = (_followers[index]?.Matched ?? _acceptor.DurableThrough).Number;
        votes.Sort();
        int position = _options.ReplicaCount - _options.Quorum;
        _acceptor.Decide(Slot.Min(new Slot(votes[position]), LastProposed));
    }

    /// <summary>At the end of a step: proposes what waits, sends what may be sent, moves the read barrier on.</summary>
    public void Finish()
    {
        Requests.Advance();
        ProposeWaiting();
        SendProposals();
        if (IsEstablished && IsServing && Requests.TryStartReads(_acceptor.Log.Decided))
            Beat();
        Requests.Finish();
    }

    /// <summary>The view is lost.</summary>
    public void Leave(View next) => Requests.RefuseAll(next);

    /// <summary>The replacement of a member was executed and has changed nothing: the view goes on above it.</summary>
    public void OnNothingReplaced()
    {
        AwaitsReplacement = false;

        // Where its record was lost, the slots right above it were known to be decided already: they were decided together with it, and need no proposal.
        for (; LastProposed < _acceptor.Log.Decided; LastProposed = LastProposed.Next)
        {
            _inherited.TryDequeue(out _);
            UndecidedBytes += _acceptor.Log.LengthAt(LastProposed.Next);
        }

        ProposeInherited();
    }

    /// <summary>Sends a heartbeat to all.</summary>
    public void Beat() => _outbox.BroadcastNow(CurrentBeat());

    private void OnHeard(ReplicaId from)
    {
        _followers[from.Index]!.HeardTick = _time.Tick;
        _viewChange.OnAnswered(from);
    }

    private void OnVote(ReplicaId from, Slot through)
    {
        _followers[from.Index]?.OnAccepted(Slot.Min(through, LastProposed), _acceptor.Log);
    }

    private int CountHeard()
    {
        int heard = 1;
        foreach (FollowerProgress? follower in _followers)
        {
            if (follower is not null && _time.Tick - follower.HeardTick <= _options.TimeoutTicks)
                heard++;
        }

        return heard;
    }

    /// <summary>
    /// Fills slots with waiting requests, as far as the window of undecided slots allows. Where all that waits is in no hurry, not before the last entry is durable here: each entry costs as much
    /// as many operations.
    /// </summary>
    private void ProposeWaiting()
    {
        for (; _bytesReleasedThrough < _acceptor.Log.Decided; _bytesReleasedThrough = _bytesReleasedThrough.Next)
            UndecidedBytes -= _acceptor.Log.LengthAt(_bytesReleasedThrough.Next);
        if (Requests.IsPatient && (Requests.ExpectsMore || _acceptor.DurableThrough < LastProposed))
            return;
        while (Requests.WaitingCount > 0 && !AwaitsReplacement && HasRoomFor(slots: 1))
            Propose(Requests.TakeEntry(LastProposed.Next));
    }

    private bool HasRoomFor(int slots) => LastProposed + slots - _acceptor.Log.Decided <= _options.UndecidedSlots && UndecidedBytes < _options.UndecidedBytes;

    /// <summary>
    /// Proposes what phase 1 found, at most up to a replacement of a member: whether this view goes on above it is known once it is executed (rule 13). A no-op of this view
    /// comes after the last of what was found.
    /// </summary>
    private void ProposeInherited()
    {
        while (!AwaitsReplacement && _inherited.TryDequeue(out Entry? entry))
            Propose(entry);
        if (AwaitsReplacement || _ownNoOp != Slot.Zero)
            return;
        Propose(_acceptor.Log.NewNoOp(_view, _time));
        _ownNoOp = LastProposed;
        _acceptor.CloseOpenEnd(_ownNoOp);
    }

    private void Propose(Entry entry)
    {
        Invariant.Holds(_view == _acceptor.Promised && _view == _acceptor.Owned);
        Invariant.Holds(!AwaitsReplacement, "M4: nothing above the replacement of a member is proposed before that is executed");
        AwaitsReplacement = entry.ReplacesMember;
        LastProposed = LastProposed.Next;
        bool isAccepted = _acceptor.TryAccept(LastProposed, entry);
        Invariant.Holds(isAccepted, "a primary proposes nothing else than what it knows to be decided");
        UndecidedBytes += entry.Bytes.Length;
    }

    /// <summary>Sends every follower what it may have next.</summary>
    private void SendProposals()
    {
        // Followers in step get the very same message object, made once.
        Proposal? shared = null;
        for (int index = 0; index < _followers.Length; index++)
        {
            if (_followers[index] is not { } follower)
                continue;
            while (follower.Next <= LastProposed && follower.Next > _acceptor.Log.Base)
            {
                Entry entry = _acceptor.Log.EntryAt(follower.Next);
                if (!follower.CanSend(entry, _acceptor.Log.Decided, _options))
                    break;
                if (shared is null || shared.Slot != follower.Next)
                    shared = new Proposal(_view, follower.Next, entry, _acceptor.Log.Decided);
                _outbox.SendNow(new ReplicaId(index), shared);
                follower.OnSent(entry);
            }
        }
    }

    /// <summary>What the promises tell of the states is known before the first client is answered: a difference does not end with a view.</summary>
    private void CompareStates(PromiseQuorum promises, Peers peers)
    {
        _executor.Agreement.ForgetOthers();
        foreach (ReplicaId peer in peers.Others)
        {
            (Slot slot, ulong hash) = promises.StateAt(peer);
            _executor.Agreement.OnReport(peer, slot, hash);
        }

        Invariant.Holds(!_executor.Agreement.IsContradicted, "no quorum agrees on another state than this replica's");
    }

    private void CompareState(ReplicaId from, Slot slot, ulong hash)
    {
        bool wasServing = IsServing;
        _executor.Agreement.OnReport(from, slot, hash);
        OnCompared(wasServing);
    }

    private Heartbeat CurrentBeat()
    {
        Slot agreed = _executor.Agreement.AgreedSlot(_executor.State.Executed);
        if (!_executor.Agreement.TryGet(agreed, out ulong agreedHash))
            (agreed, agreedHash) = (Slot.Zero, 0);
        _executor.Agreement.OnAgreed(agreed, agreedHash);
        return new Heartbeat(_view, _acceptor.Log.Decided, Requests.Nonce, HearsQuorum, _ownNoOp, agreed, agreedHash) { LogTime = _acceptor.Log.Clock.Now };
    }
}
