using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Machines;

/// <summary>
/// Everything that the log's execution builds: the sessions with their stored results, and the chat rooms. Execution is a
/// total, deterministic function of (state, entry) (rule 10).
/// </summary>
/// <remarks>
/// What is stored: the result of every command that ran, rejections included, and also of one that is malformed in itself,
/// since it stays so. A refusal (out of order, different command, stale, busy, evicted, never opened) stores nothing and
/// changes nothing but the order of eviction. Every payload that is not a result is a readable reason in UTF-8.
/// Memory: see <see cref="Session"/> and <see cref="ChatRooms"/> for the bounds; messages are kept for good, as slices of
/// the entries they came in.
/// </remarks>
/// <param name="sessions">Most sessions.</param>
/// <param name="sessionWindow">Most unacknowledged requests of one session.</param>
/// <param name="rooms">Most rooms.</param>
public sealed class ReplicatedState(int sessions, int sessionWindow, int rooms)
{
    private static long _instances;

    private readonly SessionTable _sessions = new(sessions, sessionWindow);
    private readonly ChatRooms _rooms = new(rooms);
    private readonly List<PostedMessage> _lastPosted = [];
    private readonly long _instance = SeededBug.Is(77) ? ++_instances : 0;
    private long _time;

    /// <summary>The last slot that was executed.</summary>
    public Slot Executed { get; private set; } = Slot.Zero;

    /// <summary>The rolling hash after <see cref="Executed"/>: over slots, commands, results and the state they touched.</summary>
    public ulong Hash { get; private set; }

    /// <summary>
    /// Log time after <see cref="Executed"/>: the highest stamp of all entries so far, in milliseconds since 1970 UTC; 0 before the first.
    /// </summary>
    public long LogTime => _time;

    /// <summary>
    /// The messages that the last <see cref="Execute"/> posted, in their order: what an export prints. Valid until the next one.
    /// </summary>
    public IReadOnlyList<PostedMessage> LastPosted => _lastPosted;

    /// <summary>The sessions, for tests that look inside.</summary>
    internal SessionTable Sessions => _sessions;

    /// <summary>The rooms, for the follows and for tests that look inside.</summary>
    internal ChatRooms Rooms => _rooms;

    /// <summary>Executes the next slot and says what became of each of its commands, in their order.</summary>
    /// <param name="slot">The slot after <see cref="Executed"/>.</param>
    /// <param name="entry">Its decided value; the state keeps slices of its bytes.</param>
    /// <param name="replies">One reply per command is added to it; the view in it is <see cref="View.None"/>.</param>
    /// <exception cref="ArgumentException">It is another slot.</exception>
    public void Execute(Slot slot, Entry entry, List<ClientReply> replies)
    {
        if (slot != Executed.Next)
            throw new ArgumentException($"{slot} was given to be executed after {Executed}", nameof(slot));
        _lastPosted.Clear();
        _time = SeededBug.Is(142) && !entry.IsNoOp ? entry.Timestamp : Math.Max(_time, entry.Timestamp);
        if (SeededBug.Is(77))
            _time += _instance;
        Fold((ulong)slot.Number);
        Fold((ulong)_time);
        foreach (EntryCommand command in entry.Commands)
        {
            StoredResult result = ExecuteCommand(in command);
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
    public ClientReply? AnswerFromStore(ClientRequest request)
    {
        StoredResult? answer = request.Session == SessionId.None ? FindOpened(request.Command) : FindAnswer(request);
        return answer is { } result ? Reply(request.Session, request.Sequence, result) : null;
    }

    /// <summary>
    /// Answers <see cref="CommandKind.ReadHistory"/> and <see cref="CommandKind.ListRooms"/> from the state as it is now.
    /// Total: a bad query, and any other command, is answered <see cref="ReplyStatus.Malformed"/>.
    /// </summary>
    public ClientReply Read(ClientRequest request) =>
        Reply(request.Session, request.Sequence, Queries.Read(_rooms, request.Command.Span));

    /// <summary>
    /// Answers a <see cref="CommandKind.FollowRoom"/> when the room has messages from the wanted position on; null when it
    /// has to wait. A bad one, among them a position below 1, is answered <see cref="ReplyStatus.Malformed"/>.
    /// </summary>
    public ClientReply? TryFollow(ClientRequest request) =>
        Queries.TryFollow(_rooms, request.Command.Span) is { } result ? Reply(request.Session, request.Sequence, result) : null;

    /// <summary>
    /// Adds the names of the rooms that got messages since the last call, each once, in the order of their first one.
    /// What waits to be drained is bounded by the number of rooms, whoever drains it or not.
    /// </summary>
    public void DrainTouchedRooms(List<string> names) => _rooms.DrainTouched(names);

    private static ClientReply Reply(SessionId session, SequenceNumber sequence, StoredResult result) =>
        new(session, sequence, result.Status, View.None, result.Payload);

    private StoredResult ExecuteCommand(in EntryCommand command)
    {
        if (command.Session == SessionId.None)
            return OpenSession(in command);
        ulong commandHash = StableHash64.Of(command.Command.Span);
        SessionVerdict verdict = _sessions.Judge(in command, commandHash, out Session? session, out StoredResult stored);
        if (verdict == SessionVerdict.Evicted && SeededBug.Is(75))
        {
            session = _sessions.Revive(command.Session);
            verdict = _sessions.HasPlace(session, command.Sequence.Number) ? SessionVerdict.Run : SessionVerdict.WindowFull;
        }

        if (session is null)
            return SessionAnswers.Refusal(verdict);
        _sessions.MarkUsed(session);
        StoredResult result = ExecuteInSession(in command, commandHash, verdict, session, stored);
        Fold(session.Digest);
        Fold((ulong)session.AcknowledgedBelow);
        Fold((ulong)session.Highest);
        return result;
    }

    private StoredResult ExecuteInSession(
        in EntryCommand command, ulong commandHash, SessionVerdict verdict, Session session, StoredResult stored)
    {
        if (verdict == SessionVerdict.AlreadyRan && !SeededBug.Is(79))
        {
            session.Acknowledge(command.AcknowledgedBelow.Number);
            return SeededBug.Is(71) ? RecomputeWrongly(command.Command) : stored;
        }

        if (verdict is not (SessionVerdict.Run or SessionVerdict.AlreadyRan))
        {
            StoredResult refusal = SessionAnswers.Refusal(verdict);
            bool hasPlace = _sessions.HasPlace(session, command.Sequence.Number);
            if (verdict == SessionVerdict.OutOfOrder && hasPlace && SeededBug.Is(72))
                session.Store(command.Sequence.Number, commandHash, refusal);
            return refusal;
        }

        session.Acknowledge(command.AcknowledgedBelow.Number);
        StoredResult result = Run(command.Command);
        session.Store(command.Sequence.Number, commandHash, result);
        return result;
    }

    private StoredResult Run(ReadOnlyMemory<byte> command)
    {
        if (!PostMessageView.TryRead(command, out PostMessageView post))
            return new StoredResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        if (PostRules.FindBroken(in post) is { } reason)
            return new StoredResult(ReplyStatus.Rejected, reason);
        ChatRoom? room = _rooms.FindOrAdd(post.Room.Span);
        if (room is null)
            return new StoredResult(ReplyStatus.Rejected, Reasons.RoomsFull);
        room.Post(new StoredMessage(post.Author, post.Text, _time));
        _rooms.Touch(room);
        _lastPosted.Add(new PostedMessage(room.Name, room.Last, _time, post.Author, post.Text));
        Fold(room.Hash);
        Fold((ulong)room.Last);
        return new StoredResult(ReplyStatus.Ok, new PostMessageResult(room.Last).Encode());
    }

    private StoredResult OpenSession(in EntryCommand command)
    {
        if (!SessionAnswers.TryReadOpening(command.Command.Span, out UInt128 nonce))
            return new StoredResult(ReplyStatus.Malformed, Reasons.NeverOpened);
        Session session = _sessions.Open(nonce);
        Fold(session.Digest);
        Fold((ulong)_sessions.LastIssued);
        Fold((ulong)_sessions.OldestNumber);
        Fold((ulong)_sessions.Count);
        return SessionAnswers.Opened(session);
    }

    private StoredResult? FindOpened(ReadOnlyMemory<byte> command) =>
        SessionAnswers.TryReadOpening(command.Span, out UInt128 nonce) && _sessions.FindByNonce(nonce) is { } session
            ? SessionAnswers.Opened(session)
            : null;

    private StoredResult? FindAnswer(ClientRequest request)
    {
        EntryCommand command = new(
            request.Session, request.Sequence, request.Previous, request.AcknowledgedBelow, request.Command);
        bool ran = _sessions.Find(request.Session)?.Ran(request.Sequence.Number) ?? false;
        ulong commandHash = ran ? StableHash64.Of(request.Command.Span) : 0;
        SessionVerdict verdict = _sessions.Judge(in command, commandHash, out _, out StoredResult stored);
        return verdict switch
        {
            SessionVerdict.AlreadyRan => SeededBug.Is(71) ? RecomputeWrongly(request.Command) : stored,
            SessionVerdict.Evicted => SeededBug.Is(75) ? null : SessionAnswers.Refusal(verdict),
            SessionVerdict.DifferentCommand or SessionVerdict.Stale => SessionAnswers.Refusal(verdict),
            _ => null,
        };
    }

    // What a lazy implementation answers to a duplicate: the room's end as it is now.
    private StoredResult RecomputeWrongly(ReadOnlyMemory<byte> command)
    {
        ChatRoom? room = PostMessageView.TryRead(command, out PostMessageView post) ? _rooms.Find(post.Room.Span) : null;
        return new StoredResult(ReplyStatus.Ok, new PostMessageResult(room?.Last ?? 0).Encode());
    }

    private void Fold(ulong value) => Hash = StableHash64.Combine(Hash, value);
}
