using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Execution;

/// <content>Operations that have their place in the log and wait for their effect (ordered rules M4, M7 and M12).</content>
public sealed partial class ReplicatedState
{
    /// <summary>
    /// What stands in place of a result when the operation has its place and waits for its effect: the result follows in <see cref="Drained"/>, unless the operation goes. It is not one of the answers that clients get.
    /// </summary>
    public const ReplyStatus Queued = (ReplyStatus)byte.MaxValue;

    private readonly List<ClientReply> _drained = [];
    private readonly List<QueuedOperation> _voided = [];
    private readonly List<ReadOnlyMemory<byte>> _before = [];
    private bool _haveArrived;

    /// <summary>The results of operations of earlier entries, or of the same one, that waited and ran in the last slot, in the order in which they did.</summary>
    public IReadOnlyList<ClientReply> Drained => _drained;

    /// <summary>The operations that went out of their queues in the last slot without having run: they do not take effect at that place.</summary>
    public IReadOnlyList<QueuedOperation> Voided => _voided;

    /// <summary>The operations that wait for their effect.</summary>
    public KeyQueues Queues => _sessions.Queues;

    /// <inheritdoc/>
    long ISessionMoves.EarliestLogTime => Queues.Count == 0 ? LogTime : Math.Min(LogTime, Queues.All.Min(static operation => operation.LogTime));

    private IKeyedMachine? Keyed => _machine as IKeyedMachine;

    /// <summary>
    /// The result that a queued operation will have, if all that is before it in its queue runs (ordered rule M6). Nothing that follows changes it, but that one before it goes.
    /// </summary>
    /// <param name="operation">The operation; it is in its queue.</param>
    public CommandResult Foresee(QueuedOperation operation)
    {
        IReadOnlyList<QueuedOperation> queue = Queues.FindQueue(operation.Space, operation.Name)!.Operations;
        _before.Clear();
        for (int index = 0; index < queue.Count && queue[index].Place <= operation.Place; index++)
            _before.Add(queue[index].Command);
        return Keyed!.Foresee(_before);
    }

    /// <summary>
    /// A query has to wait, for something that it may have to tell has its place and waits for its effect: somebody may have been told its result already (ordered rule M10). One that tells the contents of several
    /// names waits for all that is queued, one that tells those of a single name for what was there when it arrived.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="upTo">What <see cref="KeyQueues.LastPlace"/> was when the query arrived, or later.</param>
    public bool MustWait(ReadOnlySpan<byte> query, long upTo)
    {
        if (Queues.Count == 0 || _machine.FindRefusal(query) is not null)
            return false;
        int space = Keyed!.FindReadSpace(query);
        return space >= 0 && (space == IKeyedMachine.AllSpaces || Queues.FindQueue(space, CommandPart.NameIn(query))?.Head?.Place <= upTo);
    }

    /// <summary>A query tells the contents of several names.</summary>
    public bool TellsSeveral(ReadOnlySpan<byte> query) => Keyed?.FindReadSpace(query) == IKeyedMachine.AllSpaces;

    /// <inheritdoc/>
    IReadOnlyList<QueuedOperation> ISessionMoves.TakeQueued(Predicate<Arc> isTaken)
    {
        RequireCommand();
        IReadOnlyList<QueuedOperation> taken = Queues.Take(isTaken);
        foreach (QueuedOperation operation in taken)
        {
            Keyed!.Release(operation.Command.Span);
            FoldQueued(operation);
        }

        return taken;
    }

    /// <inheritdoc/>
    void ISessionMoves.AddQueued(QueuedOperation operation)
    {
        RequireCommand();
        Session? session = _sessions.Find(operation.Session);
        long sequence = operation.Sequence;
        bool isKnown = Queues.Find(operation.Session, sequence) is not null || session?.Ran(sequence) == true;
        if (isKnown || Keyed?.FindSpace(operation.Command.Span) != operation.Space || sequence - (session?.AcknowledgedBelow ?? 1) >= GroupOptions.LargestSessionWindow)
            return;
        QueuedOperation own = operation with { Expiry = Math.Min(operation.Expiry, LogTime + Limits.LongestLife) };
        session ??= _sessions.Add(own.Session, own.Expiry);
        session.Extend(own.Expiry);
        Restore(own);
        FoldQueued(own);
        _haveArrived = true;
    }

    /// <summary>Puts in an operation of an export, behind those that were put in before; its session is here.</summary>
    internal void Restore(QueuedOperation operation)
    {
        Keyed!.Reserve(operation.Command.Span);
        Queues.Add(operation);
    }

    /// <summary>A restored operation can be what an execution has left: the machine lets its command wait, its session is here, and it is no copy of another one.</summary>
    internal bool MayRestore(QueuedOperation operation) =>
        Keyed?.FindSpace(operation.Command.Span) == operation.Space
        && _sessions.Find(operation.Session) is { } session
        && !session.Ran(operation.Sequence)
        && operation.Sequence - session.AcknowledgedBelow < GroupOptions.LargestSessionWindow
        && Queues.Find(operation.Session, operation.Sequence) is null;

    // Decides where a request goes that may run by the rules of its session: it runs now, or waits in the queue of its key behind what is there, or behind its gate (ordered rule M4).
    private SessionVerdict FindPlace(in EntryCommand command, ulong commandHash, Session? session, Slot slot, Entry entry, out QueuedOperation? queued)
    {
        queued = null;
        ReadOnlySpan<byte> bytes = command.Command.Span;
        if (!TryFindGate(in command, session, out QueueGate? gate))
            return SessionVerdict.OutOfOrder;
        int space = Keyed?.FindSpace(bytes) ?? -1;
        KeyQueue? queue = space < 0 ? null : Queues.FindQueue(space, CommandPart.NameIn(bytes));
        if (gate is null && queue is null)
            return SessionVerdict.Run;
        if (space < 0)
            return SessionVerdict.OutOfOrder;
        int longest = (int)Math.Min(Limits.Result, Keyed!.LongestResult(bytes, queue?.CommandBytes ?? 0));
        if (!Queues.HasRoomFor(queue, QueuedOperation.BytesOf(bytes.Length, longest)) || !Keyed.HasSpaceFor(bytes))
            return SessionVerdict.QueueFull;
        bool isClear = queue is null && gate is { Token.IsPromised: true };
        PlacementToken token = TokenOf(in command, slot, entry, isClear);
        queued = new QueuedOperation(
            command.Session, command.Sequence.Number, commandHash, command.Expiry, entry.Wall, LogTime, token, space, longest, gate, bytes.ToArray());
        return SessionVerdict.Run;
    }

    // What it has to wait for; false: it cannot take effect at this place, whatever follows.
    private bool TryFindGate(in EntryCommand command, Session? session, out QueueGate? gate)
    {
        gate = null;
        long previous = command.Previous.Number;
        if (command.Gate is not null && (!command.Session.IsOrdered || previous == 0))
            return false;
        if (Queues.Find(command.Session, previous) is { } before)
        {
            gate = new QueueGate(previous, before.Arc, before.Token);
            return command.Gate is not { } told || told.Token == before.Token;
        }

        if (command.Gate is not { } named)
            return true;
        if (session?.Ran(previous) == true)
            return session.TookEffect(previous) && session.TokenOf(previous) == named.Token;
        gate = new QueueGate(previous, new Arc(named.Arc), named.Token);
        return !_machine.FindOwner(gate.Value.Arc).IsHere;
    }

    private CommandResult Join(QueuedOperation operation, Session session)
    {
        session.Extend(operation.Expiry);
        Restore(operation);
        FoldQueued(operation);
        return InQueue();
    }

    private static CommandResult InQueue() => new(Queued, Array.Empty<byte>());

    // A gate that is open stays so, and nothing is taken out that has none or whose gate is open: of Open and Void the first one counts.
    private CommandResult SettleGate(in EntryCommand command)
    {
        CommandResult done = new(ReplyStatus.Ok, Array.Empty<byte>());
        if (!SettleGateCommand.TryRead(command.Command.Span, out SettleGateCommand settle))
            return SessionAnswers.NoSession;
        if (Queues.Find(command.Session, command.Sequence.Number) is not { IsOpen: false } operation || operation.Token != settle.Token)
            return done;
        if (settle.Opens)
            Queues.Open(operation);
        else
            Void(operation);
        RunOpen();
        return done;
    }

    private void Void(QueuedOperation operation)
    {
        foreach (QueuedOperation gone in Queues.Void(operation))
        {
            Keyed!.Release(gone.Command.Span);
            FoldQueued(gone);
            _voided.Add(gone);
        }
    }

    // What came with arcs may be what others wait for, and may have waited for what is here.
    private void OpenArrived()
    {
        if (!_haveArrived)
            return;
        _haveArrived = false;
        foreach (QueuedOperation operation in Queues.All.ToArray())
        {
            if (!operation.IsOpen && operation.Gate is { } gate && _sessions.Find(operation.Session) is { } session && session.TookEffect(gate.Predecessor) && session.TokenOf(gate.Predecessor) == gate.Token)
                Queues.Open(operation);
        }
    }

    private void RunOpen()
    {
        while (Queues.NextToRun is { } operation)
        {
            Queues.Remove(operation);
            Session? session = _sessions.Find(operation.Session);
            Invariant.Holds(session is not null, "a session is kept as long as it has queued operations");
            CommandResult result = Keyed!.ApplyReserved(operation.Command, operation.Wall, operation.LogTime);

            // However long it has waited, what follows it can ask for it for an hour from now (ordered rule M8).
            session!.Store(operation.Sequence, operation.CommandHash, operation.Arc, Math.Max(operation.Expiry, LogTime), result, operation.Token);
            Queues.OpenBehind(operation);
            FoldQueued(operation);
            Fold(_machine.Hash);
            Fold(StableHash64.Of(result.Payload.Span, (ulong)result.Status));
            Fold(session.Digest);
            _drained.Add(Reply(operation.Session, new SequenceNumber(operation.Sequence), result));
        }
    }

    // Computed anew when it comes and when it goes, so that a bit that has flipped in between shows.
    private void FoldQueued(QueuedOperation operation) => Fold(StableHash64.Combine(operation.Hash, operation.IsOpen ? 1UL : 0));

    // Only what waits for nothing but predecessors of which that is so too keeps the token that was promised (ordered rule M13).
    private PlacementToken TokenOf(in EntryCommand command, Slot slot, Entry entry, bool isClear)
    {
        long era = _machine.FindOwner(Arc.Of(CommandPart.NameIn(command.Command.Span))).Configuration;
        bool isPromised = isClear && command.PromisedAt != Slot.Zero;
        return new PlacementToken(era, entry.FirstView, isPromised ? command.PromisedAt : slot) { IsPromised = isPromised };
    }
}
