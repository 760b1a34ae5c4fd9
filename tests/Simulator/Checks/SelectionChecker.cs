using System.Numerics;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S9: what a new primary proposes in a slot is, for some quorum of complete LeaderPromises that reached it (its own log included), the
/// value that one of them knows to be decided, else the value of the highest view among them, or a no-op where none of them had
/// anything and one of them had something above.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="chosen">Which values are chosen: those are S10's matter.</param>
public sealed class SelectionChecker(CheckContext context, ChosenChecker chosen)
{
    private readonly Dictionary<long, Campaign> _campaigns = [];

    /// <summary>A LeaderClaim leaves: the candidate's own log is its own promise.</summary>
    public void OnClaim(int replica, LeaderClaim claim)
    {
        long view = claim.View.Number;
        if (_campaigns.TryGetValue(view, out Campaign? campaign))
            campaign.Ask(claim.Decided.Number);
        else
            _campaigns[view] = Campaign.Start(context, replica, claim);
    }

    /// <summary>A part of a LeaderPromise reaches the candidate.</summary>
    public void OnPromiseReceived(int replica, int from, LeaderPromise promise)
    {
        if (_campaigns.TryGetValue(promise.View.Number, out Campaign? campaign) && campaign.Candidate == replica)
            campaign.Take(from, promise);
    }

    /// <summary>A Proposal leaves for the first time.</summary>
    public void OnFirstProposal(int replica, Proposal proposal)
    {
        long view = proposal.View.Number;
        if (view == 0 || !_campaigns.TryGetValue(view, out Campaign? campaign))
            return;
        long slot = proposal.Slot.Number;
        Reach(campaign, slot, proposal.Entry.IsNoOp);
        if (slot > campaign.HighestReported || chosen.TryGet(slot, out _))
        {
            CheckQuorum(replica, campaign, proposal);
            return;
        }

        ulong value = ContentHash.Of(proposal.Entry);
        for (int members = 1; members < 1 << context.ReplicaCount; members++)
        {
            if (BitOperations.PopCount((uint)members) >= context.Quorum && (members & ~campaign.Complete) == 0 && Allows(campaign, members, slot, value, proposal.Entry.IsNoOp))
                return;
        }

        context.Report("S9", $"r{replica} proposes in {proposal.Slot} of {proposal.View} what no quorum of the promises it got allows: {campaign.Describe(slot)}");
    }

    private void CheckQuorum(int replica, Campaign campaign, Proposal proposal)
    {
        if (BitOperations.PopCount((uint)campaign.Complete) < context.Quorum)
            context.Report("S9", $"r{replica} proposes in {proposal.Slot} of {proposal.View} without a quorum of complete Fs");
    }

    private bool Allows(Campaign campaign, int members, long slot, ulong value, bool isNoOp)
    {
        for (int member = 0; member < context.ReplicaCount; member++)
        {
            if ((members & (1 << member)) != 0 && campaign[member].TryGetKnown(slot, out ulong known))
                return value == known;
        }

        long highestView = -1;
        ulong highestValue = 0;
        long highestSlot = 0;
        for (int member = 0; member < context.ReplicaCount; member++)
        {
            if ((members & (1 << member)) == 0)
                continue;
            PromiseLedger ledger = campaign[member];
            if (ledger.IsFaulty(slot))
                return false;
            highestSlot = Math.Max(highestSlot, ledger.Highest);
            if (!ledger.TryGet(slot, out (long View, ulong Value) accepted))
                continue;
            if (accepted.View > highestView)
                (highestView, highestValue) = accepted;
        }

        if (highestView >= 0)
            return value == highestValue;
        return isNoOp || slot > highestSlot;
    }

    private void Reach(Campaign campaign, long slot, bool isNoOp)
    {
        long view = -1;
        bool isReported = false;
        for (int member = 0; member < context.ReplicaCount; member++)
        {
            if ((campaign.Complete & (1 << member)) == 0 || !campaign[member].TryGet(slot, out (long View, ulong Value) accepted))
                continue;
            if (isReported && view != accepted.View)
                context.Marks.Reach(Mark.PromisesWithTwoViews);
            (view, isReported) = (accepted.View, true);
        }

        if (isNoOp && !isReported && slot < campaign.HighestReported)
            context.Marks.Reach(Mark.NoOpFill);
    }
}
