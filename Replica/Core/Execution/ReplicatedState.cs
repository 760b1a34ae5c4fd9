using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
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
/// since it stays so. A refusal (out of order, different command, stale, busy, evicted, never opened) stores nothing and
/// changes nothing but the order of eviction. Every payload that is not a result is a readable reason in UTF-8.
/// Memory: see <see cref="Session"/> for the bounds of a session; the machine has its own.
/// </remarks>
/// <param name="sessions">Most sessions.</param>
/// <param name="sessionWindow">Most unacknowledged requests of one session.</param>
/// <param name="machine">What runs the commands; fresh, and used by nobody else.</param>
public sealed class ReplicatedState(int sessions, int sessionWindow, IStateMachine machine)
{
    private readonly SessionTable _sessions = new(sessions, sessionWindow);
    private long _time;

    /// <summary>The last slot that was executed.</summary>
    public Slot Executed { get; private set; } = Slot.Zero;

    /// <summary>The rolling hash after <see cref="Executed"/>: over slots, commands, results and the state they touched.</summary>
    public ulong Hash { get; private set; }

    /// <summary>
    /// Log time after <see cref="Executed"/>: the highest stamp of all entries so far, in milliseconds since 1970 UTC; 0 before the first.
    /// </summary>
    public long LogTime => _time;

    /// <summary>What runs the commands.</summary>
    public IStateMachine Machine => machine;

    /// <summary>The sessions, for tests that look inside.</summary>
    internal SessionTable Sessions => _sessions;

    /// <summary>Executes the next slot and says what became of each of its commands, in their order.</summary>
    /// <param name="slot">The slot after <see cref="Executed"/>.</param>
    /// <param name="entry">Its decided value; the state keeps slices of its bytes.</param>
    /// <param name="replies">One reply per command is added to it; the view in it is <see cref="View.None"/>.</param>
    /// <exception cref="ArgumentException">It is another slot.</exception>
    public void Execute(Slot slot, Entry entry, List<ClientReply> replies)
    {
        if (slot != Executed.Next)
            throw new ArgumentException($"{slot} was given to be executed after {Executed}", nameof(slot));
        _time = Math.Max(_time, entry.Timestamp);
        Fold((ulong)slot.Number);
        Fold((ulong)_time);
        foreach (EntryCommand command in entry.Commands)
        {
            CommandResult result = ExecuteCommand(in command);
            Fold((ulong)command.Session.Number);
            Fold((ulong)command.Sequence.Number);
            Fold(StableHash64.Of(result.Payload, (ulong)result.Status));
            replies.Add(Reply(command.Session, command.Sequence, result));
        }

        Executed = slot;
    }

    /// <summary>
    /// Answers a request from what is already executed, without the log: its stored result, stale, evicted, or different
    /// from what ran. All of these stay true whatever follows. Null when it has to run.
    /// </summary>
    public ClientReply? AnswerFromStore(in ClientRequest request)
    {
        CommandResult? answer = request.Session == SessionId.None ? FindOpened(request.Command) : FindAnswer(in request);
        return answer is { } result ? Reply(request.Session, request.Sequence, result) : null;
    }

    /// <summary>What is to be done with a command that is not empty.</summary>
    public CommandClass Classify(ReadOnlySpan<byte> command) =>
        command[0] == (byte)CommandKind.OpenSession ? CommandClass.Write : machine.Classify(command);

    /// <summary>Answers a query from the state as it is now. Total: one that makes no sense is answered <see cref="ReplyStatus.Malformed"/>.</summary>
    public ClientReply Read(in ClientRequest request) =>
        Reply(request.Session, request.Sequence, machine.Read(request.Command.Span));

    /// <summary>Answers a read that waits for something that is there, or that makes no sense; null when it has to wait.</summary>
    /// <param name="request">The read.</param>
    /// <param name="wait">What it has to wait for.</param>
    public ClientReply? TryAnswer(in ClientRequest request, out Wait wait) =>
        machine.TryAnswer(request.Command.Span, out wait) is { } result ? Reply(request.Session, request.Sequence, result) : null;

    private static ClientReply Reply(SessionId session, SequenceNumber sequence, CommandResult result) =>
        new(session, sequence, result.Status, View.None, result.Payload);

    private CommandResult ExecuteCommand(in EntryCommand command)
    {
        if (command.Session == SessionId.None)
            return OpenSession(in command);
        ulong commandHash = StableHash64.Of(command.Command.Span);
        SessionVerdict verdict = _sessions.Judge(in command, commandHash, out Session? session, out CommandResult stored);
        if (session is null)
            return SessionAnswers.Refusal(verdict);
        _sessions.MarkUsed(session);
        long before = session.ResultBytes;
        CommandResult result = ExecuteInSession(in command, commandHash, verdict, session, stored);
        _sessions.NoteResults(session, session.ResultBytes - before);
        Fold(session.Digest);
        Fold((ulong)session.AcknowledgedBelow);
        Fold((ulong)session.Highest);
        return result;
    }

    private CommandResult ExecuteInSession(
        in EntryCommand command, ulong commandHash, SessionVerdict verdict, Session session, CommandResult stored)
    {
        if (verdict == SessionVerdict.AlreadyRan)
        {
            session.Acknowledge(command.AcknowledgedBelow.Number);
            return stored;
        }

        if (verdict != SessionVerdict.Run)
            return SessionAnswers.Refusal(verdict);

        session.Acknowledge(command.AcknowledgedBelow.Number);
        CommandResult result = machine.Apply(command.Command, _time);
        Fold(machine.Hash);
        session.Store(command.Sequence.Number, commandHash, result);
        return result;
    }

    private CommandResult OpenSession(in EntryCommand command)
    {
        if (!SessionAnswers.TryReadOpening(command.Command.Span, out UInt128 nonce))
            return SessionAnswers.NoSession;
        Session session = _sessions.Open(nonce);
        Fold(session.Digest);
        Fold((ulong)_sessions.LastIssued);
        Fold((ulong)_sessions.OldestNumber);
        Fold((ulong)_sessions.Count);
        return SessionAnswers.Opened(session);
    }

    private CommandResult? FindOpened(ReadOnlyMemory<byte> command) =>
        SessionAnswers.TryReadOpening(command.Span, out UInt128 nonce) && _sessions.FindByNonce(nonce) is { } session
            ? SessionAnswers.Opened(session)
            : null;

    private CommandResult? FindAnswer(in ClientRequest request)
    {
        EntryCommand command = new(
            request.Session, request.Sequence, request.Previous, request.AcknowledgedBelow, request.Command);
        bool ran = _sessions.Find(request.Session)?.Ran(request.Sequence.Number) ?? false;
        ulong commandHash = ran ? StableHash64.Of(request.Command.Span) : 0;
        SessionVerdict verdict = _sessions.Judge(in command, commandHash, out Session? session, out CommandResult stored);
        return verdict switch
        {
            SessionVerdict.AlreadyRan => stored,
            SessionVerdict.Evicted => SessionAnswers.Refusal(verdict),
            SessionVerdict.DifferentCommand or SessionVerdict.Stale => SessionAnswers.Refusal(verdict),
            _ => null,
        };
    }

    private void Fold(ulong value) => Hash = StableHash64.Combine(Hash, value);
}
