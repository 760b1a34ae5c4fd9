using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// Requests that belong to the session of another group's client and are sent to this group under their names, because it serves their arcs now and a copy of each may have
/// been taken before (rule 9). They are in the order of their arcs, and are sent again in it.
/// </summary>
internal sealed class GuestRequests
{
    // A result waits for a round among the replicas; long before this it is here, or is lost.
    private const long FirstPatience = 100;

    // By their names: those of one session are thereby in the order of their numbers, and so of their arcs.
    private readonly SortedDictionary<(UInt128 Session, long Number), Guest> _guests = [];
    private bool _isHeld;

    /// <summary>How many there are.</summary>
    public int Count => _guests.Count;

    /// <summary>Takes a request in; nothing happens when it is in already.</summary>
    /// <param name="request">The request.</param>
    /// <param name="home">Where its number is kept.</param>
    public void Add(Request request, RequestChannel home)
    {
        if (!_guests.ContainsKey((home.Session.Number, request.Sequence.Number)))
            _guests.Add((home.Session.Number, request.Sequence.Number), new Guest(request, home));
    }

    /// <summary>Lets go of what is on an arc: it goes elsewhere, or home.</summary>
    public void Remove(Arc arc) => RemoveAll(guest => guest.Request.Arc == arc);

    /// <summary>Lets go of one: it has its result.</summary>
    public void Remove(Guest guest) => _guests.Remove((guest.Session.Number, guest.Sequence.Number));

    /// <summary>Lets go of those that their sessions do not wait for any more, and sends what is to be sent.</summary>
    /// <param name="connection">The connection to the primary; 0 when there is none.</param>
    /// <param name="now">The present time.</param>
    public void Pump(int connection, long now)
    {
        if (_guests.Count == 0)
            return;
        RemoveAll(static guest => !guest.IsWaitedFor);
        if (connection == 0 || _isHeld)
            return;
        foreach (Guest guest in _guests.Values)
        {
            if (guest.SentAt is null)
                Send(connection, guest, now);
        }
    }

    /// <summary>Sends those once more that should have their answers by now; the pause doubles each time.</summary>
    public void Retransmit(int connection, long now)
    {
        foreach (Guest guest in _guests.Values)
        {
            if (!_isHeld && guest.SentAt is not null && guest.SendAgainAt <= now && guest.IsWaitedFor)
                Send(connection, guest, now);
        }
    }

    /// <summary>The one that a reply names; null when there is none.</summary>
    public Guest? Find(in ClientReply reply) => _guests.Count == 0 ? null : _guests.GetValueOrDefault((reply.Session.Number, reply.Sequence.Number));

    /// <summary>One was refused for now: nothing is sent until <see cref="Release"/>.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>Sends all of them again, in their order.</summary>
    public void Release()
    {
        if (_isHeld)
            Detach();
    }

    /// <summary>The connection ended: all are to be sent again.</summary>
    public void Detach()
    {
        _isHeld = false;
        foreach (Guest guest in _guests.Values)
            guest.SentAt = null;
    }

    /// <summary>Since when an answer is overdue; null when none is.</summary>
    public long? OverdueSince()
    {
        long? since = null;
        foreach (Guest guest in _guests.Values)
        {
            if (guest.SentAt is { } sent && (since is null || sent < since))
                since = sent;
        }

        return since;
    }

    private void RemoveAll(Predicate<Guest> isUnwanted)
    {
        foreach (Guest guest in _guests.Values.Where(guest => isUnwanted(guest)).ToArray())
            Remove(guest);
    }

    private static void Send(int connection, Guest guest, long now)
    {
        guest.SentAt ??= now;
        guest.SendAgainAt = now + Math.Max(FirstPatience, now - guest.SentAt.Value);
        guest.Home.SendElsewhere(connection, guest.Request);
    }
}

/// <summary>A request that is sent to another group than that of its session.</summary>
/// <param name="request">The request.</param>
/// <param name="home">Where its number is kept.</param>
internal sealed class Guest(Request request, RequestChannel home)
{
    /// <summary>The request.</summary>
    public Request Request { get; } = request;

    /// <summary>Where its number is kept.</summary>
    public RequestChannel Home { get; } = home;

    /// <summary>The session under which it is sent.</summary>
    public SessionId Session { get; } = home.Session;

    /// <summary>The number under which it is sent.</summary>
    public SequenceNumber Sequence { get; } = request.Sequence;

    /// <summary>Its session still waits for its result.</summary>
    public bool IsWaitedFor => Home.Session == Session && Home.Holds(Request);

    /// <summary>When it was first sent on the present connection, in milliseconds; null when it was not.</summary>
    public long? SentAt { get; set; }

    /// <summary>When it is sent once more, in milliseconds.</summary>
    public long SendAgainAt { get; set; }
}
