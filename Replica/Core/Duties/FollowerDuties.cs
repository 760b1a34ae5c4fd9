using PaxosShard.Replica.Core.CatchUp;
using PaxosShard.Replica.Core.Invariants;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Views;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Duties;

/// <summary>What every replica owes the primary of the view it has promised: promises, votes, echoes (L, P and H in; F, A, N and H out).</summary>
/// <param name="context">Shared.</param>
/// <param name="suspicion">Learns of signs of life.</param>
/// <param name="catchUp">Learns of decided slots that are missing here.</param>
/// <param name="enterView">Promises a higher view and ends whatever this replica did in the lower one.</param>
internal sealed class FollowerDuties(
    ReplicaContext context,
    Suspicion suspicion,
    CatchUpClient catchUp,
    Action<View> enterView)
{
    private readonly UnsyncedAnswers _promises = new(context);
    private readonly UnsyncedAnswers _beatAnswers = new(context);
    private readonly UnsyncedAnswers _refusals = new(context);
    private bool _owesVote;

    private Acceptor Acceptor => context.Acceptor;

    /// <summary>L: phase 1a. Promise first, durably, then tell everything accepted (rules 1 and 3).</summary>
    public void OnClaim(ReplicaId from, LeaderClaim claim)
    {
        if (!TryEnter(from, claim.View))
            return;
        if (!_promises.TryBegin(from))
            return;
        foreach (LeaderPromise part in PromiseParts.Of(
            Acceptor.Log, context.Executor.State, context.View, claim.Decided, context.Options.PartBytes))
        {
            if (SeededBug.Is(2))
                context.Outbox.SendNow(from, part);
            else
                context.Outbox.SendAfterSync(from, part);
        }
    }

    /// <summary>P: phase 2a. Accepts the next slot of the view; what leaves a hole is refused (rule 4).</summary>
    public void OnProposal(ReplicaId from, Proposal proposal)
    {
        if (!TryEnter(from, proposal.View))
            return;
        _owesVote = true;
        if (proposal.Slot > Acceptor.AcceptedThrough.Next && !SeededBug.Is(18))
        {
            suspicion.OnHole(context.Tick);
        }
        else if (proposal.Slot > Acceptor.AcceptedThrough)
        {
            if (Acceptor.TryAccept(proposal.Slot, proposal.Entry))
                suspicion.OnProgress();
            else
                suspicion.OnHole(context.Tick);
        }
        else
        {
            CheckOneValuePerView(proposal);
        }

        OnDecidedHeard(from, proposal.Decided);
    }

    /// <summary>H from the primary: sign of life, decided slot, read barrier, comparison of states.</summary>
    public void OnHeartbeat(ReplicaId from, Heartbeat heartbeat)
    {
        Acceptor.OnPrimaryHeard();
        if (!Acceptor.MayVote)
            catchUp.OnDecidedHeard(from, heartbeat.Decided);
        if (SeededBug.Is(28) && heartbeat.View < context.View && heartbeat.Nonce > 0)
            context.Outbox.SendNow(from, Answer(heartbeat) with { View = heartbeat.View, AcceptedThrough = Slot.Zero });
        if (!TryEnter(from, heartbeat.View))
            return;
        suspicion.OnPrimaryHearsQuorum(heartbeat.HearsQuorum);
        OnDecidedHeard(from, heartbeat.Decided);
        Acceptor.CloseOpenEnd(heartbeat.AcceptedThrough);
        bool knowsHash = context.Executor.Hashes.TryGet(heartbeat.AgreedSlot, out ulong own);
        Invariant.Holds(!knowsHash || own == heartbeat.AgreedHash || SeededBug.Is(35), "this replica's state is what a quorum agrees on");
        if (Acceptor.PromiseIsDurable)
            context.Outbox.SendNow(from, Answer(heartbeat));
        else if (_beatAnswers.TryBegin(from))
            context.Outbox.SendAfterSync(from, Answer(heartbeat));
    }

    /// <summary>At the end of a step: one A for all that was accepted in it, after the sync (rules 1 and 4).</summary>
    public void SendVote()
    {
        if (!_owesVote)
            return;
        _owesVote = false;
        if (context.Primary == context.Self)
            return;
        Accepted vote = new(context.View, Acceptor.AcceptedThrough);
        if (SeededBug.Is(1))
            context.Outbox.SendNow(context.Primary, vote);
        else
            context.Outbox.SendAfterSync(context.Primary, vote);
    }

    /// <summary>The sender leads the view and this replica is in it now; otherwise it is refused (N) or ignored.</summary>
    private bool TryEnter(ReplicaId from, View view)
    {
        if (!Acceptor.MayVote || (!context.Leads(from, view) && !SeededBug.Is(10)))
            return false;
        if (view < context.View)
        {
            if (SeededBug.Is(8))
                return true;
            if (_refusals.TryBegin(from))
                context.Outbox.SendAfterSync(from, new Refusal(context.View));
            return false;
        }

        if (view > context.View)
            enterView(view);
        suspicion.OnPrimaryHeard(context.Tick);
        return true;
    }

    /// <summary>
    /// Decided in this view means: what a quorum accepted in it. So only slots that were accepted here in it are decided
    /// here; a replica that was cut off may hold another value from an older view and has to ask (rule 5).
    /// </summary>
    private void OnDecidedHeard(ReplicaId from, Slot decided)
    {
        Slot mine = SeededBug.Is(11) ? Acceptor.Log.Last : Acceptor.AcceptedThrough;
        Acceptor.Decide(Slot.Min(decided, mine));
        catchUp.OnDecidedHeard(from, decided);
    }

    private void CheckOneValuePerView(Proposal proposal)
    {
        // What was learned stands in no view; of a decided slot nobody knows any more whether it was accepted or learned.
        bool isSameVote = proposal.Slot > Acceptor.Log.Decided && Acceptor.Log[proposal.Slot].View == proposal.View;
        Invariant.Holds(
            !isSameVote || proposal.Entry.Equals(Acceptor.Log[proposal.Slot].Entry),
            "a primary proposes one value per (view, slot)");
    }

    private Heartbeat Answer(Heartbeat heartbeat) => new(
        context.View,
        IsAnswer: true,
        Acceptor.Log.Decided,
        heartbeat.Nonce,
        HearsQuorum: true,
        Acceptor.DurableThrough,
        context.Executor.State.Executed,
        context.Executor.State.Hash,
        Slot.Zero,
        AgreedHash: 0);
}
