using PaxosShard.Replica.Core.Invariants;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Phase 2 of one view: the primary. It first proposes what it inherited, then a no-op of its own, then the clients'
/// requests, without waiting for the slot before; it counts votes and re-sends what did not arrive (rules 3 to 5).
/// </summary>
internal sealed class Leadership
{
    private readonly GroupOptions _options;
    private readonly Outbox _outbox;
    private readonly Acceptor _acceptor;
    private readonly FollowerProgress?[] _followers;
    private readonly RequestQueue _requests;
    private readonly Queue<ProposedBatch> _proposed = new();
    private long _undecidedBytes;
    private Slot _bytesReleasedThrough;
    private int _seededVotes;

    /// <summary>Opens the view with what phase 1 found.</summary>
    /// <param name="options">The group.</param>
    /// <param name="outbox">Where messages and records go.</param>
    /// <param name="acceptor">This replica's own acceptor, which has promised the view.</param>
    /// <param name="followerStart">Per replica: what its F said is decided there, and whether a connection is up.</param>
    /// <param name="tick">Now.</param>
    public Leadership(
        GroupOptions options,
        Outbox outbox,
        Acceptor acceptor,
        Func<ReplicaId, (Slot Matched, bool IsConnected)> followerStart,
        long tick)
    {
        _options = options;
        _outbox = outbox;
        _acceptor = acceptor;
        _requests = new RequestQueue(options);
        _followers = new FollowerProgress?[options.ReplicaCount];
        View = acceptor.Promised;
        LastProposed = acceptor.Log.Decided;
        _bytesReleasedThrough = LastProposed;
        for (int index = 0; index < options.ReplicaCount; index++)
        {
            if (index == options.Self.Index)
                continue;
            (Slot matched, bool isConnected) = followerStart(new ReplicaId(index));
            _followers[index] = new FollowerProgress();
            _followers[index]!.Start(Slot.Min(matched, LastProposed), isConnected, tick);
        }
    }

    /// <summary>The view.</summary>
    public View View { get; }

    /// <summary>The highest slot proposed in this view, or decided before it.</summary>
    public Slot LastProposed { get; private set; }

    /// <summary>The slot of the no-op of this view: once it is decided, everything inherited is.</summary>
    public Slot OwnNoOp { get; private set; } = Slot.Zero;

    /// <summary>Everything inherited is decided: reads may be served (rule 8).</summary>
    public bool IsEstablished => OwnNoOp != Slot.Zero && _acceptor.Log.Decided >= OwnNoOp;

    /// <summary>Proposes what phase 1 selected for the slots above the decided one, then the no-op of the view (rule 3).</summary>
    public void Open(List<Entry> inherited)
    {
        foreach (Entry entry in inherited)
            Propose(entry);
        if (!SeededBug.Is(32))
            Propose(Entry.NoOp);
        OwnNoOp = LastProposed;
    }

    /// <summary>Takes a client's request into the queue; false when it is full.</summary>
    public bool TryAdd(WaitingRequest request) => _requests.TryAdd(request);

    /// <summary>A connection to a follower came up or went down.</summary>
    public void OnConnection(ReplicaId peer, bool isUp) => _followers[peer.Index]?.OnConnection(isUp);

    /// <summary>A follower was heard in this view.</summary>
    public void OnHeard(ReplicaId from, long tick) => _followers[from.Index]!.HeardTick = tick;

    /// <summary>A follower's vote for everything up to a slot.</summary>
    public void OnAccepted(ReplicaId from, Slot through)
    {
        _seededVotes++;
        _followers[from.Index]?.OnAccepted(Slot.Min(through, LastProposed), _acceptor.Log);
    }

    /// <summary>A follower's answer to a proposal: its vote, or its refusal of what lies above a hole (rule 4).</summary>
    public void OnAnswer(ReplicaId from, Slot through)
    {
        _followers[from.Index]?.OnAnswer(through);
        OnAccepted(from, through);
    }

    /// <summary>A quorum, this replica included, was heard within the timeout (rule 7).</summary>
    public bool HearsQuorum(long tick)
    {
        int heard = 1;
        foreach (FollowerProgress? follower in _followers)
        {
            if (follower is not null && tick - follower.HeardTick <= _options.TimeoutTicks)
                heard++;
        }

        return heard >= _options.Quorum;
    }

    /// <summary>The end of what a quorum has accepted in this view: chosen, so decided (rule 5).</summary>
    public Slot ChosenThrough()
    {
        Span<long> votes = stackalloc long[_options.ReplicaCount];
        for (int index = 0; index < votes.Length; index++)
            votes[index] = (_followers[index]?.Matched ?? OwnVote()).Number;
        votes.Sort();
        int position = _options.ReplicaCount - _options.Quorum;
        if (SeededBug.Is(33))
            position = Math.Min(position + 1, votes.Length - 1);
        if (SeededBug.Is(7) && _seededVotes >= _options.Quorum)
            position = votes.Length - 1;
        return Slot.Min(new Slot(votes[position]), LastProposed);
    }

    /// <summary>Fills slots with waiting requests, as far as the window of undecided slots allows.</summary>
    public void ProposeWaiting(long timestamp)
    {
        ReleaseDecidedBytes();
        while (_requests.Count > 0
            && LastProposed - _acceptor.Log.Decided < _options.UndecidedSlots
            && _undecidedBytes < _options.UndecidedBytes)
        {
            List<WaitingRequest> taken = [];
            Entry entry = _requests.TakeEntry(timestamp, taken);
            Propose(entry);
            _proposed.Enqueue(new ProposedBatch(LastProposed, entry, taken));
        }
    }

    /// <summary>Sends every follower what it may have next.</summary>
    public void SendProposals()
    {
        // Followers in step get the very same message object, made once.
        Proposal? shared = null;
        for (int index = 0; index < _followers.Length; index++)
        {
            if (_followers[index] is not { } follower)
                continue;
            while (follower.Next <= LastProposed)
            {
                Entry entry = _acceptor.Log.EntryAt(follower.Next);
                if (!follower.CanSend(entry, _acceptor.Log.Decided, _options))
                    break;
                if (shared is null || shared.Slot != follower.Next)
                    shared = new Proposal(View, follower.Next, entry, _acceptor.Log.Decided);
                _outbox.SendNow(new ReplicaId(index), shared);
                follower.OnSent(entry);
            }
        }
    }

    /// <summary>Adds what this view holds to a snapshot.</summary>
    public CoreLoad AddTo(CoreLoad load) => load with
    {
        WaitingRequests = _requests.Count,
        WaitingBytes = _requests.Bytes,
        ProposedRequests = _proposed.Sum(static batch => batch.Waiting.Count),
        UndecidedSlots = LastProposed - _acceptor.Log.Decided,
        UndecidedBytes = _undecidedBytes,
        BytesInFlight = [.. _followers.Select(static follower => follower?.BytesInFlight ?? 0)],
    };

    /// <summary>Once per heartbeat: decides what to send again.</summary>
    public void OnBeat()
    {
        foreach (FollowerProgress? follower in _followers)
            follower?.OnBeat();
    }

    /// <summary>Who waits for the replies of a slot that was executed; null when nobody does.</summary>
    public ProposedBatch? TakeExecuted(Slot slot)
    {
        if (!_proposed.TryPeek(out ProposedBatch? oldest) || oldest.Slot != slot)
            return null;
        return _proposed.Dequeue();
    }

    /// <summary>The view or its quorum is lost: requests that were never proposed are handed back, to be refused.</summary>
    public IEnumerable<WaitingRequest> DrainUnproposed() => _requests.Drain();

    /// <summary>The view is lost: requests that were proposed and are not executed are handed back; what becomes of them is open.</summary>
    public IEnumerable<WaitingRequest> DrainProposed()
    {
        while (_proposed.TryDequeue(out ProposedBatch? batch))
        {
            foreach (WaitingRequest waiting in batch.Waiting)
                yield return waiting;
        }
    }

    private Slot OwnVote() => SeededBug.Is(4) ? _acceptor.AcceptedThrough : _acceptor.DurableThrough;

    private void Propose(Entry entry)
    {
        Invariant.Holds(View == _acceptor.Promised && View == _acceptor.Owned);
        LastProposed = LastProposed.Next;
        bool isAccepted = _acceptor.TryAccept(LastProposed, entry);
        Invariant.Holds(isAccepted, "a primary proposes nothing else than what it knows to be decided");
        _undecidedBytes += entry.Bytes.Length;
    }

    private void ReleaseDecidedBytes()
    {
        for (; _bytesReleasedThrough < _acceptor.Log.Decided; _bytesReleasedThrough = _bytesReleasedThrough.Next)
            _undecidedBytes -= _acceptor.Log.EntryAt(_bytesReleasedThrough.Next).Bytes.Length;
    }
}
