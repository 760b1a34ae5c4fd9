using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// All sessions of a group, and the rules of exactly once (rule 9). Part of the replicated state: what it says depends on
/// the executed log alone.
/// </summary>
/// <remarks>
/// Order of the rules, the first that applies wins: the session was evicted or never opened; the number is below the
/// acknowledged mark (stale); the number ran (the stored result, or "different command" when the bytes differ); the
/// previous request has not run (out of order); the window is full, in numbers or in bytes of results (busy); otherwise it runs. A refused request leaves
/// its session as it was. The mark counts as the higher of the session's own and the one the request carries; the request
/// raises it for good when it runs or is recognised as a duplicate, never when it is refused.
/// Full means: opening one session more than <paramref name="maximum"/> evicts the one whose last request of any kind lies
/// farthest back in the log. Results of more than <paramref name="allResultBytes"/> together evict sessions too, those with large ones, because a client that
/// ends does not acknowledge its last result. Opening, evicting and finding take constant time.
/// </remarks>
/// <param name="maximum">Most sessions, at least 1.</param>
/// <param name="window">Numbers from the acknowledged mark on that may run, at least 1.</param>
/// <param name="allResultBytes">Most bytes of the results of all sessions.</param>
internal sealed class SessionTable(int maximum, int window, long allResultBytes = SessionTable.AllResultBytes)
{
    /// <summary>
    /// Bytes of results that a session may have kept before one of its requests runs; one above it is refused until results are acknowledged. Most
    /// results have a few bytes, some a whole value.
    /// </summary>
    public const int ResultBytes = 1024 * 1024;

    /// <summary>Bytes of the results that all sessions of a group may have kept.</summary>
    public const long AllResultBytes = 256 * 1024 * 1024;

    /// <summary>Bytes of results up to which a session is never evicted for them: so many of each of 10,000 sessions are not too many.</summary>
    public const int SmallResultBytes = 16 * 1024;

    private readonly Dictionary<long, Session> _byNumber = [];
    private readonly Dictionary<UInt128, Session> _byNonce = [];
    private readonly LinkedList<Session> _large = [];
    private Session? _oldest;
    private Session? _newest;
    private long _resultBytes;

    /// <summary>Sessions that are open.</summary>
    public int Count => _byNumber.Count;

    /// <summary>The last number that was given out; 0 for none. An unknown session at or below it was evicted.</summary>
    public long LastIssued { get; private set; }

    /// <summary>The number of the session that would be evicted next; 0 when there is none.</summary>
    public long OldestNumber => _oldest?.Id.Number ?? 0;

    /// <summary>The session of this number; null when it was evicted or never opened.</summary>
    public Session? Find(SessionId id) =>
        _newest?.Id == id ? _newest : _byNumber.GetValueOrDefault(id.Number);

    /// <summary>The session that was opened with this nonce and is still there. Nonce 0 is none, and finds nothing.</summary>
    public Session? FindByNonce(UInt128 nonce) => _byNonce.GetValueOrDefault(nonce);

    /// <summary>
    /// Opens a session under the next number, evicting if the table is full. The same nonce again means that the client
    /// repeated itself and gets the session it has, unless that was evicted; nonce 0 always opens a new one.
    /// </summary>
    public Session Open(UInt128 nonce)
    {
        if (FindByNonce(nonce) is { } opened)
        {
            MarkUsed(opened);
            return opened;
        }

        if (_byNumber.Count >= maximum)
            Evict(_oldest!);
        LastIssued++;
        return Add(new Session(new SessionId(LastIssued), nonce));
    }

    /// <summary>
    /// Notes that the results of a session have more bytes than before, or fewer. While those of all sessions are too many, one with large results goes:
    /// the one that got its last result longest ago, never this one.
    /// </summary>
    /// <param name="session">The session that was used last.</param>
    /// <param name="more">How many more.</param>
    public void NoteResults(Session session, long more)
    {
        if (more == 0 && session.ResultBytes <= SmallResultBytes)
            return;
        _resultBytes += more;
        if (session.Large.List is not null)
            _large.Remove(session.Large);
        if (session.ResultBytes > SmallResultBytes)
            _large.AddLast(session.Large);
        while (_resultBytes > allResultBytes && _large.First is { } first && !ReferenceEquals(first.Value, session))
            Evict(first.Value);
    }

    /// <summary>Says what is to be done with a request; changes nothing.</summary>
    /// <param name="command">The request.</param>
    /// <param name="commandHash">The hash of its command.</param>
    /// <param name="session">Its session; null with <see cref="SessionVerdict.Evicted"/> and <see cref="SessionVerdict.NeverOpened"/>.</param>
    /// <param name="stored">The stored result, with <see cref="SessionVerdict.AlreadyRan"/> only.</param>
    public SessionVerdict Judge(in EntryCommand command, ulong commandHash, out Session? session, out CommandResult stored)
    {
        stored = default;
        session = Find(command.Session);
        if (session is null)
            return WasIssued(command.Session) ? SessionVerdict.Evicted : SessionVerdict.NeverOpened;
        long sequence = command.Sequence.Number;
        long below = Math.Max(session.AcknowledgedBelow, command.AcknowledgedBelow.Number);
        if (sequence < below)
            return SessionVerdict.Stale;
        if (session.TryGetResult(sequence, out ulong ranHash, out stored))
            return ranHash == commandHash ? SessionVerdict.AlreadyRan : SessionVerdict.DifferentCommand;
        if (!PreviousRan(session, command.Previous.Number, below))
            return SessionVerdict.OutOfOrder;
        bool isFull = sequence - below >= window || (session.ResultBytes > ResultBytes && session.ResultBytesFrom(below) > ResultBytes);
        return isFull ? SessionVerdict.WindowFull : SessionVerdict.Run;
    }

    /// <summary>Notes that the log named this session, whatever became of the request.</summary>
    public void MarkUsed(Session session)
    {
        if (ReferenceEquals(session, _newest))
            return;
        Unlink(session);
        LinkAsNewest(session);
    }

    /// <summary>Whether this number was given out in the executed part of the log.</summary>
    public bool WasIssued(SessionId id) => id.Number >= 1 && id.Number <= LastIssued;

    private static bool PreviousRan(Session session, long previous, long below) =>
        previous == SequenceNumber.None.Number || previous < below || session.Ran(previous);

    private Session Add(Session session)
    {
        _byNumber.Add(session.Id.Number, session);
        if (session.Nonce != UInt128.Zero)
            _byNonce.Add(session.Nonce, session);
        LinkAsNewest(session);
        return session;
    }

    private void Evict(Session session)
    {
        Unlink(session);
        _resultBytes -= session.ResultBytes;
        if (session.Large.List is not null)
            _large.Remove(session.Large);
        _byNumber.Remove(session.Id.Number);
        if (session.Nonce != UInt128.Zero)
            _byNonce.Remove(session.Nonce);
    }

    private void LinkAsNewest(Session session)
    {
        session.Older = _newest;
        session.Newer = null;
        if (_newest is null)
            _oldest = session;
        else
            _newest.Newer = session;
        _newest = session;
    }

    private void Unlink(Session session)
    {
        if (session.Older is null)
            _oldest = session.Newer;
        else
            session.Older.Newer = session.Newer;
        if (session.Newer is null)
            _newest = session.Older;
        else
            session.Newer.Older = session.Older;
        session.Older = null;
        session.Newer = null;
    }
}
