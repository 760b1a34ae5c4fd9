using PaxosShard.Client.Core.Ordered;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Client.Core.Search;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Groups;

/// <summary>
/// The client of one group: it finds the primary, sends there what users want of the group, again and again whatever fails on the way, and keeps one session (rule 9). Who it
/// is that refuses an arc, an <see cref="IArcFinder"/> is told.
/// </summary>
internal sealed class GroupClient
{
    private readonly ClientCoreOptions _options;
    private readonly SharedParts _shared;
    private readonly IArcFinder? _arcs;
    private readonly AddressBook _addresses;
    private readonly ResendSchedule _resend;
    private readonly PrimaryConnection _primary;
    private readonly ExpiryClock _expiries;
    private long? _strandedSince;
    private bool _isClosed;

    /// <summary>A client to which nothing has happened yet; it begins to look for the primary with its first step.</summary>
    /// <param name="options">Bounds and times.</param>
    /// <param name="group">The group; none for the one to which the addresses lead.</param>
    /// <param name="addresses">Whom to ask first; what the replicas name is added.</param>
    /// <param name="arcs">Told of arcs that the group does not serve; null when no other group is known.</param>
    /// <param name="shared">What it has in common with the clients of other groups.</param>
    public GroupClient(ClientCoreOptions options, GroupId group, IEnumerable<string> addresses, IArcFinder? arcs, SharedParts shared)
    {
        _options = options;
        _shared = shared;
        _arcs = arcs;
        _addresses = new AddressBook(addresses);
        _expiries = new ExpiryClock(options.Lifetime);
        _resend = new ResendSchedule(options, shared.Random);
        PrimarySearch search = new(options, _addresses, () => shared.Connections.Draw(this), shared.Effects, shared.Random) { Group = group };
        _primary = new PrimaryConnection(options, search, shared.Effects, shared.Random);
        Calls = new GroupCalls(options, arcs is null ? options.Retried : null, _expiries, shared);
    }

    /// <summary>The group; none as long as that is not known.</summary>
    public GroupId Group => _primary.Group;

    /// <summary>What users want of the group.</summary>
    public GroupCalls Calls { get; private set; }

    /// <summary>Requests that are sent here, and are kept by the clients of other groups.</summary>
    public GuestRequests Guests { get; } = new();

    /// <summary>What the operations of ordered sessions want of the group.</summary>
    public OrderedNeeds Ordered { get; } = new();

    /// <summary>The connection on which something may be sent to the primary; 0 when there is none.</summary>
    public int SendsOn => _primary.Sends;

    /// <summary>Log time in the group, as far as is known, milliseconds since 1970 UTC.</summary>
    public long LogTimeNow => _expiries.LogTimeNow;

    /// <summary>The primary's address; null while there is none.</summary>
    public string? PrimaryAddress => _primary.Address;

    /// <summary>The addresses that are known, the first given first.</summary>
    public IReadOnlyList<string> Addresses => _addresses.All;

    /// <summary>Every known address with why it was of no use when it was last tried.</summary>
    public IReadOnlyList<(string Address, string Reason)> Failures => _addresses.Failures();

    /// <summary>Nothing waits and nothing is under way, not even for callers that have gone.</summary>
    public bool IsIdle => Calls.IsIdle && Guests.Count == 0 && Ordered.Waiting == 0;

    /// <summary>When the search has something to do next, in milliseconds; the end of time when it has not.</summary>
    public long NextCall => _primary.NextCall;

    /// <summary>Nobody was found to lead the group, although somebody waits for it, for as long as an answer may take.</summary>
    public bool IsStranded(long now) => _strandedSince is { } since && now - since >= _options.ProbeTimeout;

    /// <summary>The group is known now: only its replicas are of use from here on.</summary>
    /// <returns>What users have wanted so far, none of which was sent to anybody; nobody serves it any more.</returns>
    public GroupCalls Become(GroupId group)
    {
        GroupCalls before = Calls;
        _primary.Group = group;
        Calls = new GroupCalls(_options, retried: null, _expiries, _shared);
        return before;
    }

    /// <summary>Its members are known, and perhaps others than before: all are asked.</summary>
    public void Learn(IEnumerable<string> addresses) => _addresses.LearnAll(addresses);

    /// <summary>Remembers what is wrong with what the primary says; null: nothing is.</summary>
    public void Mark(string? fault)
    {
        if (PrimaryAddress is not { } address)
            return;
        if (fault is null)
            _addresses.Succeeded(address);
        else
            _addresses.Failed(address, fault);
    }

    /// <summary>A step begins.</summary>
    /// <param name="machineTime">The machine's monotonic time in milliseconds, the pauses of the process included.</param>
    public void OnStep(long machineTime) => _expiries.OnStep(machineTime);

    /// <summary>A connection is up.</summary>
    /// <param name="connection">Its number.</param>
    /// <param name="group">The group of the replica at its other end, as that one says.</param>
    /// <param name="now">The present time.</param>
    public void OnOpened(int connection, GroupId group, long now) => _primary.OnOpened(connection, group, IsIdle, now);

    /// <summary>A connection did not come up, or ended.</summary>
    public void OnEnded(int connection, string reason, long now)
    {
        if (_primary.OnEnded(connection, reason, IsIdle, now))
            Detach(now);
    }

    /// <summary>A reply arrived on one of its connections.</summary>
    public void OnReply(int connection, in ClientReply reply, long now)
    {
        if (connection != _primary.Number)
        {
            if (_primary.OnSearchReply(connection, reply, IsIdle, now) is { } found)
                Attach(found, now);
            return;
        }
        _expiries.OnHeard(reply.LogTime);
        if (PrimarySearch.IsAnswer(reply))
            return;
        (long? took, long? sentAt) = TimesOf(reply, now);
        ReplyEffect effect = reply.Session == SessionId.None ? OnAnswer(reply, now) : OnResult(reply, now);
        _primary.OnAnswered(now, effect == ReplyEffect.None ? took : null, effect == ReplyEffect.None ? sentAt : null);
        switch (effect)
        {
            case ReplyEffect.None or ReplyEffect.NotMyArc:
                _primary.OnProgress();
                _resend.Succeeded();
                break;
            case ReplyEffect.Moved or ReplyEffect.Superseded:
                if (effect == ReplyEffect.Moved)
                    _addresses.LearnAll([ReplyEffects.Text(reply)]);
                _primary.Leave("it is not the primary any more", now);
                break;
            default:
                _resend.Refused(effect, now);
                if (effect == ReplyEffect.NoQuorum)
                    _primary.Doubt(now);
                break;
        }
    }

    /// <summary>Some time has passed: ends what is late, and sends again what should be answered by now.</summary>
    public void OnTick(long now)
    {
        Calls.Expire(now);
        if (_primary.Sends == 0)
            return;
        ResendIfDue(now);
        Calls.Requests.Retransmit(_primary.Sends, now);
        Calls.Queries.Retransmit(_primary.Sends, now);
        Guests.Retransmit(_primary.Sends, now);
        _primary.WatchSilence(Earliest(Earliest(Guests.OverdueSince(), Ordered.OverdueSince), Earliest(Calls.Requests.OverdueSince(), Calls.Queries.OverdueSince())), now);
    }

    /// <summary>Sends what may be sent, and goes on with the search.</summary>
    public void Pump(long now)
    {
        int connection = _primary.Sends;
        if (connection != 0)
            ResendIfDue(now);
        Calls.Requests.Pump(connection, now);
        if (_isClosed)
            return;
        if (connection != 0)
            Calls.Queries.Pump(connection, now);
        Guests.Pump(connection, now);
        _primary.Search(IsIdle, now);
        _strandedSince = IsIdle || PrimaryAddress is not null ? null : _strandedSince ?? now;
    }

    /// <summary>Ends every call, and closes every connection.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Close(string reason)
    {
        _isClosed = true;
        Calls.Close(reason);
        _primary.Close();
    }

    private static long? Earliest(long? left, long? right) =>
        left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);

    /// <summary>
    /// How long what a reply answers was under way, null when more than one copy of it was sent, on this connection or before; and when it was sent first. While requests wait, reads say nothing of how long
    /// results take: they pass the log by.
    /// </summary>
    private (long? Took, long? SentAt) TimesOf(in ClientReply reply, long now)
    {
        if (reply.Session != SessionId.None)
            return Calls.Requests.UnderWayFor(reply) is { } request ? (request.MayHaveBeenTaken ? null : now - request.SentAt, request.FirstSentAt) : default;
        return Calls.Requests.IsIdle && Calls.Queries.Find(reply.Sequence) is { SentAt: not null } query ? (query.Age(now), now - query.Age(now)) : default;
    }

    private bool IsForOthers(in ClientReply reply) => _arcs is not null && reply.Status == ReplyStatus.NotMyArc;

    private ReplyEffect OnAnswer(in ClientReply reply, long now)
    {
        if (!IsForOthers(reply))
            return Calls.OnAnswer(reply, now);
        if (Calls.Queries.Find(reply.Sequence) is { Group: null, SentAt: not null } query)
            _arcs!.OnRefused(this, query, ReplyEffects.ConfigurationIn(reply), now);
        return ReplyEffect.NotMyArc;
    }

    private ReplyEffect OnResult(in ClientReply reply, long now)
    {
        if (reply.Session.IsOrdered)
            return _shared.Ordered.OnReply(this, reply, now);
        if (Guests.Find(reply) is { } guest)
            return OnResultOf(guest, reply, now);
        if (!IsForOthers(reply))
            return Calls.Requests.OnReply(reply, now);
        if (Calls.Requests.Displace(reply, now) is { } request)
            _arcs!.OnRefused(this, request, ReplyEffects.ConfigurationIn(reply), now);
        return ReplyEffect.NotMyArc;
    }

    private ReplyEffect OnResultOf(Guest guest, in ClientReply reply, long now)
    {
        if (IsForOthers(reply))
        {
            _arcs!.OnGuestRefused(this, guest.Request, ReplyEffects.ConfigurationIn(reply), now);
            return ReplyEffect.NotMyArc;
        }

        ReplyEffect effect = ReplyEffects.Of(reply.Status);
        if (effect == ReplyEffect.None)
        {
            Guests.Remove(guest);
            return guest.Home.OnReply(reply, now);
        }

        Guests.Hold();
        return effect == ReplyEffect.OutOfOrder ? ReplyEffect.Busy : effect; // Nobody counts whether all copies were refused by now: a pause does as well.
    }

    private void Attach(FoundPrimary found, long now)
    {
        Detach(now);
        if (Group == GroupId.None)
        {
            _primary.Group = found.Group;
            Calls.EndQuestionsToMasters();
        }

        PrimaryChange change = _primary.Attach(found, now);
        _expiries.OnHeard(found.LogTime);
        _resend.Reset();
        Pump(now);
        _shared.Effects.Changes.Add(change with { Resent = Calls.Requests.UnderWay + Calls.Queries.Count + Guests.Count });
    }

    private void Detach(long now)
    {
        Calls.Detach(now);
        Guests.Detach();
    }

    private void ResendIfDue(long now)
    {
        if (!_resend.IsDue(now, !Calls.Requests.IsHeld || Calls.Requests.IsSettled))
            return;
        if (Calls.Requests.IsHeld)
            Calls.Requests.Rewind();
        Calls.Queries.Release();
        Guests.Release();
    }
}
