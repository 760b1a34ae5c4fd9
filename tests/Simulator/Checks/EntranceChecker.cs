using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S4 from the other side: a replica promises a view only if it owns it, or if its owner itself has told this replica of it by a
/// LeaderClaim, a Proposal or a Heartbeat. What comes under another name does not come from the owner.
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class EntranceChecker(CheckContext context)
{
    private readonly HashSet<(int Replica, long View)> _told = [];
    private readonly long[] _lastTold = new long[context.MachineCount];

    /// <summary>A message goes into a replica's core.</summary>
    public void OnReceived(int replica, int from, Message message)
    {
        long view = message switch
        {
            LeaderClaim claim => claim.View.Number,
            Proposal proposal => proposal.View.Number,
            Heartbeat beat => beat.View.Number,
            _ => -1,
        };
        if (view < 0 || view == _lastTold[replica] || view % context.ReplicaCount != from)
            return;
        _lastTold[replica] = view;
        _told.Add((replica, view));
    }

    /// <summary>A replica hands a view record to its disk.</summary>
    public void OnRecord(int replica, in Record record)
    {
        // Nobody leads the first view of a member list: who has executed the replacement promises it by itself.
        if (record.View.OpensList)
            return;
        long view = record.View.Number;
        bool mayEnter = view % context.ReplicaCount == context.PlaceOf(replica) ? record.Owned == record.View : _told.Contains((replica, view));
        if (!mayEnter)
            context.Report("S4", $"r{replica} promises v{view}, of which its owner has not told it");
    }
}
