using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Decided entries that one replica has and another lacks (rule 5): answers CatchUpRequest with CatchUpEntries, and asks when it heard of
/// a decided slot that this replica did not accept in that view, or when no primary speaks to it and others may know more. One request
/// at a time.
/// </summary>
/// <param name="options">The group.</param>
/// <param name="time">Now.</param>
/// <param name="peers">Who can be asked.</param>
/// <param name="acceptor">This replica's log.</param>
/// <param name="compaction">What is not in the log any more is in its snapshot.</param>
/// <param name="transfer">Takes the snapshot of another replica when that one has the entries no more.</param>
/// <param name="pace">How much a tick, unless a candidate waits for it.</param>
/// <param name="outbox">Where requests and answers go.</param>
internal sealed class CatchUp(
    GroupOptions options, StepTime time, Peers peers, Acceptor acceptor, Compaction compaction, SnapshotTransfer transfer, FetchPace pace, Outbox outbox)
{
    private ReplicaId _source;
    private long _askedTick = long.MinValue / 2;
    private Slot _askedFor = Slot.Zero;
    private bool _isSourceSilent;
    private bool _isUrgent;
    private bool _isResting;
    private Slot _decidedWhenNoted = Slot.Zero;
    private long _lagSinceTick = long.MinValue / 2;

    /// <summary>Some replica said that everything up to here is decided.</summary>
    public Slot Target { get; private set; } = Slot.Zero;

    /// <summary>It lacks much while others serve clients.</summary>
    public bool IsFarBehind => pace.IsPaced && Target - Decided > options.ResendSlots;

    private Slot Decided => acceptor.Log.Decided;

    private bool MayAsk => _isUrgent || pace.MayFetchSlots;

    /// <summary>
    /// CatchUpRequest: answers with decided entries only, as many as fit in a part and are executed in one step; with none when nothing of the range is decided here; with
    /// the beginning of the snapshot when its first slot is not in the log any more.
    /// </summary>
    public void OnRequest(ReplicaId from, CatchUpRequest request)
    {
        if (request.First <= acceptor.Log.Base)
        {
            SendPiece(from, compaction.Durable, 0);
            return;
        }

        List<Entry> entries = [];
        int bytes = 0;
        int commands = 0;
        Slot last = Slot.Min(request.Last, Decided);
        for (Slot slot = request.First; slot <= last && entries.Count < options.ResendSlots; slot = slot.Next)
        {
            Entry entry = acceptor.Log.EntryAt(slot);
            bytes += entry.Bytes.Length;
            commands += entry.CommandCount;
            if ((bytes > options.PartBytes || commands > Executor.CommandsPerStep) && entries.Count > 0)
                break;
            entries.Add(entry);
        }

        outbox.SendNow(from, new CatchUpEntries(request.First, Decided, entries));
    }

    /// <summary>CatchUpEntries: whatever else this replica holds in those slots gives way. When it has more, the sender is asked again at once.</summary>
    /// <returns>True when something was learned.</returns>
    public bool OnEntries(ReplicaId from, CatchUpEntries answer)
    {
        Slot before = Decided;
        for (int index = 0; index < answer.Entries.Count; index++)
        {
            Slot slot = answer.First + index;
            if (slot == Decided.Next)
                acceptor.Learn(slot, answer.Entries[index]);
        }

        pace.OnSlots(answer.Entries.Count, answer.Entries.Sum(static entry => (long)entry.Bytes.Length));
        OnDecidedHeard(from, answer.Decided);

        // Only an answer that brought something asks for more: else every repeated answer would start a conversation of its own.
        if (Decided == before)
            return false;
        if (answer.Decided > Decided && !MayAsk)
            _isResting = true;
        else if (answer.Decided > Decided)
            Ask(from, answer.Decided);
        else
            _askedTick = long.MinValue / 2;
        return true;
    }

    /// <summary>SnapshotRequest: sends that piece, or the first one of a newer snapshot to whoever has hardly begun with an older one.</summary>
    public void OnSnapshotRequest(ReplicaId from, SnapshotRequest request)
    {
        if (compaction.Durable == SnapshotMark.None)
            return;
        if (compaction.Durable.Slot > request.Mark.Slot && compaction.IsEarly(request.Number))
            SendPiece(from, compaction.Durable, 0);
        else
            SendPiece(from, request.Mark, request.Number);
    }

    /// <summary>SnapshotPiece of another replica.</summary>
    public void OnSnapshotPiece(ReplicaId from, SnapshotPiece piece)
    {
        transfer.OnPiece(from, piece, Decided);
        if (transfer.IsUnderWay)
            compaction.Cancel();
    }

    /// <summary>The disk reports of a snapshot.</summary>
    public void OnSnapshotReport(in Input report)
    {
        SnapshotMark mark = report.Snapshot;
        switch (report.Kind)
        {
            case InputKind.PiecesWritten:
                compaction.OnWritten(mark.Slot, report.Pieces, report.Bytes);
                transfer.OnWritten(mark.Slot, report.Pieces);
                break;
            case InputKind.SnapshotDropped:
                compaction.OnDropped(mark.Slot);
                transfer.OnDropped(mark.Slot);
                break;
            case InputKind.SnapshotUnreadable:
                compaction.OnUnreadable(mark);
                break;
            case InputKind.SnapshotNeeded:
                compaction.OnNeeded();
                break;
            case InputKind.SnapshotDurable:
                compaction.OnDurable(mark);
                transfer.OnDurable(mark);
                break;
        }
    }

    /// <summary>
    /// When the snapshot of another replica is durable, its state takes the place of what is here, unless this replica has decided as much by itself meanwhile. Not for a
    /// primary, whose slots are its own to decide: it waits until it is one no more, since a replica that stays behind its own durable snapshot could take no other one.
    /// </summary>
    /// <returns>True when the state was replaced.</returns>
    public bool TakeDurable()
    {
        if (transfer.TakeDurable(Decided) is not { } state)
            return false;
        acceptor.TakeBase(state.Executed);
        transfer.Install(state);
        return true;
    }

    /// <summary>A replica says that it has decided up to <paramref name="decided"/>.</summary>
    public void OnDecidedHeard(ReplicaId from, Slot decided)
    {
        pace.OnDecidedHeard(decided);

        // One that knew more and does not answer is no use: it may be gone.
        if (decided >= Target || _isSourceSilent)
            FetchFrom(from, decided);
    }

    /// <summary>A candidate chooses whom to fetch from: one that had more may be gone.</summary>
    public void FetchFrom(ReplicaId source, Slot decidedThere)
    {
        _source = source;
        Target = decidedThere;
        _isSourceSilent = false;
    }

    /// <summary>
    /// Asks when it is time to. A small lag is given one heartbeat to close by proposals that are on their way; a large one is fetched
    /// at once.
    /// </summary>
    /// <param name="coming">The end of the prefix that will be decided without help.</param>
    /// <param name="isUrgent">A candidate waits for it.</param>
    public void AskIfDue(Slot coming, bool isUrgent)
    {
        _isUrgent = isUrgent;
        if (transfer.IsAlive || Target <= Slot.Max(Decided, coming))
        {
            _isResting = false;
            _lagSinceTick = time.Tick;
            return;
        }

        if (Decided != _decidedWhenNoted)
        {
            _decidedWhenNoted = Decided;
            _lagSinceTick = time.Tick;
        }

        if (_isResting && MayAsk)
        {
            Ask(_source, Target);
            return;
        }

        bool isLarge = Target - coming > options.ResendSlots;
        bool isOld = time.Tick - _lagSinceTick >= options.HeartbeatTicks;
        bool isAnswerOverdue = time.Tick - _askedTick >= 2 * options.HeartbeatTicks;
        if (!(isUrgent || isLarge || isOld) || !isAnswerOverdue)
            return;
        _isSourceSilent = _askedFor == Decided.Next;
        Ask(_source, Target);
    }

    /// <summary>While no primary is heard, others may know of more decided slots: in a partial partition they often do. Asks one of them at a time.</summary>
    public void Probe()
    {
        int period = 2 * options.HeartbeatTicks;
        if (time.Tick % period != 0 || transfer.IsAlive)
            return;
        ReplicaId peer = new((int)(time.Tick / period % options.ReplicaCount));
        if (peers.IsConnected(peer))
            Ask(peer, Decided + options.ResendSlots);
    }

    private void SendPiece(ReplicaId to, SnapshotMark mark, long number)
    {
        compaction.OnWanted(mark.Slot);
        outbox.Send(new PieceToSend(to, mark, number));
    }

    private void Ask(ReplicaId peer, Slot last)
    {
        _isResting = false;
        _askedTick = time.Tick;
        _askedFor = Decided.Next;
        Slot most = _isUrgent ? last : Decided + Math.Min(pace.SlotsAtOnce, Math.Max(0, last - Decided));
        if (peer != options.Self)
            outbox.SendNow(peer, new CatchUpRequest(Decided.Next, most));
    }
}
