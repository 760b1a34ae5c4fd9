using PaxosShard.Client.Core.Groups;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Routing;
using PaxosShard.Client.Core.Search;
using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Time;

namespace PaxosShard.Client.Core;

/// <summary>
/// A client without clock, sockets and tasks: told what happened, it says what is to be done. Its addresses lead to a group, which then serves everything, or to the masters,
/// who say which group serves what. It finds the primaries, sends requests once and in their order whatever fails on the way, asks questions, follows rooms, and says of each
/// call what is certain (rule 9). One caller at a time.
/// </summary>
public sealed class ClientCore
{
    /// <summary>Most addresses of a group that are known; what replicas name beyond that is not kept.</summary>
    public const int Addresses = AddressBook.Capacity;

    private const long Tick = 10;

    private readonly ClientCoreOptions _options;
    private readonly ClientEffects _effects = new();
    private readonly GroupClients _clients;
    private readonly OrderedLines _ordered;
    private readonly Func<Arc, GroupClient?> _ownerOf;

    // Of the group to which the addresses lead.
    private readonly GroupClient _first;

    // Where calls go, once that group is found to be the masters.
    private ShardRouter? _router;
    private string? _closed;
    private long _nextTick = long.MinValue;

    /// <summary>A client to which nothing has happened yet; it begins to look for the primary with its first step.</summary>
    /// <param name="options">Bounds and times.</param>
    /// <param name="addresses">Whom to ask first, <c>host:port</c>: replicas of one group, or masters. What they name is added.</param>
    public ClientCore(ClientCoreOptions options, IEnumerable<string> addresses)
    {
        _options = options;
        _clients = new GroupClients(options, _effects);
        _ordered = _clients.Ordered;
        _ownerOf = OwnerOf;
        _first = _clients.Add(options.Group, addresses, arcs: null);
    }

    /// <summary>The address of the primary of the group to which the addresses led; null while there is none.</summary>
    public string? PrimaryAddress => _first.PrimaryAddress;

    /// <summary>The addresses of that group that are known: by them another client finds the same.</summary>
    public IReadOnlyList<string> KnownAddresses => _first.Addresses;

    /// <summary>Nothing waits and nothing is under way, not even for callers that have gone.</summary>
    public bool IsIdle => _clients.AreIdle && _ordered.IsIdle && _router is not { HasCallsWithoutConfiguration: true };

    /// <summary>A request waits or is under way, perhaps for a caller that has gone.</summary>
    public bool HasRequests =>
        !_ordered.IsIdle || _clients.All.Any(static client => !client.Calls.Requests.IsIdle) || _router is { HasRequestsWithoutConfiguration: true };

    /// <summary>Every known address with why it was of no use when it was last tried; those to begin with first.</summary>
    public IReadOnlyList<(string Address, string Reason)> Failures => _clients.All.Count == 1
        ? _first.Failures
        : [.. _clients.All.SelectMany(static client => client.Failures).DistinctBy(static failure => failure.Address, StringComparer.Ordinal)];

    /// <summary>The address of the primary that a call is for; null while there is none, or while nobody knows which group it is for.</summary>
    public string? PrimaryAddressFor(Call call) => ClientOf(call)?.PrimaryAddress;

    /// <summary>Every known address of the group that a call is for, or of those who could tell which one that is, with why it was of no use when it was last tried.</summary>
    public IReadOnlyList<(string Address, string Reason)> FailuresFor(Call call) => (ClientOf(call) ?? _first).Failures;

    /// <summary>Takes in what happened.</summary>
    /// <param name="inputs">What happened, in order.</param>
    /// <param name="now">For how long the client has run, in milliseconds (see <see cref="RunningClock"/>); never less than before.</param>
    /// <param name="machineTime">The machine's monotonic time in milliseconds, the pauses of the process included: by it log time is known between two replies.</param>
    /// <returns>What is to be done; valid until the next step.</returns>
    public ClientEffects Step(ReadOnlySpan<ClientInput> inputs, long now, long machineTime)
    {
        _effects.Clear();
        _clients.OnStep(machineTime);
        foreach (ref readonly ClientInput input in inputs)
            Take(input, now);
        if (_closed is null && now >= _nextTick)
        {
            _nextTick = now + Tick;
            _ordered.Expire(now);
            _clients.OnTick(now);
            _router?.OnTick(now);
        }
        if (_closed is null)
            _router?.Advance(now);
        _router?.Pump(now);
        if (_ordered.HasWork)
            _ordered.Pump(_ownerOf, _router?.Configuration ?? 0, _clients.All, now);
        _clients.Pump(now);
        _effects.NextCall = NextCall();
        return _effects;
    }

    private long NextCall()
    {
        if (_closed is not null)
            return long.MaxValue;
        return IsIdle ? _clients.NextCall : Math.Min(_nextTick, _clients.NextCall);
    }

    private void Take(in ClientInput input, long now)
    {
        switch (input.Kind)
        {
            case ClientInputKind.Begin when input.Call is OrderedCall ordered:
                _ordered.Begin(ordered, now);
                break;
            case ClientInputKind.CallOff when input.Call is OrderedCall ordered:
                _ordered.CallOff(ordered, now);
                break;
            case ClientInputKind.Begin:
                Begin(input.Call!, now);
                break;
            case ClientInputKind.CallOff:
                (input.Call!.Holder ?? _first.Calls).CallOff(input.Call!);
                break;
            case ClientInputKind.More:
                More((Follow)input.Call!, now);
                break;
            case ClientInputKind.Opened:
                OnOpened(input.Connection, input.Group, now);
                break;
            case ClientInputKind.Ended:
                _clients.WithConnection(input.Connection)?.OnEnded(input.Connection, input.Reason!, now);
                _clients.Forget(input.Connection);
                break;
            case ClientInputKind.Replied:
                _clients.WithConnection(input.Connection)?.OnReply(input.Connection, input.Reply, now);
                break;
            case ClientInputKind.Close:
                Close(input.Reason!);
                break;
        }
    }

    private void Begin(Call call, long now)
    {
        if (_router is { } router)
            router.Begin(call, now);
        else if (call is Query { Group: { } group } && group == GroupId.Masters && _first.Group != GroupId.None && _closed is null)
            _effects.Complete(call, Outcome.Done); // There are none, and an empty answer says so.
        else
            _first.Calls.Begin(call, now);
    }

    private void More(Follow follow, long now)
    {
        if (_router is { } router)
            router.More(follow, now);
        else
            _first.Calls.More(follow, now);
    }

    private void OnOpened(int connection, GroupId group, long now)
    {
        // Nothing was sent to anybody as long as the group is not known: that is when its primary is found.
        if (group == GroupId.Masters && _first.Group == GroupId.None && _closed is null)
            _router = new ShardRouter(_options, _clients, _first, _effects, now);
        _clients.WithConnection(connection)?.OnOpened(connection, group, now);
    }

    private void Close(string reason)
    {
        if (_closed is not null)
            return;
        _closed = reason;
        _router?.Close(reason);
        _ordered.Close(reason);
        _clients.Close(reason);
    }

    // As long as nobody knows whether the first group is that of masters, nothing is sent to it.
    private GroupClient? OwnerOf(Arc arc) => _router is { } router ? router.OwnerOf(arc) : _first;

    private GroupClient? ClientOf(Call call) => call.Holder is null ? _first : _clients.All.FirstOrDefault(client => client.Calls == call.Holder);
}
