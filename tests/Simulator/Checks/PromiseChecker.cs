using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S5: no replica forgets a promise. S6: no Accepted of a lower view leaves after a LeaderPromise. S7: what LeaderPromise, Accepted, Refusal
/// and HeartbeatAnswer say is durable at the instant they leave. S8: LeaderPromise tells everything the durable log holds.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="chosen">Which values are chosen.</param>
/// <param name="proposals">Which values were proposed.</param>
public sealed class PromiseChecker(CheckContext context, ChosenChecker chosen, ProposalChecker proposals)
{
    private readonly long[] _highestPromiseSent = NewArray(context.MachineCount);
    private readonly long[] _highestSaid = NewArray(context.MachineCount);
    private readonly VerifiedPrefix[] _verified = new VerifiedPrefix[context.MachineCount];
    private readonly long[] _chosenPrefix = new long[context.MachineCount];
    private readonly long[] _decided = new long[context.MachineCount];

    /// <summary>The disk was read again after a restart.</summary>
    public void OnRecovered(int replica, long promised, Slot decided)
    {
        _decided[replica] = decided.Number;
        if (promised < _highestSaid[replica])
            context.Report("S5", $"r{replica} recovers promise v{promised} after it had said v{_highestSaid[replica]}");
        _verified[replica] = default;
        _chosenPrefix[replica] = 0;
    }

    /// <summary>What a replica has decided in this life.</summary>
    public void OnDecided(int replica, Slot decided) => _decided[replica] = decided.Number;

    /// <summary>A part of a LeaderPromise leaves.</summary>
    public void OnPromise(int replica, LeaderPromise promise)
    {
        long view = promise.View.Number;
        RequirePromised(replica, view, MessageKind.LeaderPromise);
        _highestPromiseSent[replica] = Math.Max(_highestPromiseSent[replica], view);
        CheckComplete(replica, promise);
    }

    /// <summary>An Accepted or a HeartbeatAnswer leaves.</summary>
    public void OnAccepted(int replica, View view, Slot slot, MessageKind kind)
    {
        if (view.Number < _highestPromiseSent[replica])
            context.Report("S6", $"r{replica} sends {kind}({view},{slot}) after LeaderPromise(v{_highestPromiseSent[replica]})");
        ref VerifiedPrefix verified = ref _verified[replica];
        if (verified.View != view.Number)
            verified = new VerifiedPrefix(view.Number, _chosenPrefix[replica]);

        // What is decided and in a durable snapshot needs no record any more.
        long inSnapshot = Math.Min(context.Images[replica].SnapshotSlot, _decided[replica]);
        _chosenPrefix[replica] = Math.Max(_chosenPrefix[replica], inSnapshot);
        if (verified.Slot < inSnapshot)
            verified = new VerifiedPrefix(view.Number, inSnapshot);
        if (slot.Number <= verified.Slot)
            return;
        RequirePromised(replica, view.Number, kind);
        DurableImage image = context.Images[replica];
        for (long number = verified.Slot + 1; number <= slot.Number; number++)
            CheckVote(replica, image, view.Number, number, kind, slot);
        verified = new VerifiedPrefix(view.Number, slot.Number);
    }

    /// <summary>A Refusal leaves.</summary>
    public void OnRefusal(int replica, Refusal refusal) => RequirePromised(replica, refusal.Promised.Number, MessageKind.Refusal);

    private void RequirePromised(int replica, long view, MessageKind kind)
    {
        if (context.Images[replica].Promised < view)
            context.Report("S7", $"r{replica} sends {kind} of v{view}, durably promised is v{context.Images[replica].Promised}");
        _highestSaid[replica] = Math.Max(_highestSaid[replica], view);
    }

    private void CheckVote(int replica, DurableImage image, long view, long slot, MessageKind kind, Slot through)
    {
        // A slot that is decided is chosen without this replica's vote: its own copy may still be on the way to the disk.
        bool isKnown = chosen.TryGet(slot, out ChosenValue value);
        StoredSlot stored = isKnown ? image.Latest.Read(slot) : image.Slots.Read(slot);
        bool isChosen = isKnown && stored.IsStored && value.Value == stored.Value;
        if (isChosen && slot == _chosenPrefix[replica] + 1)
            _chosenPrefix[replica] = slot;
        bool isProposed = proposals.TryGet(view, slot, out ulong proposed);
        bool isOther = isChosen && slot > _decided[replica] && isProposed && proposed != stored.Value;
        if (isChosen && !isOther)
            return;

        // Above its decided slot only its own vote counts; it may leave with the sync that has made a newer one durable.
        if (isProposed && IsVote(replica, isOther ? image.Slots.Read(slot) : stored, view, slot, proposed))
            return;
        if (isOther)
        {
            context.Report("S7", $"r{replica} sends {kind}(v{view},{through}): in s{slot}, above its decided slot, it never voted for what was proposed in v{view}");
            return;
        }

        context.Report("S7", $"r{replica} sends {kind}(v{view},{through}), and s{slot} is neither decided nor durably accepted in v{view}");
    }

    // A vote that waited for its sync may leave when the same sync has made a newer one durable: it was cast before that promise.
    private bool IsVote(int replica, in StoredSlot stored, long view, long slot, ulong proposed) =>
        stored.IsStored
        && ((stored.View == view && stored.Value == proposed) || (stored.View > view && chosen.HasVoted(replica, view, slot, proposed)));

    private void CheckComplete(int replica, LeaderPromise promise)
    {
        DurableImage image = context.Images[replica];
        long last = promise.IsFinal ? image.Slots.Highest : promise.Last.Number;
        int next = 0;
        if (promise.Entries.Count > 0)
            context.Marks.Reach(Mark.PromiseWithEntries);
        if (promise.FaultyFrom == Slot.Zero && image.FaultyFrom != long.MaxValue)
            context.Report("S8", $"r{replica} sends LeaderPromise({promise.View}) without saying that everything from s{image.FaultyFrom} on may be lost");
        CheckListed(replica, promise);
        for (long slot = Math.Max(promise.First.Number, promise.Decided.Number + 1); slot <= last; slot++)
        {
            while (next < promise.Entries.Count && promise.Entries[next].Slot.Number < slot)
                next++;
            StoredSlot stored = image.Slots.Read(slot);
            bool isListed = next < promise.Entries.Count && promise.Entries[next].Slot.Number == slot;

            // What was learned meanwhile is decided in a higher view: this LeaderPromise was made before that.
            bool mayHide = !stored.IsStored || stored.IsLearned || stored.View >= promise.View.Number || IsFaulty(promise, slot);

            // What is known above the decided slot was known from the start of this life.
            if (stored.IsLearned && slot > _decided[replica] && !IsKnown(promise, slot))
                context.Report("S8", $"r{replica} sends LeaderPromise({promise.View}) without s{slot}, which it knows to be decided");
            if (!isListed && !mayHide)
                context.Report("S8", $"r{replica} sends LeaderPromise({promise.View}) without s{slot}, which it accepted in v{stored.View}");
            if (isListed && stored is { IsStored: true, IsLearned: false } && stored.View < promise.View.Number)
                CheckListed(replica, promise, promise.Entries[next], stored);
        }
    }

    private void CheckListed(int replica, LeaderPromise promise)
    {
        foreach (AcceptedEntry vote in promise.Entries)
        {
            if (!chosen.HasVoted(replica, vote.View.Number, vote.Slot.Number, ContentHash.Of(vote.Entry)))
                context.Report("S8", $"r{replica} sends LeaderPromise({promise.View}) with a vote in {vote.Slot} of {vote.View} that it never gave");
        }

        foreach (DecidedEntry known in promise.Known)
        {
            if (!chosen.TryGet(known.Slot.Number, out ChosenValue right) || right.Value != ContentHash.Of(known.Entry))
                context.Report("S11", $"r{replica} sends LeaderPromise({promise.View}) with a value as decided in {known.Slot} that is not chosen");
        }
    }

    private void CheckListed(int replica, LeaderPromise promise, in AcceptedEntry listed, in StoredSlot stored)
    {
        if (listed.View.Number < stored.View || (listed.View.Number == stored.View && ContentHash.Of(listed.Entry) != stored.Value))
            context.Report("S8", $"r{replica} sends LeaderPromise({promise.View}) with an older entry in {listed.Slot} than it accepted in v{stored.View}");
    }

    private static bool IsKnown(LeaderPromise promise, long slot)
    {
        foreach (DecidedEntry known in promise.Known)
        {
            if (known.Slot.Number == slot)
                return true;
        }

        return false;
    }

    private static bool IsFaulty(LeaderPromise promise, long slot)
    {
        if (promise.FaultyFrom > Slot.Zero && slot >= promise.FaultyFrom.Number)
            return true;
        foreach (Slot faulty in promise.Faulty)
        {
            if (faulty.Number == slot)
                return true;
        }

        return false;
    }

    private static long[] NewArray(int count)
    {
        long[] array = new long[count];
        Array.Fill(array, -1);
        return array;
    }

    /// <summary>How far the votes of a view were looked at already.</summary>
    private readonly record struct VerifiedPrefix(long View, long Slot);
}
