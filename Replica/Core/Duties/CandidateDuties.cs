using PaxosShard.Replica.Core.CatchUp;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Duties;

/// <summary>Phase 1 from the candidate's side: claim a view, collect promises, fetch what others have decided, select (L out; F in).</summary>
/// <param name="context">Shared.</param>
/// <param name="catchUp">Fetches what is decided elsewhere.</param>
internal sealed class CandidateDuties(ReplicaContext context, CatchUpClient catchUp)
{
    private Candidacy? _candidacy;
    private long _progressTick;
    private Slot _decidedAtProgress;

    /// <summary>A candidacy is under way.</summary>
    public bool IsActive => _candidacy is not null;

    /// <summary>Promises and what is fetched have come to a halt: this candidate hears no quorum.</summary>
    public bool IsStuck => IsActive && context.Tick - _progressTick > context.Options.TimeoutTicks;

    /// <summary>The L may leave at once. Until then the first one waits for the sync, and one that waits suffices.</summary>
    private bool IsClaimDurable => context.Acceptor.PromiseIsDurable;

    /// <summary>The candidacy waits for entries that others have decided.</summary>
    public bool IsFetching =>
        _candidacy is { } candidacy
        && candidacy.CompleteReports >= context.Options.Quorum
        && candidacy.DecidedElsewhere > context.Acceptor.Log.Decided;

    /// <summary>Claims a view: the record first, then the L (rule 1).</summary>
    public void Start(View view)
    {
        context.Acceptor.Claim(view);
        _candidacy = new Candidacy(context.Options, view, context.Acceptor.Log.Decided);
        NoteProgress();
        if (SeededBug.Is(36))
        {
            context.Outbox.BroadcastNow(_candidacy.Claim);
            AddOwnPromise();
            return;
        }

        context.Outbox.BroadcastAfterSync(_candidacy.Claim);
    }

    /// <summary>Ends the candidacy, won or lost.</summary>
    public void Stop() => _candidacy = null;

    /// <summary>More is durable: the candidate's own promise counts once it is (rule 1).</summary>
    public void OnSynced()
    {
        if (_candidacy is { } candidacy && !candidacy.HasPromiseOf(context.Self) && context.Acceptor.PromiseIsDurable)
            AddOwnPromise();
    }

    /// <summary>F: a part of a promise.</summary>
    public void OnPromise(ReplicaId from, LeaderPromise part)
    {
        if (_candidacy?.OnPromise(from, part) == true)
            NoteProgress();
    }

    /// <summary>A connection came up: the L may have been lost with the one before.</summary>
    public void OnConnected(ReplicaId peer)
    {
        if (_candidacy is { } candidacy && !candidacy.HasPromiseOf(peer) && IsClaimDurable)
            context.Outbox.SendNow(peer, candidacy.Claim);
    }

    /// <summary>Repeats the L to who has not answered in full, and shows a sign of life while it fetches.</summary>
    public void OnTick()
    {
        if (_candidacy is not { } candidacy || context.Tick % (2 * context.Options.HeartbeatTicks) != 0)
            return;
        for (int index = 0; index < context.Options.ReplicaCount; index++)
        {
            ReplicaId peer = new(index);
            if (peer != context.Self && context.IsConnected[index] && !candidacy.HasPromiseOf(peer) && IsClaimDurable)
                context.Outbox.SendNow(peer, candidacy.Claim);
        }

        // One that gets no further lets the others suspect it: somebody else may reach more of them.
        if (IsFetching && !IsStuck)
            context.Outbox.BroadcastNow(SignOfLife());
    }

    /// <summary>Ends phase 1 if it can be ended: then what to propose above the decided slot, and who said what.</summary>
    public (Candidacy Won, List<Entry> Inherited)? TryConclude()
    {
        if (_candidacy is not { } candidacy || candidacy.CompleteReports < context.Options.Quorum)
            return null;
        if (context.Acceptor.Log.Decided != _decidedAtProgress)
            NoteProgress();
        Slot decided = context.Acceptor.Log.Decided;
        if (candidacy.TrySelect(decided) is { } inherited)
            return (candidacy, inherited);
        if (candidacy.SourceAbove(decided, context.IsConnected) is { } source)
            catchUp.FetchFrom(source, candidacy.DecidedAt(source));
        return null;
    }

    private void AddOwnPromise()
    {
        Candidacy candidacy = _candidacy!;
        foreach (LeaderPromise part in PromiseParts.Of(
            context.Acceptor.Log, context.Executor.State, candidacy.View, candidacy.Claim.Decided, int.MaxValue))
            candidacy.OnPromise(context.Self, part);
        NoteProgress();
    }

    private void NoteProgress()
    {
        _progressTick = context.Tick;
        _decidedAtProgress = context.Acceptor.Log.Decided;
    }

    private Heartbeat SignOfLife() => new(
        context.View,
        IsAnswer: false,
        context.Acceptor.Log.Decided,
        Nonce: 0,
        HearsQuorum: true,
        Slot.Zero,
        Slot.Zero,
        StateHash: 0,
        Slot.Zero,
        AgreedHash: 0);
}
