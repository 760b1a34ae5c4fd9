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
        MayVote = !recovered.ViewRecordLost && !(SeededBug.Is(148) && recovered.Entries.Count > 0);
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

    /// <summary>Accepts the next slot in the promised view.</summary>
    public void Accept(Slot slot, Entry entry)
    {
        Invariant.Holds(MayVote && (slot == AcceptedThrough.Next || SeededBug.Is(18)));
        Log.Accept(Promised, slot, entry);
        long record = _outbox.Add(new AcceptedRecord(Promised, slot, entry));
        AcceptedThrough = Slot.Max(AcceptedThrough, slot);
        ExtendPrefix();
        _unsynced.Enqueue((record, AcceptedThrough));
    }

    /// <summary>Stores the next decided slot as another replica told it.</summary>
    public void Learn(Slot slot, Entry entry)
    {
        View view = Log.Learn(slot, entry);
        _outbox.Add(new LearnedRecord(view, slot, entry));
        Decide(slot);
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
        while (_unsynced.TryPeek(out (long Record, Slot Through) oldest) && oldest.Record <= _outbox.SyncedThrough)
        {
            DurableThrough = Slot.Max(DurableThrough, oldest.Through);
            _unsynced.Dequeue();
        }

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

    private void ExtendPrefix()
    {
        for (Slot next = AcceptedThrough.Next; !Log.Faulty.Contains(next); next = next.Next)
        {
            StoredEntry stored = Log[next];
            if (stored.Entry is null || stored.View != Promised)
                return;
            AcceptedThrough = next;
        }
    }
}
