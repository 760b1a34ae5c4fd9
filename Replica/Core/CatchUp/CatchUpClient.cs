using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.CatchUp;

/// <summary>
/// Asks other replicas (K) for decided entries that this one lacks (rule 5): it heard of a decided slot that it did not
/// accept in that view, or no primary speaks to it and others may know more. One request at a time.
/// </summary>
/// <param name="options">The group.</param>
internal sealed class CatchUpClient(GroupOptions options)
{
    private Slot _target = Slot.Zero;
    private ReplicaId _source;
    private long _askedTick = long.MinValue / 2;
    private Slot _askedFor = Slot.Zero;
    private bool _isSourceSilent;
    private Slot _decidedWhenNoted = Slot.Zero;
    private long _lagSinceTick = long.MinValue / 2;

    /// <summary>Some replica said that everything up to here is decided.</summary>
    public Slot Target => _target;

    /// <summary>A replica says that it has decided up to <paramref name="decided"/>.</summary>
    public void OnDecidedHeard(ReplicaId from, Slot decided)
    {
        // One that knew more and does not answer is no use: it may be gone.
        if (decided >= _target || _isSourceSilent)
            FetchFrom(from, decided);
    }

    /// <summary>A candidate chooses whom to fetch from: one that had more may be gone.</summary>
    public void FetchFrom(ReplicaId source, Slot decidedThere)
    {
        _source = source;
        _target = decidedThere;
        _isSourceSilent = false;
    }

    /// <summary>
    /// The request to send now, if any. A small lag is given one heartbeat to close by proposals that are on their way; a
    /// large one is fetched at once.
    /// </summary>
    /// <param name="decided">This replica's decided slot.</param>
    /// <param name="coming">The end of the prefix that will be decided without help.</param>
    /// <param name="isUrgent">A candidate waits for it.</param>
    /// <param name="tick">Now.</param>
    public Outgoing? NextRequest(Slot decided, Slot coming, bool isUrgent, long tick)
    {
        if (_target <= Slot.Max(decided, coming))
        {
            _lagSinceTick = tick;
            return null;
        }

        if (decided != _decidedWhenNoted)
        {
            _decidedWhenNoted = decided;
            _lagSinceTick = tick;
        }

        bool isLarge = _target - coming > options.ResendSlots;
        bool isOld = tick - _lagSinceTick >= options.HeartbeatTicks;
        bool isAnswerOverdue = tick - _askedTick >= 2 * options.HeartbeatTicks;
        if (!(isUrgent || isLarge || isOld) || !isAnswerOverdue)
            return null;
        _isSourceSilent = _askedFor == decided.Next;
        return Ask(_source, decided.Next, _target, tick);
    }

    /// <summary>A question to a replica that may know more, while no primary is heard.</summary>
    public Outgoing Probe(ReplicaId peer, Slot decided, long tick) => Ask(peer, decided.Next, decided + options.ResendSlots, tick);

    /// <summary>An answer was used up: the next request goes to the same replica at once, if it has more.</summary>
    public Outgoing? OnAnswer(ReplicaId from, Slot decided, Slot decidedThere, long tick)
    {
        if (decidedThere <= decided)
        {
            _askedTick = long.MinValue / 2;
            return null;
        }

        return Ask(from, decided.Next, decidedThere, tick);
    }

    private Outgoing Ask(ReplicaId peer, Slot first, Slot last, long tick)
    {
        _askedTick = tick;
        _askedFor = first;
        return new Outgoing(peer, new CatchUpRequest(first, last));
    }
}
