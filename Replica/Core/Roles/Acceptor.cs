using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Paxos's acceptor, and the only writer of the promise and of the votes: promises (LeaderClaim in, LeaderPromise out) and accepts
/// (Proposal in, Accepted out). It accepts a slot only if everything below is decided or accepted in the same view (rule 4), so its
/// votes in a view are one prefix, and one number tells them all.
/// </summary>
internal sealed class Acceptor
{
    /// <summary>Slots without entries that one part of a promise may speak of; keeps the list of faulty slots in a part bounded.</summary>
    private const int SlotsPerPart = 4096;

    private readonly GroupOptions _options;
    private readonly Executor _executor;
    private readonly Membership _membership;
    private readonly bool _isViewRecordLost;
    private readonly Outbox _outbox;
    private readonly UnsyncedAnswers _promises;
    private readonly UnsyncedAnswers _refusals;
    private readonly (Accepted? Vote, RecordNumber RestsOn)[] _waitingVotes = new (Accepted? Vote, RecordNumber RestsOn)[2];
    private readonly Queue<(RecordNumber Record, Slot Through)> _unsynced = new();
    private RecordNumber _viewRecord;
    private bool _owesVote;
    private bool _sawHole;
    private Slot _decidableThrough = Slot.Zero;
    private bool _votesFirst;

    /// <summary>Goes on from what the disk remembers, all of which is durable.</summary>
    /// <param name="options">The group.</param>
    /// <param name="recovered">What the disk remembers.</param>
    /// <param name="log">The slots; nobody else stores votes in them.</param>
    /// <param name="executor">What was executed: a promise tells the hash of its state.</param>
    /// <param name="membership">Says whether this replica has a vote.</param>
    /// <param name="outbox">Where records and answers go.</param>
    public Acceptor(GroupOptions options, RecoveredState recovered, EntryLog log, Executor executor, Membership membership, Outbox outbox)
    {
        _options = options;
        _executor = executor;
        _membership = membership;
        _outbox = outbox;
        _promises = new UnsyncedAnswers(options, outbox);
        _refusals = new UnsyncedAnswers(options, outbox);
        Log = log;
        Promised = recovered.Promised;
        Owned = recovered.Owned;
        _isViewRecordLost = recovered.ViewRecordLost;
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

    /// <summary>
    /// False when the promise was lost with the disk, while the member list does not name this replica durably, and while that list is older than the promised view (rule 13):
    /// then nothing is promised, accepted or echoed here.
    /// </summary>
    public bool MayVote => !_isViewRecordLost && _membership.IsVoter && Promised.List <= _membership.Members.Number;

    /// <summary>The end of the prefix that is decided, or accepted in the promised view.</summary>
    public Slot AcceptedThrough { get; private set; }

    /// <summary>The part of that prefix that is durable, as far as it is not decided anyway.</summary>
    public Slot DurableThrough { get; private set; }

    /// <summary>Accepted entries that are not durable yet.</summary>
    public int UnsyncedVotes => _unsynced.Count;

    /// <summary>Something is left over for <see cref="DecideMore"/>.</summary>
    public bool HasMoreToDecide => _decidableThrough > Log.Decided;

    /// <summary>The promise is on the disk.</summary>
    public bool PromiseIsDurable => _outbox.SyncedThrough >= _viewRecord;

    /// <summary>Promises a higher view: nothing below it is accepted any more.</summary>
    public void Promise(View view)
    {
        Invariant.Holds(MayVote && view > Promised);
        Promised = view;
        WriteViewRecord();
    }

    /// <summary>Promises a view of its own and notes that it owns it, before the first LeaderClaim and Proposal of it (rules 1 and 2).</summary>
    public void Claim(View view)
    {
        Invariant.Holds(MayVote && view >= Promised && view > Owned);
        Promised = view;
        Owned = view;
        WriteViewRecord();
    }

    /// <summary>
    /// Phase 1a of the promised view, LeaderClaim: tells everything accepted above what the candidate has decided, once the promise is
    /// durable (rules 1 and 3).
    /// </summary>
    public void OnClaim(ReplicaId candidate, LeaderClaim claim)
    {
        if (!_promises.TryBegin(candidate, Promised))
            return;
        foreach (LeaderPromise part in Tell(claim.Decided, _options.PartBytes))
        {
            _outbox.SendAfterSync(candidate, part);
        }
    }

    /// <summary>
    /// What this acceptor has to tell a candidate of the promised view: everything it accepted above what is decided, in parts that fit into
    /// frames, and apart from the votes what it knows to be decided up there. Nothing is ever left out to make it fit (rule 3): a part
    /// says which slots it speaks of, and the last one says that it is the last.
    /// </summary>
    /// <param name="candidateDecided">What the candidate has decided.</param>
    /// <param name="partBytes">Bytes of entries after which a part is closed.</param>
    public List<LeaderPromise> Tell(Slot candidateDecided, int partBytes)
    {
        List<LeaderPromise> parts = [];
        Slot end = Slot.Max(Log.Last, Log.Faulty.Last);
        Slot first = Slot.Max(Log.Decided, candidateDecided).Next;
        bool isFinal = false;
        while (!isFinal)
        {
            LeaderPromise part = NextPart(first, end, partBytes);
            parts.Add(part);
            first = part.Last.Next;
            isFinal = part.IsFinal;
        }

        return parts;
    }

    /// <summary>Phase 2a of the promised view, Proposal: accepts the next slot; what lies above a hole is refused (rule 4).</summary>
    /// <returns>What was done; the answer to all proposals of a step leaves with <see cref="SendVote"/>.</returns>
    public ProposalOutcome OnProposal(Proposal proposal)
    {
        _owesVote = true;
        if (proposal.Slot > AcceptedThrough.Next)
        {
            _sawHole = true;
            return ProposalOutcome.AboveHole;
        }

        if (proposal.Slot > AcceptedThrough)
            return TryAccept(proposal.Slot, proposal.Entry) ? ProposalOutcome.Accepted : ProposalOutcome.AgainstDecided;
        CheckOneValuePerView(proposal);
        return ProposalOutcome.Repeated;
    }

    /// <summary>
    /// At the end of a step: one Accepted for all that was proposed in it, after the sync (rules 1 and 4). While one that says the same waits
    /// for its sync there is no second one: a slow disk would otherwise gather one for each repeated proposal.
    /// </summary>
    public void SendVote()
    {
        if (!_owesVote)
            return;
        Accepted vote = new(Promised, AcceptedThrough, _sawHole);
        _owesVote = _sawHole = false;
        ReplicaId primary = Promised.Primary(_options.ReplicaCount);
        if (primary == _options.Self)
            return;
        ref (Accepted? Vote, RecordNumber RestsOn) waiting = ref _waitingVotes[vote.IsAboveHole ? 1 : 0];
        if (waiting.RestsOn > _outbox.SyncedThrough && vote.Equals(waiting.Vote))
            return;
        waiting = (vote, _outbox.RecordsThrough);
        _outbox.SendAfterSync(primary, vote);
    }

    /// <summary>Somebody acts in a view below the promised one: tells it the promise, once that is durable.</summary>
    public void Refuse(ReplicaId sender)
    {
        if (_refusals.TryBegin(sender, Promised))
            _outbox.SendAfterSync(sender, new Refusal(Promised));
    }

    /// <summary>
    /// Accepts the next slot in the promised view. Where a value is known to be decided there is nothing to vote on: the same value
    /// only lengthens the prefix. With another one the primary is of a view below the one in which the known value was chosen
    /// (it proposes in good faith, and nothing of its view can be chosen in this slot any more), so it gets no vote.
    /// </summary>
    /// <returns>False when another value is known to be decided in the slot: nothing was changed.</returns>
    public bool TryAccept(Slot slot, Entry entry)
    {
        Invariant.Holds(MayVote && slot == AcceptedThrough.Next);
        StoredEntry stored = Log[slot];
        if (stored.IsKnown)
        {
            if (!entry.Equals(stored.Entry))
                return false;
            LengthenPrefix(slot, _outbox.RecordsThrough);
            NoteDurable();
            return true;
        }

        Log.Accept(Promised, slot, entry);
        LengthenPrefix(slot, _outbox.Add(Record.OfAccepted(Promised, slot, entry)));
        return true;
    }

    /// <summary>Stores the next decided slot as another replica told it.</summary>
    public void Learn(Slot slot, Entry entry)
    {
        Log.Learn(slot, entry);
        _outbox.Add(Record.OfLearned(slot, entry));
        MarkDecided(slot);
    }

    /// <summary>Everything up to a slot is decided and in a snapshot of another replica, which is durable here: no vote of it matters any more.</summary>
    public void TakeBase(Slot slot)
    {
        Log.TakeBase(slot);
        DurableThrough = Slot.Max(DurableThrough, Log.Decided);
        if (AcceptedThrough >= Log.Decided)
            return;
        AcceptedThrough = Log.Decided;
        ExtendPrefix();
    }

    /// <summary>
    /// Closes the open end of lost slots, if the primary of the promised view inherited no more than what is accepted here by now;
    /// and notes that on the disk behind those votes. What is said of it (LeaderPromise) waits for the sync like all that rests on a record,
    /// so a crash before leaves an open end of which nobody was told that it is closed.
    /// </summary>
    /// <param name="inheritedThrough">The slot of that primary's first own no-op; <see cref="Slot.Zero"/> when not known.</param>
    public void CloseOpenEnd(Slot inheritedThrough)
    {
        if (!Log.Faulty.TryCloseOpenEnd(Promised, AcceptedThrough, inheritedThrough))
            return;
        _outbox.Add(Record.OfClosedEnd(Promised, Slot.Max(inheritedThrough, Log.Last)));
    }

    /// <summary>
    /// What is stored up to <paramref name="slot"/> is decided. When that is more than a step executes, <see cref="DecideMore"/> decides the rest in the next steps.
    /// </summary>
    public void Decide(Slot slot)
    {
        _decidableThrough = Slot.Max(_decidableThrough, slot);
        MarkDecided(_executor.EndOfStep(slot));
    }

    /// <summary>
    /// The same, told by a proposal that was voted for in this step: the vote has to reach the disk, and the primary waits for it, but nobody waits for what is decided to be executed here. When that takes
    /// longer than a moment, the next step does it, unless an earlier one has left it over already.
    /// </summary>
    public void DecideBehindVote(Slot slot)
    {
        _votesFirst |= !HasMoreToDecide && _executor.TakesLong(slot);
        if (_votesFirst)
            _decidableThrough = Slot.Max(_decidableThrough, slot);
        else
            Decide(slot);
    }

    /// <summary>In each step: decides what earlier steps have left over, or a part of it.</summary>
    public void DecideMore()
    {
        if (HasMoreToDecide && !_votesFirst)
            MarkDecided(_executor.EndOfStep(_decidableThrough));
        _votesFirst = false;
    }

    /// <summary>More of the log is durable.</summary>
    public void OnSynced()
    {
        NoteDurable();
        DurableThrough = Slot.Max(DurableThrough, Log.Decided);
    }

    private void WriteViewRecord()
    {
        // What is left over was heard in the earlier view: the primary of the next one tells it again.
        _decidableThrough = Slot.Zero;
        _viewRecord = _outbox.Add(Record.OfViews(Promised, Owned));

        // Votes of an older view say nothing in this one; what is decided is as good as accepted in every view.
        _unsynced.Clear();
        AcceptedThrough = Log.Decided;
        DurableThrough = Log.Decided;
    }

    private void MarkDecided(Slot slot)
    {
        Log.MarkDecided(slot);
        if (AcceptedThrough >= Log.Decided)
            return;
        AcceptedThrough = Log.Decided;
        ExtendPrefix();
    }

    private void CheckOneValuePerView(Proposal proposal)
    {
        // What was learned stands in no view; of a decided slot nobody knows any more whether it was accepted or learned.
        bool isSameVote = proposal.Slot > Log.Decided && Log[proposal.Slot].View == proposal.View;
        Invariant.Holds(
            !isSameVote || proposal.Entry.Equals(Log[proposal.Slot].Entry),
            "a primary proposes one value per (view, slot)");
    }

    private void LengthenPrefix(Slot slot, RecordNumber restsOn)
    {
        AcceptedThrough = Slot.Max(AcceptedThrough, slot);
        ExtendPrefix();
        _unsynced.Enqueue((restsOn, AcceptedThrough));
    }

    private void NoteDurable()
    {
        while (_unsynced.TryPeek(out (RecordNumber Record, Slot Through) oldest) && oldest.Record <= _outbox.SyncedThrough)
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
            bool counts = stored.HasEntry && stored.View == Promised;
            if (!counts)
                return;
            AcceptedThrough = next;
        }
    }

    /// <summary>The part of a promise that speaks of the slots from <paramref name="first"/> on, at most to <paramref name="end"/>.</summary>
    private LeaderPromise NextPart(Slot first, Slot end, int partBytes)
    {
        List<AcceptedEntry> entries = [];
        List<DecidedEntry> known = [];
        int bytes = 0;
        Slot slot = first;
        for (; slot <= end && slot - first < SlotsPerPart; slot = slot.Next)
        {
            StoredEntry stored = Log[slot];
            if (stored.Entry is not { } entry || Log.IsFaulty(slot))
                continue;
            bytes += entry.Bytes.Length;
            if (bytes > partBytes && entries.Count + known.Count > 0)
                break;
            if (stored.IsKnown)
                known.Add(new DecidedEntry(slot, entry));
            else
                entries.Add(new AcceptedEntry(slot, stored.View, entry));
        }

        Slot last = slot.Previous;
        return new LeaderPromise(
            Promised,
            Log.Decided,
            _executor.State.Executed,
            _executor.State.Hash,
            first,
            last,
            last >= end,
            Log.Faulty.From,
            Log.Faulty.Between(first, last),
            entries,
            known);
    }
}

/// <summary>What an acceptor did with a proposal.</summary>
internal enum ProposalOutcome
{
    /// <summary>It was accepted: the prefix has grown.</summary>
    Accepted,

    /// <summary>It had been accepted before.</summary>
    Repeated,

    /// <summary>Something below it is missing, so it was refused.</summary>
    AboveHole,

    /// <summary>Another value is known to be decided in its slot, so it was refused.</summary>
    AgainstDecided,
}
