using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Leaving a view takes a quorum that wants to (rule 6): says LeaveView while there is a reason, counts those of others, and tells when
/// this replica has to become a candidate, after a delay by rank. Only a primary moves on alone, above one that stands in a higher view
/// and refuses it.
/// </summary>
/// <remarks>
/// A request to leave means every view up to the one it names, counts for one timeout and is ignored below one's own promise, so that
/// one of an earlier outage is never counted with those of a later outage.
/// </remarks>
/// <param name="options">The group.</param>
/// <param name="time">Now.</param>
/// <param name="acceptor">This replica's promise.</param>
/// <param name="outbox">Where requests to leave go.</param>
internal sealed class ViewChange(GroupOptions options, StepTime time, Acceptor acceptor, Outbox outbox)
{
    private const int TicksPerRank = 2;

    private readonly (View View, long ExpiresTick)[] _requests = [.. Enumerable.Repeat((View.None, 0L), options.ReplicaCount)];
    private readonly Refusals _refusals = new(options);
    private readonly SeededRandom _random = new(options.Seed);
    private long? _candidacyTick;
    private View _candidacyAbove;
    private long _saidTick = long.MinValue / 2;
    private View _saidView = View.None;

    /// <summary>The highest view that this replica has promised or was refused with: whoever leads does so there or above.</summary>
    public View HighestKnown => View.Max(acceptor.Promised, _refusals.Highest);

    /// <summary>LeaveView: another replica wants to leave every view up to the one it names.</summary>
    public void OnLeaveView(ReplicaId from, LeaveView leave)
    {
        if (leave.View >= acceptor.Promised)
            Note(from, leave.View);
    }

    /// <summary>Refusal: another replica stands in a higher view. One of a view that was promised here meanwhile says nothing any more.</summary>
    public void OnRefusal(ReplicaId from, Refusal refusal)
    {
        if (refusal.Promised > acceptor.Promised)
            _refusals.Note(from, refusal.Promised, time.Tick);
    }

    /// <summary>
    /// No history leads to a view so far above: the sender is corrupt. Whoever followed it would soon find no view left that can be
    /// numbered. Only messages that may raise what this replica promises or claims are looked at.
    /// </summary>
    public bool IsImpossible(Message message) => NamedView.Of(message).IsBeyondReachOf(acceptor.Promised);

    /// <summary>A replica that may have refused answers in the promised view after all.</summary>
    public void OnAnswered(ReplicaId from) => _refusals.Clear(from);

    /// <summary>A connection came up: what was said may have been lost with the one before.</summary>
    public void OnConnected(ReplicaId peer)
    {
        if (_saidView == acceptor.Promised && time.Tick - _saidTick <= options.HeartbeatTicks)
            outbox.SendNow(peer, new LeaveView(acceptor.Promised));
    }

    /// <summary>Says what has to be said now; returns the view to claim when it is time to.</summary>
    /// <param name="wantsToLeave">This replica has a reason of its own.</param>
    /// <param name="isHealthyPrimary">It leads the promised view and hears a quorum.</param>
    public View? Next(bool wantsToLeave, bool isHealthyPrimary)
    {
        View? target = NextByQuorum(wantsToLeave);
        return target is null && isHealthyPrimary ? NextAboveRefusals() : target;
    }

    private View? NextByQuorum(bool wantsToLeave)
    {
        if (!acceptor.MayVote)
            return null;
        if (wantsToLeave)
            SayLeave();
        else
            _requests[options.Self.Index] = (View.None, 0);
        if (!HasQuorum(out View highest))
        {
            _candidacyTick = null;
            return null;
        }

        View above = View.Max(View.Max(highest, _refusals.Highest), View.Max(acceptor.Promised, acceptor.Owned));
        View target = above.NextOwnedBy(options.Self, options.ReplicaCount);
        if (_candidacyTick is null || above != _candidacyAbove)
            Schedule(above, target);
        return time.Tick >= _candidacyTick ? target : null;
    }

    /// <summary>
    /// A healthy primary whom somebody can never follow again moves above him by itself, once: refusals of a view below the one it then
    /// has say nothing any more.
    /// </summary>
    private View? NextAboveRefusals() => _refusals.Persist(time.Tick, out View refusedWith) && refusedWith > acceptor.Promised
        ? refusedWith.NextOwnedBy(options.Self, options.ReplicaCount)
        : null;

    private void SayLeave()
    {
        Note(options.Self, acceptor.Promised);
        if (_saidView == acceptor.Promised && time.Tick - _saidTick < options.HeartbeatTicks)
            return;
        _saidView = acceptor.Promised;
        _saidTick = time.Tick;
        outbox.BroadcastNow(new LeaveView(acceptor.Promised));
    }

    private void Note(ReplicaId from, View view) =>
        _requests[from.Index] = (view, time.Tick + options.TimeoutTicks);

    /// <summary>A quorum wants to leave the promised view; then also the highest view that one of them wants to leave.</summary>
    private bool HasQuorum(out View highest)
    {
        highest = acceptor.Promised;
        int count = 0;
        foreach ((View view, long expiresTick) in _requests)
        {
            if (view < acceptor.Promised || expiresTick < time.Tick)
                continue;
            count++;
            highest = View.Max(highest, view);
        }

        return count >= options.Quorum;
    }

    /// <summary>The replica whose next view is the lowest goes first and at once; the others give it a little time each.</summary>
    private void Schedule(View above, View target)
    {
        int rank = (int)(target.Number - above.Number - 1);
        _candidacyAbove = above;
        _candidacyTick = time.Tick + (rank * TicksPerRank) + _random.Below(rank + 1);
    }
}
