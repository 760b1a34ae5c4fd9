using PaxosShard.Replica.Core.Randomness;
using PaxosShard.Replica.Core.Views;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Duties;

/// <summary>
/// Leaving a view takes a quorum that wants to (rule 6): says Q while there is a reason, counts the Qs of others, and
/// becomes a candidate after a delay by rank when a quorum wants to leave.
/// </summary>
/// <param name="context">Shared.</param>
/// <param name="refusals">Higher views that others were seen in.</param>
internal sealed class ViewChangeDuties(ReplicaContext context, Refusals refusals)
{
    private const int TicksPerRank = 2;

    private readonly LeaveRequests _requests = new(context.Options);
    private readonly SeededRandom _random = new(context.Options.Seed);
    private long? _candidacyTick;
    private View _candidacyAbove;
    private long _saidTick = long.MinValue / 2;
    private View _saidView = View.None;

    /// <summary>Q: another replica wants to leave.</summary>
    public void OnLeaveView(ReplicaId from, LeaveView leave)
    {
        if (leave.View >= context.View || SeededBug.Is(24))
            _requests.Note(from, leave.View, context.Tick);
    }

    /// <summary>A connection came up: a Q may have been lost with the one before.</summary>
    public void OnConnected(ReplicaId peer)
    {
        if (_saidView == context.View && context.Tick - _saidTick <= context.Options.HeartbeatTicks)
            context.Outbox.SendNow(peer, new LeaveView(context.View));
    }

    /// <summary>Says what has to be said now; returns the view to claim when it is time to.</summary>
    /// <param name="wantsToLeave">This replica has a reason of its own.</param>
    public View? Next(bool wantsToLeave)
    {
        if (!context.Acceptor.MayVote)
            return null;
        if (wantsToLeave)
            SayLeave();
        else
            _requests.Withdraw(context.Self);
        if (!_requests.HasQuorum(context.View, context.Tick, out View highest))
        {
            _candidacyTick = null;
            return null;
        }

        View above = View.Max(View.Max(highest, refusals.Highest), View.Max(context.View, context.Acceptor.Owned));
        View target = above.NextOwnedBy(context.Self, context.Options.ReplicaCount);
        if (SeededBug.Is(25) && target.Number != above.Number + 1)
            return null;
        if (_candidacyTick is null || above != _candidacyAbove)
            Schedule(above, target);
        return context.Tick >= _candidacyTick ? target : null;
    }

    private void SayLeave()
    {
        _requests.Note(context.Self, context.View, context.Tick);
        if (_saidView == context.View && context.Tick - _saidTick < context.Options.HeartbeatTicks)
            return;
        _saidView = context.View;
        _saidTick = context.Tick;
        context.Outbox.BroadcastNow(new LeaveView(context.View));
    }

    /// <summary>The replica whose next view is the lowest goes first and at once; the others give it a little time each.</summary>
    private void Schedule(View above, View target)
    {
        int rank = (int)(target.Number - above.Number - 1);
        _candidacyAbove = above;
        _candidacyTick = context.Tick + (rank * TicksPerRank) + _random.Below(rank + 1);
    }
}
