using PaxosShard.Client.Core.Groups;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Routing;

/// <summary>
/// Gives each call to the client of the group that serves it, by the latest configuration that the masters told. Until there is one with shards the calls wait, in their order and
/// within their bounds and times. Each group has a session of its own, so that one that stands still holds up nothing of another.
/// </summary>
internal sealed class ShardRouter : IArcFinder
{
    private readonly ClientCoreOptions _options;
    private readonly ClientEffects _effects;
    private readonly GroupClients _clients;
    private readonly GroupClient _masters;
    private readonly ShardClients _shards;
    private readonly ConfigurationWatch _configurations;
    private readonly MovedArcs _arcs;
    private readonly MisdirectedReads _reads;

    // What waits for the first configuration with shards; null when there is one.
    private GroupCalls? _waiting;

    // Under which the first request was sent before, until it is known to whom it goes; and that request, when it was begun before there was a configuration.
    private RequestName? _retried;
    private Request? _firstOfAll;
    private bool _isBroken;
    private bool _isClosed;

    /// <summary>No configuration is known yet.</summary>
    /// <param name="options">Bounds and times.</param>
    /// <param name="clients">Where the clients of the shards come to be.</param>
    /// <param name="masters">The client that was found to be that of the masters: what users want of it waits here from now on.</param>
    /// <param name="effects">Where the ends of calls go.</param>
    /// <param name="now">The present time.</param>
    public ShardRouter(ClientCoreOptions options, GroupClients clients, GroupClient masters, ClientEffects effects, long now)
    {
        _options = options;
        _effects = effects;
        _clients = clients;
        _masters = masters;
        _retried = options.Retried;
        _shards = new ShardClients(clients, masters, this);
        _configurations = new ConfigurationWatch(options, masters, OnConfiguration, effects);
        _arcs = new MovedArcs(options, clients, _shards);
        _reads = new MisdirectedReads(options, clients, _shards);
        _waiting = masters.Become(GroupId.Masters);
        AskMasters(_waiting, now);
    }

    /// <summary>Calls wait for a configuration.</summary>
    public bool HasCallsWithoutConfiguration => _waiting is { IsIdle: false };

    /// <summary>Requests wait for a configuration.</summary>
    public bool HasRequestsWithoutConfiguration => _waiting is { Requests.IsIdle: false };

    /// <summary>The client of the group that serves an arc; null when nobody knows it yet.</summary>
    public GroupClient? OwnerOf(Arc arc) => ClientOf(group: null, arc);

    /// <summary>The number of the latest configuration; 0 for none.</summary>
    public long Configuration => _configurations.Known?.Number ?? 0;

    /// <summary>A user begins a call.</summary>
    public void Begin(Call call, long now)
    {
        if (_options.StopAtFailure)
            BreakTogether();
        if (ClientFor(call) is { } client)
            Begin(call, client.Calls, now);
        else if (_waiting is { } waiting)
            waiting.Begin(call, now);
        else
            EndWithoutGroup(call);
    }

    /// <summary>The consumer of a follow wants more: whoever serves the room now is asked.</summary>
    public void More(Follow follow, long now)
    {
        if (follow.Holder is not { } holder)
            return;
        if (!follow.IsCompleted && follow.Question is null && ClientFor(follow) is { } client && client.Calls != holder)
        {
            holder.HandOver(follow, client.Calls);
            holder = client.Calls;
        }

        holder.More(follow, now);
    }

    /// <summary>Some time has passed.</summary>
    public void OnTick(long now) => _waiting?.Expire(now);

    /// <summary>Does what is due: asks for configurations, and brings to their owners what others have refused.</summary>
    public void Advance(long now)
    {
        if (_options.StopAtFailure)
            BreakTogether();
        if (_waiting is null && _configurations.Known is { } configuration)
        {
            _arcs.Advance(configuration, now);
            _reads.Advance(configuration, now);
            while (_shards.CloseOneThatLeft(configuration) is { } closed)
                _arcs.Forget(closed);
        }

        _configurations.Advance(IsNewerNeeded(now), now);
    }

    /// <summary>Takes in what waits for space; nothing is sent as long as nobody knows to whom.</summary>
    public void Pump(long now) => _waiting?.Requests.Pump(connection: 0, now);

    /// <summary>Ends every call that waits for a configuration; the clients are closed by whoever closes this.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Close(string reason)
    {
        _isClosed = true;
        _waiting?.Close(reason);
    }

    /// <inheritdoc/>
    public void OnRefused(GroupClient by, Request request, long configuration, long now) => _arcs.OnRefused(by, request.Arc, configuration, now);

    /// <inheritdoc/>
    public void OnGuestRefused(GroupClient by, Request request, long configuration, long now) => _arcs.OnGuestRefused(by, request.Arc, configuration, now);

    /// <inheritdoc/>
    public void OnRefused(GroupClient by, Query query, long configuration, long now) => _reads.OnRefused(by, query, configuration, now);

    /// <summary>Something waits for what a newer configuration may say; before the first one, also when the masters are there to be asked.</summary>
    private bool IsNewerNeeded(long now) => (_configurations.Known is null && _masters.PrimaryAddress is not null)
        || HasCallsWithoutConfiguration
        || _arcs.AreWaitedFor
        || _reads.AreWaitedFor
        || _clients.Ordered.WantedConfiguration > Configuration
        || _shards.AreStranded(now);

    private void OnConfiguration(Configuration configuration, long now)
    {
        _shards.OnConfiguration(configuration);
        _arcs.OnConfiguration(configuration);
        _reads.OnConfiguration(configuration);
        if (configuration.Shards.Count == 0 || _isClosed || _waiting is not { } waiting)
            return;
        _firstOfAll = waiting.Requests.Strays.FirstSentBefore;
        _waiting = null;
        if (_options.StopAtFailure)
            _isBroken |= waiting.Requests.IsBroken;
        foreach (Query query in waiting.Queries.All())
            HandOver(query, waiting);
        foreach (Request request in waiting.Requests.Strays.TakeBackAll())
            HandOver(request, now);
    }

    private void HandOver(Query query, GroupCalls from)
    {
        if (ClientOf(query.Group, query.Arc) is { } client)
        {
            from.HandOver(query, client.Calls);
            return;
        }

        from.Queries.Remove(query);
        EndWithoutGroup(query);
    }

    private void HandOver(Request request, long now)
    {
        if (ClientOf(request.Group, request.Arc) is { } client)
        {
            Prepare(client.Calls.Requests, request);
            request.Holder = client.Calls;
            client.Calls.Requests.Adopt(request, now);
            return;
        }

        EndWithoutGroup(request);
    }

    private void EndWithoutGroup(Call call)
    {
        if (call is Request { WaitsForRoom: true, IsTakenIn: false } request)
            _effects.Taken.Add(request);
        _effects.Complete(call, Outcome.NotApplied, $"there is no such group in configuration {_configurations.Known!.Number}");
    }

    private void Begin(Call call, GroupCalls calls, long now)
    {
        if (call is Request request)
            Prepare(calls.Requests, request);
        if (call is Query query && calls == _masters.Calls)
            query.Asker = _configurations;
        calls.Begin(call, now);
    }

    /// <summary>What is meant for the masters themselves goes to them.</summary>
    private void AskMasters(GroupCalls from, long now)
    {
        foreach (Query query in from.Queries.All().Where(static query => query.Group == GroupId.Masters))
        {
            from.HandOver(query, _masters.Calls);
            query.Asker = _configurations;
        }

        foreach (Request request in from.Requests.Strays.TakeBack(GroupId.Masters))
            HandOver(request, now);
    }

    /// <summary>A request is about to be taken in: the first of all goes under the name that it was sent under before, and none when the stream is broken.</summary>
    private void Prepare(RequestChannel requests, Request request)
    {
        Request first = _firstOfAll ?? _waiting?.Requests.Strays.FirstSentBefore ?? request;
        if (_retried is { } name && first == request)
        {
            requests.Retry(name);
            _retried = null;
        }

        if (_isBroken)
            requests.Break();
    }

    private GroupClient? ClientFor(Call call) => call switch
    {
        _ when _isClosed => _masters, // Which says so.
        Request request => (request.Group is null ? _arcs.HomeOf(request.Arc) : null) ?? ClientOf(request.Group, request.Arc),
        Query query => ClientOf(query.Group, query.Arc),
        Follow follow => ClientOf(group: null, follow.Arc),
        _ => null,
    };

    /// <summary>Null when there is no such group, or no configuration yet that could tell.</summary>
    private GroupClient? ClientOf(GroupId? group, Arc arc)
    {
        if (group == GroupId.Masters)
            return _masters;
        if (_waiting is not null || _configurations.Known is not { } configuration)
            return null;
        if (group is { } named)
            return configuration.Find(named) is null ? null : _shards.For(named, configuration);
        return _shards.For(configuration.OwnerOf(arc), configuration);
    }

    /// <summary>When the requests are one stream, it is one over all groups: nothing behind one that failed is sent to any.</summary>
    private void BreakTogether()
    {
        _isBroken |= _waiting is { Requests.IsBroken: true } || _clients.All.Any(static client => client.Calls.Requests.IsBroken);
        if (!_isBroken)
            return;
        _waiting?.Requests.Break();
        foreach (GroupClient client in _clients.All)
            client.Calls.Requests.Break();
    }
}
