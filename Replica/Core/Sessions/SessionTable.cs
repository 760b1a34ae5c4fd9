using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// All sessions of a group, and the rules of exactly once (rule 9). Part of the replicated state: what it says depends on
/// the executed log alone.
/// </summary>
/// <remarks>
/// Order of the rules, the first that applies wins, once the machine has not refused the arc: the number ran (the stored result, or "different command" when the bytes differ); it has its place and waits for its
/// effect (queued, or "different command"); it is below the
/// acknowledged mark (stale); its expiry is over, or too far ahead; the previous request has not run (out of order); there is no room: in the window, in the
/// results of the session, in the table (busy); otherwise it runs. A refused request leaves no trace. The mark counts as the higher of the session's own
/// and the one the request carries; the request raises it for good when it runs or is recognised as a duplicate, never when it is refused.
/// A session needs no opening: it is there from its first request that runs, and dropped once log time is above the highest expiry of all its requests. Each
/// later copy of any of them is refused by its own expiry, so nothing has to be remembered. A full table refuses new sessions; none is ever evicted.
/// Time: constant for each request, and the logarithm of the number of sessions for one that is new or dropped.
/// </remarks>
/// <param name="maximum">Most sessions, at least 1.</param>
/// <param name="window">Numbers from the acknowledged mark on that may run, at least 1.</param>
/// <param name="allBytes">Most bytes of all sessions with their results; one request more may pass it.</param>
internal sealed class SessionTable(int maximum, int window, long allBytes = SessionTable.AllBytes)
{
    /// <summary>
    /// Bytes of results that a session may have kept before one of its requests runs; one above it is refused until results are acknowledged. Most
    /// results have a few bytes, some a whole value.
    /// </summary>
    public const int ResultBytes = 1024 * 1024;

    /// <summary>
    /// The same of an ordered session: the result of the operation before the oldest one without a result is kept too, and may be as long as any. Less than two of them would keep that one from ever running.
    /// </summary>
    public const int OrderedResultBytes = 4 * 1024 * 1024;

    /// <summary>Bytes that all sessions of a group may take.</summary>
    public const long AllBytes = 512 * 1024 * 1024;

    /// <summary>Sessions that are looked at for one slot, besides two for each of its commands: no step is long, however long a group was idle, and old sessions go faster than new ones come.</summary>
    public const int LooksPerSlot = 2048;

    /// <summary>
    /// With this many sessions space is reserved for as many as there may be, up to <see cref="MostReserved"/>: little has to be copied yet, and reserved space that nobody
    /// touches takes no memory. Tables that double again and again would hold up a step each time, the longer the more sessions there are.
    /// </summary>
    public const int ReservedAt = 4096;

    /// <summary>Most sessions that space is reserved for; beyond that the tables double.</summary>
    public const int MostReserved = 256 * 1024;

    private readonly Dictionary<UInt128, Session> _sessions = [];

    // In an order that adding and dropping alone decide: whoever has imported the table goes on with the same one.
    private readonly List<Session> _all = [];
    private readonly PriorityQueue<Session, (long DueAt, UInt128 Id)> _byExpiry = new();
    private readonly ChangedSessions _byChange = new();
    private SessionExport? _export;
    private long _exports;

    /// <summary>Sessions that are there.</summary>
    public int Count => _sessions.Count;

    /// <summary>Bytes that they take, about, with their results.</summary>
    public long Bytes { get; private set; }

    /// <summary>The last look found a session that was due, so more may be: when they are very many they take several slots.</summary>
    public bool AreMoreDue { get; private set; }

    /// <summary>The slot that runs, or the last one that ran: where sessions change.</summary>
    public Slot CurrentSlot { get; set; } = Slot.Zero;

    /// <summary>The operations that wait for their effect; a session is kept as long as it has some (ordered rule M4).</summary>
    public KeyQueues Queues { get; } = new();

    /// <summary>Sessions for which there is space now, for tests that look inside.</summary>
    public int Capacity => Math.Min(_sessions.Capacity, Math.Min(_all.Capacity, _byExpiry.Capacity));

    /// <summary><see cref="Bytes"/>, and most that they may be.</summary>
    public Occupancy ByteOccupancy => new(Bytes, allBytes);

    /// <summary><see cref="Count"/>, and most that it may be.</summary>
    public Occupancy CountOccupancy => new(Count, maximum);

    /// <summary>The session; null when it is not there: nothing ran in it, or it was dropped.</summary>
    public Session? Find(SessionId id) => _sessions.GetValueOrDefault(id.Number);

    /// <summary>Says what is to be done with a request; changes nothing.</summary>
    /// <param name="command">The request.</param>
    /// <param name="commandHash">The hash of its command.</param>
    /// <param name="logTime">Log time.</param>
    /// <param name="session">Its session; null when there is none yet, or none any more.</param>
    /// <param name="stored">The stored result, with <see cref="SessionVerdict.AlreadyRan"/> only.</param>
    public SessionVerdict Judge(in EntryCommand command, ulong commandHash, long logTime, out Session? session, out CommandResult stored)
    {
        stored = default;
        session = Find(command.Session);
        long sequence = command.Sequence.Number;
        if (session is not null && session.TryGetResult(sequence, out ulong ranHash, out stored))
            return ranHash == commandHash || IsOneOperation(in command, in stored) ? SessionVerdict.AlreadyRan : SessionVerdict.DifferentCommand;
        if (Queues.Find(command.Session, sequence) is { } queued)
            return queued.CommandHash == commandHash || IsCancellation(in command) ? SessionVerdict.Queued : SessionVerdict.DifferentCommand;
        long below = Math.Max(session?.AcknowledgedBelow ?? 1, command.AcknowledgedBelow.Number);
        if (sequence < below || IsOldCopy(in command, below))
            return SessionVerdict.Stale;
        if (logTime > command.Expiry)
            return SessionVerdict.Expired;
        if (command.Expiry - logTime > Limits.LongestLife)
            return SessionVerdict.TooFarAhead;
        if (command.Gate is null && !PreviousRan(session, command.Previous.Number, below) && Queues.Find(command.Session, command.Previous.Number) is null)
            return SessionVerdict.OutOfOrder;
        int resultBytes = command.Session.IsOrdered ? OrderedResultBytes : ResultBytes;
        bool isWindowFull = sequence - below >= window
            || (session is not null && HasTooManyResults(session, below, resultBytes));
        if (isWindowFull)
            return SessionVerdict.WindowFull;
        bool isTableFull = Bytes > allBytes || (session is null && _sessions.Count >= maximum);
        return isTableFull ? SessionVerdict.TableFull : SessionVerdict.Run;
    }

    /// <summary>Makes the session of a request that runs, the first that does.</summary>
    /// <param name="id">Who it is.</param>
    /// <param name="expiry">The expiry of that request.</param>
    public Session Add(SessionId id, long expiry)
    {
        Session session = new(id, expiry, this) { PassedBy = _exports };
        Put(session);
        return session;
    }

    /// <summary>Notes that a session takes more bytes than before, or fewer.</summary>
    public void NoteBytes(long more) => Bytes += more;

    /// <summary>Notes that the mark or the highest expiry of a session has grown.</summary>
    public void NoteChange(Session session) => _byChange.Note(session, CurrentSlot);

    /// <summary>Finds what another group has to know of sessions when arcs move to it: see <see cref="ChangedSessions.Find"/>.</summary>
    public bool FindChanged(Slot after, int most, List<MovedSession> found) => _byChange.Find(after, most, found);

    /// <summary>Takes out of all sessions the results of arcs that move (rule 9). It looks at each session once.</summary>
    /// <param name="isTaken">Which arcs.</param>
    /// <returns>The results, in an order that adding and dropping alone decide.</returns>
    public List<MovedRecord> Take(Predicate<Arc> isTaken)
    {
        List<MovedRecord> taken = [];
        foreach (Session session in _all)
            session.Take(isTaken, taken);
        return taken;
    }

    /// <summary>
    /// Takes over what another group knows of a session (rule 9): the larger mark is right everywhere, for it is the client's truth, and the session is kept for as long as either group would. It
    /// is taken even if the table is full, for it is no new request.
    /// </summary>
    /// <param name="id">The session.</param>
    /// <param name="acknowledgedBelow">Its mark there.</param>
    /// <param name="expiry">Its highest expiry there; what is farther ahead of log time than any group allows counts as that.</param>
    /// <param name="logTime">Log time, which is not below that of the other group: a session that is over by it is not made.</param>
    public void Merge(SessionId id, long acknowledgedBelow, long expiry, long logTime)
    {
        Session? session = Find(id);
        if (id == SessionId.None || (session is null && Session.KeptUntilOf(id, expiry) < logTime))
            return;
        expiry = Math.Min(expiry, logTime + Limits.LongestLife);
        session ??= Add(id, expiry);
        session.Acknowledge(acknowledgedBelow);
        session.Extend(expiry);
    }

    /// <summary>
    /// Puts in a result that came with its arc, once the session is merged (rule 9). Of a session that is over nothing is kept: each copy of its requests is refused by its own
    /// expiry. The other group may have another window than this one, but none is larger than <see cref="GroupOptions.LargestSessionWindow"/>: a number that is farther above
    /// the mark is of a session that was over there, so that its mark did not come along, while the same client has one here that is not over.
    /// </summary>
    public void Add(in MovedRecord record)
    {
        if (Find(record.Session) is { } session && record.Stored.Sequence - session.AcknowledgedBelow < GroupOptions.LargestSessionWindow)
            session.Add(record.Stored);
    }

    /// <summary>Begins an export of all sessions as they are now. There is one at a time.</summary>
    /// <exception cref="InvalidOperationException">The export before is not over.</exception>
    public SessionExport BeginExport()
    {
        if (_export is not null)
            throw new InvalidOperationException("there is one export at a time, and one goes on");
        return _export = new SessionExport(++_exports, _all.ToArray(), () => _export = null);
    }

    /// <summary>Begins an import into this table, in which nothing is.</summary>
    /// <param name="exported">What the head of the export says of its sessions.</param>
    /// <param name="mergesSessions">Sessions of other groups may be among them, which were taken although there was no room: only what the head says bounds them.</param>
    /// <exception cref="WireFormatException">That is more than the table takes.</exception>
    public SessionImport BeginImport(in ExportedSessions exported, bool mergesSessions)
    {
        if (mergesSessions)
            return new SessionImport(this, GroupOptions.LargestSessionWindow, exported, mergesSessions);
        if (exported.Count > maximum)
            throw new WireFormatException($"there are {exported.Count} sessions, and this group has at most {maximum}");
        int capacity = SessionImport.LargestCapacity(window);
        long most = allBytes + Session.BytesOf(default(SessionId).AsOrdered(), capacity) + Session.BytesOfResult(Limits.Result);
        if (exported.Bytes > most)
            throw new WireFormatException($"sessions have {exported.Bytes} bytes, and those of this group at most {most}");
        return new SessionImport(this, window, exported, mergesSessions);
    }

    /// <summary>Takes a session of an export, behind those that were taken before.</summary>
    public void Restore(Session session) => Put(session);

    /// <summary>A session is about to change, or to go: an export that has not come to it yet keeps it as it is.</summary>
    public void BeforeChange(Session session) => _export?.Keep(session);

    /// <summary>Looks at the session that is due first, and drops it when log time is above its highest expiry.</summary>
    /// <param name="logTime">Log time.</param>
    /// <param name="dropped">The session, when it was dropped.</param>
    /// <returns>False when none is due.</returns>
    public bool TryLook(long logTime, out Session? dropped)
    {
        dropped = null;
        AreMoreDue = false;
        if (!_byExpiry.TryPeek(out Session? session, out (long DueAt, UInt128 Id) due) || due.DueAt >= logTime)
            return false;
        AreMoreDue = true;
        if (session.KeptUntil >= logTime || Queues.Has(session.Id))
        {
            session.LookAgain(logTime);
            _byExpiry.DequeueEnqueue(session, (session.DueAt, session.Id.Number));
            return true;
        }

        _byExpiry.Dequeue();
        Remove(session);
        dropped = session;
        return true;
    }

    private static bool PreviousRan(Session? session, long previous, long below) =>
        previous == SequenceNumber.None.Number || previous < below || (session is not null && session.TookEffect(previous));

    // Under the number of an operation its client sends nothing but that operation and its cancellation, of which the first one to run is what became of it (ordered rule M11).
    private static bool IsOneOperation(in EntryCommand command, in CommandResult stored) =>
        IsCancellation(in command) || (command.Session.IsOrdered && stored.Status == ReplyStatus.Cancelled);

    private static bool IsCancellation(in EntryCommand command) => command.Session.IsOrdered && CancelOperationCommand.Is(command.Command.Span);

    // The mark of an ordered session stays one below the oldest number without a result (ordered rule M1). One that names a predecessor below the mark has its result, or failed together with one before it.
    private static bool IsOldCopy(in EntryCommand command, long below) =>
        command.Session.IsOrdered && command.Previous.Number != SequenceNumber.None.Number && command.Previous.Number < below;

    // What those of its operations will have that are queued counts with what is kept.
    private bool HasTooManyResults(Session session, long below, int most)
    {
        long queued = Queues.ResultBytesOf(session.Id);
        return session.ResultBytes + queued > most && session.ResultBytesFrom(below) + queued > most;
    }

    private void Put(Session session)
    {
        if (_all.Count == ReservedAt)
            Reserve();
        _sessions.Add(session.Id.Number, session);
        session.Index = _all.Count;
        _all.Add(session);
        _byExpiry.Enqueue(session, (session.DueAt, session.Id.Number));
        _byChange.Add(session);
        Bytes += session.Bytes;
    }

    private void Reserve()
    {
        int wanted = Math.Min(maximum, MostReserved);
        _sessions.EnsureCapacity(wanted);
        _all.EnsureCapacity(wanted);
        _byExpiry.EnsureCapacity(wanted);
    }

    // The last one takes its place.
    private void Remove(Session session)
    {
        BeforeChange(session);
        _byChange.Remove(session);
        _sessions.Remove(session.Id.Number);
        Session last = _all[^1];
        _all[session.Index] = last;
        last.Index = session.Index;
        _all.RemoveAt(_all.Count - 1);
        Bytes -= session.Bytes;
    }
}
