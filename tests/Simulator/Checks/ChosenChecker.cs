using System.Numerics;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// Knows which values are chosen, from the ghosts of the disks alone: a quorum of durable images accepted it in one view.
/// S10: what is chosen is the value of every later view. S11: only what is chosen is decided.
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class ChosenChecker(CheckContext context)
{
    private readonly SlotTable<ValuesByView> _votes = new();
    private readonly SlotTable<ChosenValue> _chosen = new();

    /// <summary>The chosen value of a slot; false when there is none yet.</summary>
    public bool TryGet(long slot, out ChosenValue chosen)
    {
        chosen = _chosen.Read(slot);
        return chosen.IsChosen;
    }

    /// <summary>A replica's disk has, or had before it accepted something newer, this vote.</summary>
    public bool HasVoted(int replica, long view, long slot, ulong value) =>
        (_votes.Read(slot).ReplicasOf(view, value) & (1 << replica)) != 0;

    /// <summary>A replica hands an accepted entry to its disk.</summary>
    public void OnAccepting(int replica, in PendingRecord record)
    {
        if (TryGet(record.Slot, out ChosenValue chosen) && record.View > chosen.View && record.Value != chosen.Value)
            context.Report("S10", $"r{replica} accepts another value in s{record.Slot} in v{record.View}; one was chosen in v{chosen.View}");
    }

    /// <summary>A replica's accepted entry is durable: a vote.</summary>
    public void OnAccepted(int replica, in PendingRecord record)
    {
        ref ValuesByView votes = ref _votes[record.Slot];
        ref ValueInView vote = ref votes.Find(record.View, record.Value);
        vote.Replicas |= (ushort)(1 << replica);
        if (BitOperations.PopCount(vote.Replicas) < context.Quorum)
            return;
        ref ChosenValue chosen = ref _chosen[record.Slot];
        if (chosen.IsChosen)
        {
            if (chosen.Value != record.Value)
                context.Report("S10", $"s{record.Slot} is chosen with two values, in v{chosen.View} and v{record.View}");
            return;
        }

        chosen = new ChosenValue(true, record.View, record.Value);
        CheckList(record.Slot, record.View);
        long other = votes.FindOtherAbove(record.View, record.Value);
        if (other >= 0)
            context.Report("S10", $"s{record.Slot} is chosen in v{record.View}, and another value was accepted in v{other}");
    }

    /// <summary>A replacement was executed: nothing above it may have been chosen in a view of an older list (M1).</summary>
    public void OnList(ExecutedList list)
    {
        for (long slot = list.Slot + 1; slot <= _chosen.Highest; slot++)
        {
            if (TryGet(slot, out ChosenValue chosen))
                CheckList(slot, chosen.View);
        }
    }

    /// <summary>A replica decides.</summary>
    public void OnDecided(int replica, Slot slot, ulong value)
    {
        if (!TryGet(slot.Number, out ChosenValue chosen))
            context.Report("S11", $"r{replica} decides {slot}, which no quorum has accepted durably in one view");
        else if (chosen.Value != value)
            context.Report("S11", $"r{replica} decides another value in {slot} than the one chosen in v{chosen.View}");
    }

    // Each slot belongs to one member list, and so do the views in which it can be chosen.
    private void CheckList(long slot, long view)
    {
        long list = new View(view).List;
        if (!context.MayReplace)
            return;
        if (!context.Lists.IsKnown(list) || slot <= context.Lists[list].Slot)
            context.Report("M1", $"s{slot} is chosen in {new View(view)}, and belongs to a member list before that one");
        else if (slot > context.Lists.EndOf(list))
            context.Report("M1", $"s{slot} is chosen in {new View(view)}, and belongs to a member list behind that one");
    }
}

/// <summary>A chosen value.</summary>
/// <param name="IsChosen">There is one.</param>
/// <param name="View">The first view it was chosen in.</param>
/// <param name="Value">Its hash.</param>
public readonly record struct ChosenValue(bool IsChosen, long View, ulong Value);
