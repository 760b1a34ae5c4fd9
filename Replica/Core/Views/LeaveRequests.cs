using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Views;

/// <summary>
/// Who wants to leave which view (Q, rule 6). A request means every view up to the one it names, counts for one timeout
/// and is ignored below one's own promise, so that a request of an earlier outage is never counted with one of a later outage.
/// </summary>
/// <param name="options">The group.</param>
internal sealed class LeaveRequests(GroupOptions options)
{
    private readonly (View View, long ExpiresTick)[] _requests =
        [.. Enumerable.Repeat((View.None, 0L), options.ReplicaCount)];

    /// <summary>A replica, perhaps this one, wants to leave every view up to <paramref name="view"/>.</summary>
    public void Note(ReplicaId from, View view, long tick) =>
        _requests[from.Index] = (view, SeededBug.Is(24) ? long.MaxValue : tick + options.TimeoutTicks);

    /// <summary>This replica has no reason any more.</summary>
    public void Withdraw(ReplicaId self) => _requests[self.Index] = (View.None, 0);

    /// <summary>True when a quorum wants to leave the promised view; then also the highest view that one of them wants to leave.</summary>
    public bool HasQuorum(View promised, long tick, out View highest)
    {
        highest = promised;
        int count = 0;
        foreach ((View view, long expiresTick) in _requests)
        {
            bool ignored = SeededBug.Is(24) ? view == View.None : view < promised || expiresTick < tick;
            if (ignored || (SeededBug.Is(21) && view != promised))
                continue;
            count++;
            highest = View.Max(highest, view);
        }

        return count >= (SeededBug.Is(40) ? 1 : options.Quorum);
    }
}
