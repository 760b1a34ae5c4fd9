using PaxosShard.Replica.Core;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S14: what is stored is never dropped: the view of a slot never goes down, a chosen value never changes, and after a
/// restart everything that was durable is there or is named as faulty, and nothing is there that was never written.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="chosen">Which values are chosen.</param>
public sealed class RecoveryChecker(CheckContext context, ChosenChecker chosen)
{
    private readonly List<PendingRecord>[] _unsynced = MakeLists(context.ReplicaCount);
    private readonly long[] _decided = new long[context.ReplicaCount];

    /// <summary>A record is handed to the disk.</summary>
    /// <param name="replica">Whose.</param>
    /// <param name="record">The record.</param>
    /// <param name="before">What its slot held before.</param>
    public void OnRecord(int replica, in PendingRecord record, in StoredSlot before)
    {
        if (record.Kind == PendingKind.View)
            return;
        if (before.IsStored && record.View < before.View)
            context.Report("S14", $"r{replica} lowers the view of s{record.Slot} from v{before.View} to v{record.View}");
        if (before.IsStored && record.View == before.View && record.Kind == PendingKind.Accepted && record.Value != before.Value)
            context.Report("S14", $"r{replica} accepts two values in s{record.Slot} of v{record.View}");
        if (record.Kind == PendingKind.Learned && (!chosen.TryGet(record.Slot, out ChosenValue value) || value.Value != record.Value))
            context.Report("S11", $"r{replica} learns a value for s{record.Slot} that is not chosen");
        if (record.Kind == PendingKind.Learned && context.Images[replica].IsKnownFaulty(record.Slot))
            context.Marks.Reach(Mark.SlotRepaired);
    }

    /// <summary>What a replica has decided; rot may make it forget later how far that was.</summary>
    public void OnStepped(int replica, Slot decided) => _decided[replica] = Math.Max(_decided[replica], decided.Number);

    /// <summary>The process is gone.</summary>
    public void OnStopped(int replica)
    {
        // A crash before the end of recovery leaves the records of the life before in doubt.
        _unsynced[replica].AddRange(context.Images[replica].Pending);
        context.Images[replica].ForgetPending();
    }

    /// <summary>The disk was read.</summary>
    public void OnRecovered(int replica, RecoveredState recovered)
    {
        DurableImage image = context.Images[replica];
        List<PendingRecord> unsynced = _unsynced[replica];
        if (!recovered.ViewRecordLost)
            CheckViews(replica, image, recovered, unsynced);
        int entry = 0;
        for (long slot = 1; slot <= image.Slots.Highest || entry < recovered.Entries.Count; slot++)
        {
            bool isThere = entry < recovered.Entries.Count && recovered.Entries[entry].Slot.Number == slot;
            StoredSlot stored = image.Slots.Read(slot);
            if (isThere)
                CheckEntry(replica, recovered.Entries[entry++], stored, unsynced);
            else if (stored.IsStored && !IsNamedFaulty(recovered, slot))
                context.Report("S14", $"r{replica} recovers without s{slot}, which was durable in v{stored.View}");
        }

        Reach(recovered, unsynced);
        unsynced.Clear();
        image.Adopt(recovered);
        CountVotes(replica, recovered);
    }

    private void CheckViews(int replica, DurableImage image, RecoveredState recovered, List<PendingRecord> unsynced)
    {
        long promised = image.Promised;
        long owned = image.Owned;
        foreach (PendingRecord record in unsynced)
        {
            if (record.Kind != PendingKind.View)
                continue;
            promised = Math.Max(promised, record.View);
            owned = Math.Max(owned, record.Owned);
        }

        if (recovered.Promised.Number < image.Promised || recovered.Promised.Number > promised)
            context.Report("S5", $"r{replica} recovers promise {recovered.Promised}; durable was v{image.Promised}");
        if (recovered.Owned.Number < image.Owned || recovered.Owned.Number > owned)
            context.Report("S5", $"r{replica} recovers ownership of {recovered.Owned}; durable was v{image.Owned}");
    }

    private void CheckEntry(int replica, in AcceptedEntry entry, in StoredSlot stored, List<PendingRecord> unsynced)
    {
        ulong value = ContentHash.Of(entry.Entry);
        if (stored.IsStored && stored.View == entry.View.Number && stored.Value == value)
            return;

        // Where records rotted, a value that was known to be decided may come back under another view in which it was written here:
        // whatever was written over it later was the same value again.
        bool isKnown = stored.IsStored && (stored.IsLearned || entry.Slot.Number <= _decided[replica]);
        if (isKnown && stored.Value == value && chosen.TryGet(entry.Slot.Number, out ChosenValue known) && known.Value == value)
            return;
        if (stored.IsStored && entry.View.Number < stored.View)
            context.Report("S14", $"r{replica} recovers an older entry in {entry.Slot}, of {entry.View}; durable was v{stored.View}");
        foreach (PendingRecord record in unsynced)
        {
            // What was learned over a record that rotted comes back under the view of that record.
            bool isItsView = record.View == entry.View.Number || (record.Kind == PendingKind.Learned && record.View < entry.View.Number);
            if (record.Slot == entry.Slot.Number && isItsView && record.Value == value)
                return;
        }

        context.Report("S14", $"r{replica} recovers an entry in {entry.Slot} of {entry.View} ({value:x8}) that was never written there; durable was {stored}, {unsynced.Count} unsynced");
    }

    private void CountVotes(int replica, RecoveredState recovered)
    {
        // What survived without having been reported as synced is durable from now on: a vote like any other.
        foreach (AcceptedEntry entry in recovered.Entries)
        {
            if (entry.Slot <= recovered.Decided && chosen.TryGet(entry.Slot.Number, out _))
                continue;
            chosen.OnAccepted(replica, new PendingRecord(
                0, PendingKind.Accepted, entry.View.Number, entry.Slot.Number, ContentHash.Of(entry.Entry), 0));
        }
    }

    private void Reach(RecoveredState recovered, List<PendingRecord> unsynced)
    {
        foreach (PendingRecord record in unsynced)
        {
            if (record.Kind == PendingKind.View)
                continue;
            bool isKept = false;
            foreach (AcceptedEntry entry in recovered.Entries)
                isKept |= entry.Slot.Number == record.Slot && entry.View.Number == record.View;
            context.Marks.Reach(isKept ? Mark.UnsyncedKept : Mark.UnsyncedLost);
        }

        if (recovered.Faulty.Count > 0 || recovered.FaultyFrom > Slot.Zero)
            context.Marks.Reach(Mark.SlotFaulty);
    }

    private static bool IsNamedFaulty(RecoveredState recovered, long slot)
    {
        if (recovered.FaultyFrom > Slot.Zero && slot >= recovered.FaultyFrom.Number)
            return true;
        foreach (Slot faulty in recovered.Faulty)
        {
            if (faulty.Number == slot)
                return true;
        }

        return false;
    }

    private static List<PendingRecord>[] MakeLists(int count)
    {
        List<PendingRecord>[] lists = new List<PendingRecord>[count];
        for (int index = 0; index < count; index++)
            lists[index] = [];
        return lists;
    }
}
