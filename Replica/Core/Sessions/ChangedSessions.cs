using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// All sessions of a table in the order of the slots in which their mark or highest expiry changed last. Whoever takes them to another group asks for what has changed behind
/// the slot that it has come to, page by page (rule 9).
/// </summary>
/// <remarks>
/// The order stands in parts of so many places that copying one takes little time: a session that changes leaves a gap and stands at the end, and a part is joined with the one
/// beside it when both have few sessions left. One array with gaps would be simpler, but closing all its gaps at once would hold up a step; a linked list has no place at which
/// a page could begin, except at its ends. Invariant: two parts that stand side by side have more sessions than half of a part has places. So there are few parts, which are
/// looked through for the beginning of a page. Time: constant for each change, on the average, and never more than a part has places; for a page as long as it is, besides one
/// look at each part.
/// </remarks>
internal sealed class ChangedSessions
{
    /// <summary>Places of a part.</summary>
    public const int PlacesPerPart = 1024;

    private const int Half = PlacesPerPart / 2;

    private Part _first = new();
    private Part _last;
    private bool _isUnordered;

    /// <summary>No sessions.</summary>
    public ChangedSessions() => _last = _first;

    /// <summary>Parts that there are, for tests that look inside.</summary>
    public int Parts
    {
        get
        {
            int parts = 0;
            for (Part? part = _first; part is not null; part = part.Next)
                parts++;
            return parts;
        }
    }

    /// <summary>Takes in a session with the slot that it has. Those of an export come in another order: they are put in order once, when that is needed first.</summary>
    public void Add(Session session)
    {
        _isUnordered |= session.ChangedAt < _last.Highest;
        Append(session);
    }

    /// <summary>A session has changed: it stands at the end now.</summary>
    /// <param name="session">The session; one that is in here.</param>
    /// <param name="slot">Where it has changed; not before any other one.</param>
    public void Note(Session session, Slot slot)
    {
        if (session.ChangedAt == slot)
            return;
        PutInOrder();
        Remove(session);
        session.ChangedAt = slot;
        Append(session);
    }

    /// <summary>Takes a session out.</summary>
    public void Remove(Session session)
    {
        if (session.Part is not { } part)
            return;
        session.Part = null;
        part.Sessions[session.PlaceInPart] = null;
        part.Count--;
        if (part.Next is { } next && part.Count + next.Count <= Half)
            Join(part, next);
        if (part.Previous is { } previous && previous.Count + part.Count <= Half)
            Join(previous, part);
    }

    /// <summary>Finds the sessions that changed behind a slot, ascending by that of their last change. Those of one slot are all in one answer.</summary>
    /// <param name="after">The slot.</param>
    /// <param name="most">Most sessions, at least 1; more only when those of the first slot are more. Else a slot that took over an answer would grow with every group to which it goes.</param>
    /// <param name="found">Gets the sessions, behind what is in it.</param>
    /// <returns>There are more behind the last one.</returns>
    public bool Find(Slot after, int most, List<MovedSession> found)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        PutInOrder();
        int before = found.Count;
        for (Part? part = _first; part is not null; part = part.Next)
        {
            if (part.Highest <= after)
                continue;
            for (int place = 0; place < part.Used; place++)
            {
                if (part.Sessions[place] is not { } session || session.ChangedAt <= after)
                    continue;
                if (found.Count - before >= most && found[before].ChangedAt != session.ChangedAt)
                {
                    LeaveOut(session.ChangedAt, found);
                    return true;
                }

                found.Add(new MovedSession(session.Id, session.AcknowledgedBelow, session.HighestExpiry, session.ChangedAt));
            }
        }

        return false;
    }

    // Those of one slot that do not fit are for the next answer.
    private static void LeaveOut(Slot slot, List<MovedSession> found)
    {
        while (found[^1].ChangedAt == slot)
            found.RemoveAt(found.Count - 1);
    }

    private static void Put(Part part, Session session)
    {
        session.Part = part;
        session.PlaceInPart = part.Used;
        part.Sessions[part.Used++] = session;
        part.Count++;
    }

    private static void CloseGaps(Part part)
    {
        int used = part.Used;
        part.Used = part.Count = 0;
        for (int place = 0; place < used; place++)
        {
            if (part.Sessions[place] is not { } session)
                continue;
            part.Sessions[place] = null;
            Put(part, session);
        }
    }

    private void Append(Session session)
    {
        if (_last.Used == PlacesPerPart)
            MakeSpace();
        Put(_last, session);
        _last.Highest = session.ChangedAt;
    }

    private void MakeSpace()
    {
        if (_last.Count <= Half)
        {
            CloseGaps(_last);
            return;
        }

        Part next = new() { Previous = _last };
        _last.Next = next;
        _last = next;
    }

    private void Join(Part left, Part right)
    {
        CloseGaps(left);
        for (int place = 0; place < right.Used; place++)
        {
            if (right.Sessions[place] is { } session)
                Put(left, session);
        }

        left.Highest = right.Highest;
        left.Next = right.Next;
        if (right.Next is { } next)
            next.Previous = left;
        else
            _last = left;
    }

    private void PutInOrder()
    {
        if (!_isUnordered)
            return;
        _isUnordered = false;
        List<Session> sessions = [];
        for (Part? part = _first; part is not null; part = part.Next)
            sessions.AddRange(part.Sessions.OfType<Session>());
        _first = _last = new Part();
        foreach (Session session in sessions.OrderBy(static each => each.ChangedAt.Number))
            Append(session);
    }

    /// <summary>Some places of the order. What a gap holds is null.</summary>
    internal sealed class Part
    {
        /// <summary>The sessions, ascending by slot, with gaps between them.</summary>
        public Session?[] Sessions { get; } = new Session?[PlacesPerPart];

        /// <summary>Places that were given out.</summary>
        public int Used { get; set; }

        /// <summary>Sessions that are in it.</summary>
        public int Count { get; set; }

        /// <summary>None of them changed behind this slot.</summary>
        public Slot Highest { get; set; } = Slot.Zero;

        /// <summary>The part before it.</summary>
        public Part? Previous { get; set; }

        /// <summary>The part behind it.</summary>
        public Part? Next { get; set; }
    }
}
