using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Client.Core.Search;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Time;

namespace PaxosShard.Client.Core;

/// <summary>
/// A client of a group, without clock, sockets and tasks: told what happened, it says what is to be done. It finds the primary, keeps one
/// session, sends requests once and in their order whatever fails on the way, asks questions, follows rooms, and says of each
/// call what is certain (rule 9). One caller at a time.
/// </summary>
public sealed class ClientCore
{
    /// <summary>Most addresses that are known; what replicas name beyond that is not kept.</summary>
    public const int Addresses = AddressBook.Capacity;

    private const long Tick = 10;

    private readonly ClientEffects _effects = new();
    private readonly AddressBook _addresses;
    private readonly RequestChannel _requests;
    private readonly QueryTable _queries;
    private readonly FollowTable _follows;
    private readonly ResendSchedule _resend;
    private readonly PrimaryConnection _primary;
    private readonly ExpiryClock _expiries;
    private string? _closed;
    private long _nextTick = long.MinValue;

    /// <summary>A client to which nothing has happened yet; it begins to look for the primary with its first step.</summary>
    /// <param name="options">Bounds and times.</param>
    /// <param name="addresses">Whom to ask first, <c>host:port</c>; what the replicas name is added.</param>
    public ClientCore(ClientCoreOptions options, IEnumerable<string> addresses)
    {
        SeededRandom random = new((ulong)options.Seed);
        _addresses = new AddressBook(addresses);
        _expiries = new ExpiryClock(options.Lifetime);
        _requests = new RequestChannel(options, _expiries, _effects);
        _queries = new QueryTable(options.Reads, _effects);
        _follows = new FollowTable(options, _queries, _effects);
        _resend = new ResendSchedule(options, random);
        _primary = new PrimaryConnection(options, new PrimarySearch(options, _addresses, _effects, random), _effects, random);
    }

    /// <summary>The primary's address; null while there is none.</summary>
    public string? PrimaryAddress => _primary.Address;

    /// <summary>Nothing waits and nothing is under way, not even for callers that have gone.</summary>
    public bool IsIdle => _requests.IsIdle && _queries.Count == 0;

    /// <summary>A request waits or is under way, perhaps for a caller that has gone.</summary>
    public bool HasRequests => !_requests.IsIdle;

    /// <summary>Every known address with why it was of no use when it was last tried.</summary>
    public IReadOnlyList<(string Address, string Reason)> Failures => _addresses.Failures();

    /// <summary>Takes in what happened.</summary>
    /// <param name="inputs">What happened, in order.</param>
    /// <param name="now">For how long the client has run, in milliseconds (see <see cref="RunningClock"/>); never less than before.</param>
    /// <param name="machineTime">The machine's monotonic time in milliseconds, the pauses of the process included: by it log time is known between two replies.</param>
    /// <returns>What is to be done; valid until the next step.</returns>
    public ClientEffects Step(ReadOnlySpan<ClientInput> inputs, long now, long machineTime)
    {
        _effects.Clear();
        _expiries.OnStep(machineTime);
        foreach (ref readonly ClientInput input in inputs)
            Take(input, now);
        if (_closed is null && now >= _nextTick)
        {
            _nextTick = now + Tick;
            OnTick(now);
        }
        Pump(now);
        _effects.NextCall = NextCall();
        return _effects;
    }

    private long NextCall()
    {
        if (_closed is not null)
            return long.MaxValue;
        return IsIdle ? _primary.NextCall : Math.Min(_nextTick, _primary.NextCall);
    }

    private void Take(in ClientInput input, long now)
    {
        switch (input.Kind)
        {
            case ClientInputKind.Begin:
                Begin(input.Call!, now);
                break;
            case ClientInputKind.CallOff:
                CallOff(input.Call!);
                break;
            case ClientInputKind.More:
                _follows.More((Follow)input.Call!, now);
                break;
            case ClientInputKind.Opened:
                _primary.OnOpened(input.Connection, now);
                break;
            case ClientInputKind.Ended:
                if (_primary.OnEnded(input.Connection, input.Reason!, IsIdle, now))
                    Detach(now);
                break;
            case ClientInputKind.Replied:
                OnReply(input.Connection, input.Reply, now);
                break;
            case ClientInputKind.Close:
                Close(input.Reason!);
                break;
        }
    }

    private void Begin(Call call, long now)
    {
        switch (call)
        {
            case Request request:
                _requests.Begin(request, now);
                break;
            case Query or Follow when _closed is { } reason:
                _effects.Complete(call, Outcome.NotApplied, reason);
                break;
            case Query query:
                if (!_queries.TryAdd(query, now))
                    _effects.Complete(query, Outcome.NotApplied, "too many reads are under way already");
                break;
            case Follow follow:
                _follows.Begin(follow, now);
                break;
        }
    }

    private void CallOff(Call call)
    {
        switch (call)
        {
            case Request request:
                _requests.CallOff(request);
                break;
            case Query query:
                _queries.Remove(query);
                _effects.Complete(query, Outcome.CalledOff);
                break;
            case Follow follow:
                _follows.End(follow, Outcome.CalledOff, "");
                break;
        }
    }

    private void Close(string reason)
    {
        if (_closed is not null)
            return;
        _closed = reason;
        _requests.Close(reason);
        _follows.Close(reason);
        foreach (Query query in _queries.All())
        {
            _queries.Remove(query);
            _effects.Complete(query, Outcome.NotApplied, reason);
        }
        _primary.Close();
    }

    private void OnReply(int connection, in ClientReply reply, long now)
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
        long? took = TimeOf(reply, now);
        ReplyEffect effect = reply.Session == SessionId.None ? OnAnswer(reply, now) : _requests.OnReply(reply, now);
        _primary.OnAnswered(now, effect == ReplyEffect.None ? took : null);
        switch (effect)
        {
            case ReplyEffect.None:
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

    /// <summary>How long what a reply answers was under way. While requests wait, reads say nothing of how long results take: they pass the log by.</summary>
    private long? TimeOf(in ClientReply reply, long now)
    {
        if (reply.Session != SessionId.None)
            return _requests.AgeOf(reply, now);
        return _requests.IsIdle ? _queries.Find(reply.Sequence)?.Age(now) : null;
    }

    private ReplyEffect OnAnswer(in ClientReply reply, long now)
    {
        if (_queries.Find(reply.Sequence) is not { } query)
            return ReplyEffect.None;
        ReplyEffect effect = ReplyEffects.Of(reply.Status);
        if (effect != ReplyEffect.None)
        {
            _queries.Refuse(query);
            return effect;
        }
        _queries.Remove(query);
        if (query.Caller is Follow follow && follow.Question == query)
            _follows.OnReply(follow, reply, now);
        else if (reply.Status == ReplyStatus.Ok)
            _effects.Complete(query, Outcome.Done, payload: reply.Payload);
        else
            _effects.Complete(query, Outcome.Rejected, ReplyEffects.Text(reply));
        return ReplyEffect.None;
    }

    private void Attach(FoundPrimary found, long now)
    {
        Detach(now);
        PrimaryChange change = _primary.Attach(found, now);
        _expiries.OnHeard(found.LogTime);
        _resend.Reset();
        Pump(now);
        _effects.Changes.Add(change with { Resent = _requests.UnderWay + _queries.Count });
    }

    private void Detach(long now)
    {
        _requests.Detach();
        _queries.Detach();
    }

    private void OnTick(long now)
    {
        _requests.Expire(now);
        foreach (Query query in _queries.Expired(now))
            GiveUp(query);
        _follows.TellOutages(now);
        if (_primary.Sends == 0)
            return;
        ResendIfDue(now);
        _requests.Retransmit(_primary.Sends, now);
        _queries.Retransmit(_primary.Sends, now);
        _primary.WatchSilence(Earliest(_requests.OverdueSince(), _queries.OverdueSince()), now);
    }

    private void GiveUp(Query query)
    {
        _queries.Remove(query);
        if (query.Caller is Follow follow && follow.Question == query)
            _follows.End(follow, Outcome.NotTaken, "");
        else
            _effects.Complete(query, Outcome.NotTaken);
    }

    private void Pump(long now)
    {
        int connection = _primary.Sends;
        if (connection != 0)
            ResendIfDue(now);
        _requests.Pump(connection, now);
        if (_closed is not null)
            return;
        if (connection != 0)
            _queries.Pump(connection, now);
        _primary.Search(IsIdle, now);
    }

    private void ResendIfDue(long now)
    {
        if (!_resend.IsDue(now, !_requests.IsHeld || _requests.IsSettled))
            return;
        if (_requests.IsHeld)
            _requests.Rewind();
        _queries.Release();
    }

    private static long? Earliest(long? left, long? right) =>
        left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);
}
