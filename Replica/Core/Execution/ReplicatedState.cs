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

/// <summary>
/// Everything that the log's execution builds: the sessions with their stored results, and what the machine makes of each command that
/// runs. Execution is a total, deterministic function of (state, entry) (rule 10).
/// </summary>
/// <remarks>
/// What is stored: the result of every command that ran, rejections included, and also of one that is malformed in itself,
/// since it stays so. A refusal (not my arc, expired, out of order, different command, stale, busy) stores nothing and changes nothing. Every payload that is not a
/// result is a readable reason in UTF-8. Memory: see <see cref="SessionTable"/> for the bounds of sessions; the machine has its own.
/// A command that moves arcs takes results out of the sessions, puts others in and raises log time while it runs (<see cref="ISessionMoves"/>); the rest of its entry is judged by what is then.
/// </remarks>
public sealed partial class ReplicatedState : ISessionMoves
{
    private readonly int _maximumSessions;
    private readonly int _sessionWindow;
    private readonly IStateMachine _machine;
    private readonly SessionTable _sessions;

    /// <summary>A state that has executed nothing. It hands its sessions to the machine.</summary>
    /// <param name="sessions">Most sessions.</param>
    /// <param name="sessionWindow">Most unacknowledged requests of one session.</param>
    /// <param name="machine">What runs the commands; fresh, and used by nobody else.</param>
    public ReplicatedState(int sessions, int sessionWindow, IStateMachine machine)
    {
        _maximumSessions = sessions;
        _sessionWindow = sessionWindow;
        _machine = machine;
        _sessions = new SessionTable(sessions, sessionWindow);
        machine.Attach(this);
    }

    /// <summary>The last slot that was executed.</summary>
    public Slot Executed { get; private set; } = Slot.Zero;

    /// <summary>The rolling hash after <see cref="Executed"/>: over slots, commands, results and the state they touched.</summary>
    public ulong Hash { get; private set; }

    /// <summary>
    /// Log time after <see cref="Executed"/>, in milliseconds since 1970 UTC: the highest stamp of all entries so far, or what came with an arc, if that is higher; 0 before the first.
    /// </summary>
    public long LogTime { get; private set; }

    /// <summary>The highest first view of the entries so far: one that was first proposed in a lower one is dead (rule 3).</summary>
    public View HighestFirstView { get; private set; } = View.None;

    /// <summary>The member list after <see cref="Executed"/> (rule 13).</summary>
    public Members Members { get; private set; } = Members.Founders;

    /// <summary>Places in the group; the replacement of a member in any other place is rejected.</summary>
    public int ReplicaCount { get; init; } = Limits.Replicas;

    /// <summary>What runs the commands.</summary>
    public IStateMachine Machine => _machine;

    /// <summary>Bytes that the sessions take, about, and most that they may take.</summary>
    public Occupancy SessionBytes => _sessions.ByteOccupancy;

    /// <summary>Sessions that are there, and most that there may be.</summary>
    public Occupancy SessionCount => _sessions.CountOccupancy;

    /// <summary>A hash of what its execution depends on besides the log; computed each time.</summary>
    internal ulong RulesHash => ExecutionRules.HashOf(_maximumSessions, _sessionWindow, _machine);

    /// <summary>The sessions, for tests that look inside.</summary>
    internal SessionTable Sessions => _sessions;

    /// <inheritdoc/>
    Slot ISessionMoves.Slot => _sessions.CurrentSlot;

    /// <inheritdoc/>
    long ISessionMoves.LogTime => LogTime;

    /// <summary>
    /// Executes the next slot and says what became of each of its commands, in their order. An entry that was first proposed in a view below one in which
    /// something that ran was first proposed does nothing: the primary of that higher view did not find it, so that it stays dead,
    /// whoever still stored it (rule 3).
    /// </summary>
    /// <param name="slot">The slot after <see cref="Executed"/>.</param>
    /// <param name="entry">Its decided value; the state keeps nothing of its bytes.</param>
    /// <param name="replies">
    /// One reply per command is added to it, and none when the entry is dead; the view in it is <see cref="View.None"/>. Its status is <see cref="Queued"/> when the command waits for its effect.
    /// </param>
    /// <exception cref="ArgumentException">It is another slot.</exception>
    public void Execute(Slot slot, Entry entry, List<ClientReply> replies)
    {
        if (slot != Executed.Next)
            throw new ArgumentException($"{slot} was given to be executed after {Executed}", nameof(slot));
        bool isDead = entry.FirstView < HighestFirstView;
        LogTime = Math.Max(LogTime, entry.LogTime);
        HighestFirstView = View.Max(HighestFirstView, entry.FirstView);
        Fold((ulong)slot.Number);
        Fold((ulong)LogTime);
        Fold((ulong)HighestFirstView.Number);
        _sessions.CurrentSlot = slot;
        _drained.Clear();
        _voided.Clear();
        DropSessions(entry.CommandCount);
        if (!isDead)
            ExecuteCommands(slot, entry, replies);
        Executed = slot;
    }

    /// <summary>
    /// Answers a request from what is already executed, without the log: its stored result, stale, expired, or different
    /// from what ran. All of these stay true whatever follows. Or what is of an arc that is not served, which is as it is now. Null when it has to run.
    /// </summary>
    public ClientReply? AnswerFromStore(in ClientRequest request)
    {
        return FindAnswer(in request) is { } result ? Reply(request.Session, request.Sequence, result) : null;
    }

    /// <summary>What has become of a number of an ordered session, as far as this group has executed; what is neither absent nor placed stays so (ordered rule M3).</summary>
    /// <param name="id">The session.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="token">Which placement has run or waits in its queue, or which entry has cancelled it; none without either.</param>
    public OperationState StateOf(SessionId id, SequenceNumber sequence, out PlacementToken token)
    {
        token = PlacementToken.None;
        if (Queues.Find(id, sequence.Number) is { } queued)
        {
            token = queued.Token;
            return OperationState.Placed;
        }

        if (_sessions.Find(id) is not { } session)
            return OperationState.Absent;
        token = session.TokenOf(sequence.Number);
        if (session.Ran(sequence.Number))
            return session.WasCancelled(sequence.Number) ? OperationState.Cancelled : OperationState.Firm;
        return sequence.Number < session.AcknowledgedBelow ? OperationState.Over : OperationState.Absent;
    }

    /// <summary>What is to be done with a command that is not empty.</summary>
    public CommandClass Classify(ReadOnlySpan<byte> command) => ReplaceMemberCommand.Is(command) ? CommandClass.Write : _machine.Classify(command);

    /// <summary>Answers a query from the state as it is now. Total: one that makes no sense is answered <see cref="ReplyStatus.Malformed"/>.</summary>
    public ClientReply Read(in ClientRequest request) =>
        Reply(request.Session, request.Sequence, _machine.FindRefusal(request.Command.Span) ?? _machine.Read(request.Command.Span));

    /// <summary>Answers a read that waits for something that is there, or that makes no sense; null when it has to wait.</summary>
    /// <param name="request">The read.</param>
    /// <param name="wait">What it has to wait for.</param>
    public ClientReply? TryAnswer(in ClientRequest request, out Wait wait)
    {
        wait = default;
        CommandResult? result = _machine.FindRefusal(request.Command.Span) ?? _machine.TryAnswer(request.Command.Span, out wait);
        return result is { } answer ? Reply(request.Session, request.Sequence, answer) : null;
    }

    /// <inheritdoc/>
    void ISessionMoves.RaiseLogTime(long logTime)
    {
        RequireCommand();
        long raised = Math.Min(logTime, Limits.HighestTime);
        if (raised <= LogTime)
            return;
        LogTime = raised;
        Fold((ulong)raised);
    }

    /// <inheritdoc/>
    List<MovedRecord> ISessionMoves.Take(Predicate<Arc> isTaken)
    {
        RequireCommand();
        return _sessions.Take(isTaken);
    }

    /// <inheritdoc/>
    void ISessionMoves.Merge(in MovedSession session)
    {
        RequireCommand();
        _sessions.Merge(session.Id, session.AcknowledgedBelow, session.HighestExpiry, LogTime);
    }

    /// <inheritdoc/>
    void ISessionMoves.Add(in MovedRecord record)
    {
        RequireCommand();
        _sessions.Add(in record);
        _haveArrived |= Queues.Count > 0;
    }

    /// <inheritdoc/>
    bool ISessionMoves.Find(Slot after, int most, List<MovedSession> found) => _sessions.FindChanged(after, most, found);

    /// <summary>Goes on from where an export was taken: its sessions and its machine are here already.</summary>
    /// <param name="executed">The slot of the export.</param>
    /// <param name="hash">The rolling hash after it.</param>
    /// <param name="logTime">Log time after it.</param>
    /// <param name="highestFirstView">The highest first view of the entries up to it.</param>
    /// <param name="members">The member list after it.</param>
    internal void Restore(Slot executed, ulong hash, long logTime, View highestFirstView, Members members)
    {
        Members = members;
        Executed = executed;
        _sessions.CurrentSlot = executed;
        Hash = hash;
        LogTime = logTime;
        HighestFirstView = highestFirstView;
    }

    private static ClientReply Reply(SessionId session, SequenceNumber sequence, CommandResult result) =>
        new(session, sequence, result.Status, View.None, result.Payload);

    // Anything else that changed them would make this replica differ from the others (rule 10).
    private void RequireCommand() => Invariant.Holds(_sessions.CurrentSlot > Executed, "sessions move, and log time rises, only while a command runs");

    private void DropSessions(int commands)
    {
        for (int look = 0; look < SessionTable.LooksPerSlot + (2 * commands) && _sessions.TryLook(LogTime, out Session? dropped); look++)
        {
            // A bit of it that flipped shows here at the latest.
            if (dropped is not null)
                Fold(dropped.Digest);
        }

        Fold((ulong)_sessions.Count);
    }

    private void ExecuteCommands(Slot slot, Entry entry, List<ClientReply> replies)
    {
        foreach (EntryCommand command in entry.Commands)
        {
            CommandResult result = ExecuteCommand(in command, slot, entry, out Session? session);
            Hash = StableHash64.OfWords(
            [
                Hash, (ulong)command.Session.Number, (ulong)command.Sequence.Number, StableHash64.Of(result.Payload.Span, (ulong)result.Status),
                session?.Digest ?? 0, (ulong)(session?.AcknowledgedBelow ?? 0), (ulong)(session?.Highest ?? 0), _machine.Hash,
            ]);
            replies.Add(Reply(command.Session, command.Sequence, result));
        }
    }

    /// <summary>Executes a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="slot">The slot of its entry.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="session">Its session, when it has changed; null when it is refused.</param>
    private CommandResult ExecuteCommand(in EntryCommand command, Slot slot, Entry entry, out Session? session)
    {
        session = null;
        if (command.Session == SessionId.None)
            return SessionAnswers.NoSession;
        ReadOnlySpan<byte> bytes = command.Command.Span;
        if (command.Session.IsOrdered && SettleGateCommand.Is(bytes))
            return SettleGate(in command);
        if (_machine.FindRefusal(bytes) is { } refusal)
            return refusal;
        ulong commandHash = StableHash64.Of(bytes);
        SessionVerdict verdict = _sessions.Judge(in command, commandHash, LogTime, out Session? found, out CommandResult stored);
        QueuedOperation? queued = null;
        if (verdict == SessionVerdict.Run && (Queues.Count > 0 || command.Gate is not null))
            verdict = FindPlace(in command, commandHash, found, slot, entry, out queued);
        if (verdict is not (SessionVerdict.Run or SessionVerdict.AlreadyRan or SessionVerdict.Queued))
            return SessionAnswers.Refusal(verdict);

        session = found ?? _sessions.Add(command.Session, command.Expiry);
        session.Acknowledge(command.AcknowledgedBelow.Number);
        return verdict switch
        {
            SessionVerdict.AlreadyRan => stored,
            SessionVerdict.Queued => InQueue(),
            _ => queued is null ? Run(in command, commandHash, session, slot, entry) : Join(queued, session),
        };
    }

    private CommandResult Run(in EntryCommand command, ulong commandHash, Session session, Slot slot, Entry entry)
    {
        CommandResult result;
        ReadOnlySpan<byte> bytes = command.Command.Span;
        if (ReplaceMemberCommand.Is(bytes))
        {
            (Members, result) = MemberReplacement.Apply(Members, command.Command, slot, entry.ReplacesMember, ReplicaCount);
            Fold(Members.Hash);
        }
        else if (command.Session.IsOrdered && CancelOperationCommand.Is(bytes))
        {
            result = new CommandResult(ReplyStatus.Cancelled, Array.Empty<byte>());
        }
        else
        {
            result = _machine.Apply(command.Command, entry.Wall, LogTime);
        }

        Arc arc = Arc.Of(CommandPart.NameIn(bytes));
        PlacementToken token = command.Session.IsOrdered ? TokenOf(in command, slot, entry, isClear: true) : PlacementToken.None;
        session.Store(command.Sequence.Number, commandHash, arc, command.Expiry, result, token);
        if (Queues.Count > 0)
        {
            OpenArrived();
            RunOpen();
        }

        return result;
    }

    private CommandResult? FindAnswer(in ClientRequest request)
    {
        if (request.Session == SessionId.None)
            return SessionAnswers.NoSession;
        if (_machine.FindRefusal(request.Command.Span) is { } refusal)
            return refusal;
        EntryCommand command = new(
            request.Session, request.Sequence, request.Previous, request.AcknowledgedBelow, request.Expiry, request.Command);
        bool isKnown = _sessions.Find(request.Session)?.Ran(request.Sequence.Number) == true || Queues.Find(request.Session, request.Sequence.Number) is not null;
        ulong commandHash = isKnown ? StableHash64.Of(request.Command.Span) : 0;
        SessionVerdict verdict = _sessions.Judge(in command, commandHash, LogTime, out _, out CommandResult stored);
        return verdict switch
        {
            SessionVerdict.AlreadyRan => stored,
            SessionVerdict.DifferentCommand or SessionVerdict.Stale or SessionVerdict.Expired => SessionAnswers.Refusal(verdict),
            _ => null,
        };
    }

    private void Fold(ulong value) => Hash = StableHash64.Combine(Hash, value);
}
