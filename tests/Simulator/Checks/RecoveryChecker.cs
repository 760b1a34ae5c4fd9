using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S14: what is stored is never dropped: the view of a slot never goes down, a chosen value never changes, and after a
/// restart everything that was durable is there, in the log or in the snapshot, or is named as faulty, and nothing is there that was never written. S11: what a
/// replica learns, and what it knows to be decided when it starts, slot by slot, is chosen.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="chosen">Which values are chosen.</param>
public sealed class RecoveryChecker(CheckContext context, ChosenChecker chosen)
{
    private readonly List<PendingRecord>[] _unsynced = MakeLists(context.MachineCount);
    private readonly long[] _decided = new long[context.MachineCount];
    private readonly Dictionary<long, long> _inherited = [];
    private readonly Dictionary<long, long> _closedByOwner = [];

    /// <summary>A primary says where its own first no-op stands: below it is what it inherited.</summary>
    public void OnBeat(Heartbeat beat)
    {
        if (beat.OwnNoOp <= Slot.Zero)
            return;
        _inherited[beat.View.Number] = beat.OwnNoOp.Number;
        if (_closedByOwner.Remove(beat.View.Number, out long closed) && closed < beat.OwnNoOp.Number)
            context.Report("S14", $"the primary of v{beat.View.Number} has closed its own open end above s{closed}; inherited was everything up to s{beat.OwnNoOp.Number}");
    }

    /// <summary>A record is handed to the disk.</summary>
    /// <param name="replica">Whose.</param>
    /// <param name="record">The record.</param>
    /// <param name="before">What its slot held before.</param>
    public void OnRecord(int replica, in PendingRecord record, in StoredSlot before)
    {
        switch (record.Kind)
        {
            case RecordKind.Accepted:
                CheckVote(replica, record, before);
                break;
            case RecordKind.Learned:
                CheckLearned(replica, record);
                break;
            case RecordKind.OpenEndClosed:
                CheckClosing(replica, record);
                break;
        }
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
        CheckOpenEnd(replica, image, recovered, unsynced);
        CheckSnapshot(replica, image, recovered);
        long inSnapshot = recovered.Snapshot.Slot.Number;
        int known = recovered.Known.Count(entry => entry.Slot.Number <= inSnapshot);
        int vote = recovered.Votes.Count(entry => entry.Slot.Number <= inSnapshot);
        for (long slot = inSnapshot + 1; slot <= image.Slots.Highest || known < recovered.Known.Count || vote < recovered.Votes.Count; slot++)
        {
            StoredSlot stored = image.Slots.Read(slot);
            if (known < recovered.Known.Count && recovered.Known[known].Slot.Number == slot)
                CheckKnown(replica, recovered.Known[known++], stored, unsynced);
            else if (vote < recovered.Votes.Count && recovered.Votes[vote].Slot.Number == slot)
                CheckRecoveredVote(replica, recovered.Votes[vote++], stored, unsynced);
            else if (stored.IsStored && !IsNamedFaulty(recovered, slot))
                context.Report("S14", $"r{replica} recovers without s{slot}, which was durable in v{stored.View}");
        }

        Reach(recovered, unsynced);
        CountVotesBehindKnown(replica, recovered, unsynced);
        unsynced.Clear();
        image.Adopt(recovered);
        CountVotes(replica, recovered);
    }

    private void CheckVote(int replica, in PendingRecord record, in StoredSlot before)
    {
        if (before.IsLearned)
            context.Report("S14", $"r{replica} votes in s{record.Slot} of v{record.View} over a value that it knows to be decided");
        if (before.IsStored && record.View < before.View)
            context.Report("S14", $"r{replica} lowers the view of s{record.Slot} from v{before.View} to v{record.View}");
        if (before.IsStored && record.View == before.View && record.Value != before.Value)
            context.Report("S14", $"r{replica} accepts two values in s{record.Slot} of v{record.View}");
    }

    private void CheckLearned(int replica, in PendingRecord record)
    {
        if (!chosen.TryGet(record.Slot, out ChosenValue value) || value.Value != record.Value)
            context.Report("S11", $"r{replica} learns a value for s{record.Slot} that is not chosen");
        if (context.Images[replica].IsKnownFaulty(record.Slot))
            context.Marks.Reach(Mark.SlotRepaired);
    }

    private void CheckClosing(int replica, in PendingRecord record)
    {
        DurableImage image = context.Images[replica];
        if (record.View <= image.PromisedWhenLost)
            context.Report("S14", $"r{replica} closes its open end in v{record.View}; it had promised v{image.PromisedWhenLost} when votes were lost");
        if (record.Slot < image.Latest.Highest)
            context.Report("S14", $"r{replica} closes its open end above s{record.Slot} and has stored s{image.Latest.Highest}");
        long inherited = _inherited.GetValueOrDefault(record.View, long.MaxValue);
        for (long slot = image.SnapshotSlot + 1; slot <= Math.Min(inherited, record.Slot); slot++)
        {
            StoredSlot stored = image.Latest.Read(slot);
            if (!stored.IsStored || (stored.View != record.View && !stored.IsLearned && !chosen.TryGet(slot, out _)))
                context.Report("S14", $"r{replica} closes its open end in v{record.View} and has not accepted s{slot}, which was inherited");
        }

        // A primary closes its own open end with its first no-op, and says where that stands with its next heartbeat.
        if (inherited == long.MaxValue && new View(record.View).Primary(context.ReplicaCount).Index == context.PlaceOf(replica))
            _closedByOwner[record.View] = record.Slot;
        else if (inherited > record.Slot)
            context.Report("S14", $"r{replica} closes its open end in v{record.View} above s{record.Slot}; inherited was everything up to s{inherited}");
    }

    /// <summary>What a start finds is the snapshot that was published last, or the one that took its place when the process went.</summary>
    private void CheckSnapshot(int replica, DurableImage image, RecoveredState recovered)
    {
        long inSnapshot = recovered.Snapshot.Slot.Number;
        if (recovered.Known.Any(entry => entry.Slot.Number <= inSnapshot) || recovered.Votes.Any(entry => entry.Slot.Number <= inSnapshot)
            || recovered.Faulty.Any(slot => slot.Number <= inSnapshot))
            context.Report("S14", $"r{replica} recovers slots of its log that are in the {recovered.Snapshot}, too");
        if (recovered.Snapshot != SnapshotMark.None)
            context.Marks.Reach(Mark.StartFromSnapshot);
        if (recovered.Snapshot == image.Snapshot || recovered.Snapshot == image.Publishing)
            return;
        if (recovered.Snapshot != SnapshotMark.None)
            context.Report("S14", $"r{replica} recovers the {recovered.Snapshot}, which was never published there; durable was the {image.Snapshot}");
        else if (!image.IsDamaged)
            context.Report("S14", $"r{replica} recovers without the {image.Snapshot}, which was durable");
        else
            context.Marks.Reach(Mark.SnapshotRotten);
    }

    private void CheckOpenEnd(int replica, DurableImage image, RecoveredState recovered, List<PendingRecord> unsynced)
    {
        bool isOpen = image.FaultyFrom != long.MaxValue && !unsynced.Exists(record => record.Kind == RecordKind.OpenEndClosed);
        if (isOpen && recovered.FaultyFrom == Slot.Zero)
            context.Report("S14", $"r{replica} forgets that everything from s{image.FaultyFrom} on may be lost");
    }

    private void CheckViews(int replica, DurableImage image, RecoveredState recovered, List<PendingRecord> unsynced)
    {
        long promised = image.Promised;
        long owned = image.Owned;
        foreach (PendingRecord record in unsynced)
        {
            if (record.Kind != RecordKind.Views)
                continue;
            promised = Math.Max(promised, record.View);
            owned = Math.Max(owned, record.Owned);
        }

        if (recovered.Promised.Number < image.Promised || recovered.Promised.Number > promised)
            context.Report("S5", $"r{replica} recovers promise {recovered.Promised}; durable was v{image.Promised}");
        if (recovered.Owned.Number < image.Owned || recovered.Owned.Number > owned)
            context.Report("S5", $"r{replica} recovers ownership of {recovered.Owned}; durable was v{image.Owned}");
    }

    private void CheckKnown(int replica, in DecidedEntry entry, in StoredSlot stored, List<PendingRecord> unsynced)
    {
        ulong value = ContentHash.Of(entry.Entry);
        long slot = entry.Slot.Number;
        if (!chosen.TryGet(slot, out ChosenValue right))
            context.Report("S11", $"r{replica} recovers {entry.Slot} as decided, which is not chosen");
        else if (right.Value != value)
            context.Report("S11", $"r{replica} recovers another value as decided in {entry.Slot} than the one chosen in v{right.View}");
        bool wasInSnapshot = slot <= context.Images[replica].SnapshotSlot && context.Images[replica].WasHandedOut(slot, value);
        if (!(stored.IsStored && stored.Value == value) && !wasInSnapshot && !WasUnreadable(replica, slot, stored) && !unsynced.Exists(record => record.IsOfSlot && record.Slot == slot && record.Value == value))
            context.Report("S14", $"r{replica} recovers a value in {entry.Slot} ({value:x8}) that was never written there; durable was {stored}");
    }

    private void CheckRecoveredVote(int replica, in AcceptedEntry vote, in StoredSlot stored, List<PendingRecord> unsynced)
    {
        ulong value = ContentHash.Of(vote.Entry);
        long slot = vote.Slot.Number;
        long view = vote.View.Number;
        if (stored.IsStored && stored.View == view && stored.Value == value)
            return;
        if (WasUnreadable(replica, slot, stored) && chosen.HasVoted(replica, view, slot, value))
            return;

        // Of the slots of a snapshot the ghost keeps what was reported as durable; a vote that survived a crash unreported comes back when the snapshot is lost.
        DurableImage image = context.Images[replica];
        if (slot <= image.SnapshotSlot && image.WasHandedOut(slot, view, value) && (!stored.IsStored || (!stored.IsLearned && view >= stored.View)))
            return;

        // Where the note rotted that a value is decided, what is left is the vote for it.
        bool wasKnown = stored.IsLearned || slot <= _decided[replica];
        if (wasKnown && stored.Value == value && chosen.HasVoted(replica, view, slot, value))
            return;
        if (stored.IsStored && (view < stored.View || stored.IsLearned))
            context.Report("S14", $"r{replica} recovers an older vote in {vote.Slot}, of {vote.View}; durable was {stored}");
        if (!unsynced.Exists(record => record.Kind == RecordKind.Accepted && record.Slot == slot && record.View == view && record.Value == value))
            context.Report("S14", $"r{replica} recovers a vote in {vote.Slot} of {vote.View} ({value:x8}) that was never written there; durable was {stored}");
    }

    /// <summary>A block that could not be read at one start may be read at the next: then what was called faulty is there again.</summary>
    private bool WasUnreadable(int replica, long slot, in StoredSlot stored) =>
        !stored.IsStored && context.Images[replica].IsKnownFaulty(slot);

    private void CountVotes(int replica, RecoveredState recovered)
    {
        // What survived without having been reported as synced is durable from now on: a vote like any other. What is known to be
        // decided is none.
        foreach (AcceptedEntry vote in recovered.Votes)
        {
            chosen.OnAccepted(replica, new PendingRecord(
                0, RecordKind.Accepted, vote.View.Number, vote.Slot.Number, ContentHash.Of(vote.Entry), 0));
        }
    }

    // A vote that survived in the same way, under a note that its value is decided: where the snapshot rots that the note rests on, it is a vote again.
    private void CountVotesBehindKnown(int replica, RecoveredState recovered, List<PendingRecord> unsynced)
    {
        Dictionary<long, ulong> known = recovered.Known.ToDictionary(static entry => entry.Slot.Number, static entry => ContentHash.Of(entry.Entry));
        foreach (PendingRecord record in unsynced)
        {
            if (record.Kind == RecordKind.Accepted && known.TryGetValue(record.Slot, out ulong value) && value == record.Value)
                chosen.OnAccepted(replica, record);
        }
    }

    private void Reach(RecoveredState recovered, List<PendingRecord> unsynced)
    {
        Dictionary<long, ulong> kept = [];
        foreach (DecidedEntry known in recovered.Known)
            kept[known.Slot.Number] = ContentHash.Of(known.Entry);
        foreach (AcceptedEntry vote in recovered.Votes)
            kept[vote.Slot.Number] = ContentHash.Of(vote.Entry);
        foreach (PendingRecord record in unsynced)
        {
            if (record.IsOfSlot)
                context.Marks.Reach(kept.TryGetValue(record.Slot, out ulong value) && value == record.Value ? Mark.UnsyncedKept : Mark.UnsyncedLost);
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
