using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S3: all Proposals of a view and slot ever sent carry one value, restarts included. S4: LeaderClaims and Proposals of a view come from its primary
/// only, and from one life of it. S7 for both: the ownership of the view is durable when they leave.
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class ProposalChecker(CheckContext context)
{
    private readonly SlotTable<ValuesByView> _proposed = new();
    private readonly SlotTable<ValuesByView> _accepted = new();
    private readonly Dictionary<long, long> _lifeOfView = [];
    private long _highestView;

    /// <summary>The value proposed in a view and slot; false when none was.</summary>
    public bool TryGet(long view, long slot, out ulong value) => _proposed.Read(slot).TryGet(view, out value);

    /// <summary>The lowest view in which this value was proposed in a slot, in a Proposal or by its primary to itself; -1 when it never was.</summary>
    public long FirstViewOf(long slot, ulong value)
    {
        long sent = _proposed.Read(slot).FindLowest(value);
        long accepted = _accepted.Read(slot).FindLowest(value);
        return sent < 0 || accepted < 0 ? Math.Max(sent, accepted) : Math.Min(sent, accepted);
    }

    /// <summary>A LeaderClaim leaves.</summary>
    public void OnClaim(int replica, long life, LeaderClaim claim) => CheckOwner(replica, life, claim.View.Number, MessageKind.LeaderClaim);

    /// <summary>A Proposal leaves; true when it is the first of its view and slot.</summary>
    public bool OnProposal(int replica, long life, Proposal proposal)
    {
        long view = proposal.View.Number;
        CheckOwner(replica, life, view, MessageKind.Proposal);
        ulong value = ContentHash.Of(proposal.Entry);
        ref ValuesByView values = ref _proposed[proposal.Slot.Number];
        bool isKnown = values.TryGet(view, out ulong known);
        if (isKnown && known != value)
            context.Report("S3", $"r{replica} proposes a second value in {proposal.Slot} in v{view}");
        if (isKnown)
            return false;
        if (values.HasBelow(view, value) && !proposal.Entry.IsNoOp)
            context.Marks.Reach(Mark.ProposedAgain);
        values.Find(view, value);
        return true;
    }

    /// <summary>A primary accepts what it proposes; perhaps nobody else is there to be sent it.</summary>
    public void OnProposing(in Record accepted) =>
        _accepted[accepted.Slot.Number].Find(accepted.View.Number, ContentHash.Of(accepted.Entry!));

    /// <summary>A script says that somebody accepted this: so it was proposed.</summary>
    public void OnPrepared(in Record accepted) =>
        _proposed[accepted.Slot.Number].Find(accepted.View.Number, ContentHash.Of(accepted.Entry!));

    private void CheckOwner(int replica, long life, long view, MessageKind kind)
    {
        if (view % context.ReplicaCount != context.PlaceOf(replica) || new View(view).OpensList)
            context.Report("S4", $"r{replica} sends {kind} of v{view}, which is not its own");
        if (context.Images[replica].Owned < view)
            context.Report("S7", $"r{replica} sends {kind} of v{view} before its ownership is durable (v{context.Images[replica].Owned})");
        if (kind == MessageKind.Proposal && view > _highestView)
        {
            _highestView = view;
            context.Marks.Reach(Mark.ViewChange);
            if (life > 1)
                context.Marks.Reach(Mark.LedAgainAfterRestart);
        }

        if (!_lifeOfView.TryAdd(view, life) && _lifeOfView[view] != life)
        {
            context.Report("S4", $"r{replica} sends {kind} of v{view} after a restart; that view is spent");
        }
    }
}
