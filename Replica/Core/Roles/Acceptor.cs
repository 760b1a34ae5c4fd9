using PaxosShard.Replica.Core.Invariants;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Paxos's acceptor, and the only writer of the promise and of the votes. It accepts a slot only if everything below is
/// decided or accepted in the same view (rule 4), so its votes in a view are one prefix, and one number tells them all.
/// </summary>
internal sealed class Acceptor
{
    private readonly Outbox _outbox;
    private readonly Queue<(long Record, Slot Through)> _unsynced = new();
    private long _viewRecord;

    /// <summary>Goes on from what the disk remembers, all of which is durable.</summary>
    public Acceptor(RecoveredState recovered, Outbox outbox)
    {
        _outbox = outbox;
        Log = new EntryLog(recovered);
        Promised = recovered.Promised;
        Owned = recovered.Owned;
        MayVote = !recovered.ViewRecordLost && !(SeededBug.Is(148) && recovered.Known.Count + recovered.Votes.Count > 0);
        AcceptedThrough = Log.Decided;
        ExtendPrefix();
        DurableThrough = AcceptedThrough;
    }

    /// <summary>The slots.</summary>
    public EntryLog Log { get; }

    /// <summary>The highest view promised; it never decreases (S5).</summary>
    public View Promised { get; private set; }

    /// <summary>The highest view this replica ever claimed; it is never claimed again (rule 2).</summary>
    public View Owned { get; private set; }

    /// <summary>False when the promise was lost with the disk: then nothing is promised, accepted or echoed here any more.</summary>
    public bool MayVote { get; private set; }

    /// <summary>The end of the prefix that is decided, or accepted in the promised view.</summary>
    public Slot AcceptedThrough { get; private set; }

    /// <summary>The part of that prefix that is durable, as far as it is not decided anyway.</summary>
    public Slot DurableThrough { get; private set; }

    /// <summary>Accepted entries that are not durable yet.</summary>
    public int UnsyncedVotes => _unsynced.Count;

    /// <summary>The promise is on the disk.</summary>
    public bool PromiseIsDurable => _outbox.SyncedThrough >= _viewRecord;

    /// <summary>Promises a higher view: nothing below it is accepted any more.</summary>
    public void Promise(View view)
    {
        Invariant.Holds(MayVote && view > Promised);
        Promised = view;
        WriteViewRecord();
    }

    /// <summary>Promises a view of its own and notes that it owns it, before the first L and P of it (rules 1 and 2).</summary>
    public void Claim(View view)
    {
        Invariant.Holds(MayVote && view >= Promised && (view > Owned || SeededBug.Is(15)));
        Promised = view;
        Owned = view;
        if (!SeededBug.Is(16) || view > View.First)
            WriteViewRecord();
    }

    /// <summary>
    /// Accepts the next slot in the promised view. Where a value is known to be decided there is nothing to vote on: the same value
    /// only lengthens the prefix. With another one the primary is of a view below the one in which the known value was chosen
    /// (it proposes in good faith, and nothing of its view can be chosen in this slot any more), so it gets no vote.
    /// </summary>
    /// <returns>False when another value is known to be decided in the slot: nothing was changed.</returns>
    public bool TryAccept(Slot slot, Entry entry)
    {
        Invariant.Holds(MayVote && (slot == AcceptedThrough.Next || SeededBug.Is(18)));
        StoredEntry stored = Log[slot];
        if (stored.IsKnown && !SeededBug.Is(110))
        {
            if (!entry.Equals(stored.Entry))
                return false;
            LengthenPrefix(slot, _outbox.RecordsThrough);
            NoteDurable();
            return true;
        }

        Log.Accept(Promised, slot, entry);
        LengthenPrefix(slot, _outbox.Add(new AcceptedRecord(Promised, slot, entry)));
        return true;
    }

    /// <summary>Stores the next decided slot as another replica told it.</summary>
    public void Learn(Slot slot, Entry entry)
    {
        Log.Learn(slot, entry);
        _outbox.Add(SeededBug.Is(20) ? new AcceptedRecord(View.First, slot, entry) : new LearnedRecord(slot, entry));
        Decide(slot);
    }

    /// <summary>
    /// Closes the open end of lost slots, if the primary of the promised view inherited no more than what is accepted here by now;
    /// and notes that on the disk behind those votes. What is said of it (F) waits for the sync like all that rests on a record,
    /// so a crash before leaves an open end of which nobody was told that it is closed.
    /// </summary>
    /// <param name="inheritedThrough">The slot of that primary's first own no-op; <see cref="Slot.Zero"/> when not known.</param>
    public void CloseOpenEnd(Slot inheritedThrough)
    {
        if (!Log.Faulty.TryCloseOpenEnd(Promised, AcceptedThrough, inheritedThrough) || SeededBug.Is(117))
            return;
        _outbox.Add(new OpenEndClosedRecord(Promised, Slot.Max(inheritedThrough, Log.Last)));
    }

    /// <summary>What is stored up to <paramref name="slot"/> is decided.</summary>
    public void Decide(Slot slot)
    {
        Log.MarkDecided(slot);
        if (AcceptedThrough >= Log.Decided)
            return;
        AcceptedThrough = Log.Decided;
        ExtendPrefix();
    }

    /// <summary>More of the log is durable.</summary>
    public void OnSynced()
    {
        NoteDurable();
        DurableThrough = Slot.Max(DurableThrough, Log.Decided);
    }

    /// <summary>A primary is heard: only a seeded bug waits for that.</summary>
    public void OnPrimaryHeard() => MayVote |= SeededBug.Is(148);

    private void WriteViewRecord()
    {
        _viewRecord = _outbox.Add(new ViewRecord(Promised, Owned));

        // Votes of an older view say nothing in this one; what is decided is as good as accepted in every view.
        _unsynced.Clear();
        AcceptedThrough = SeededBug.Is(17) ? Log.Last : Log.Decided;
        DurableThrough = Log.Decided;
    }

    private void LengthenPrefix(Slot slot, long restsOn)
    {
        AcceptedThrough = Slot.Max(AcceptedThrough, slot);
        ExtendPrefix();
        _unsynced.Enqueue((restsOn, AcceptedThrough));
    }

    private void NoteDurable()
    {
        while (_unsynced.TryPeek(out (long Record, Slot Through) oldest) && oldest.Record <= _outbox.SyncedThrough)
        {
            DurableThrough = Slot.Max(DurableThrough, oldest.Through);
            _unsynced.Dequeue();
        }
    }

    /// <summary>Votes of the promised view lengthen the prefix; what is known to be decided above the decided slot is no vote and does not.</summary>
    private void ExtendPrefix()
    {
        for (Slot next = AcceptedThrough.Next; !Log.IsFaulty(next); next = next.Next)
        {
            StoredEntry stored = Log[next];
            bool counts = stored.Entry is not null && stored.View == Promised;
            if (!counts && !(stored.IsKnown && SeededBug.Is(112)))
                return;
            AcceptedThrough = next;
        }
    }
}
