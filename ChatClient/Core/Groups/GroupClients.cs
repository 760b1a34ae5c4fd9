using PaxosShard.Client.Core.Ordered;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Groups;

/// <summary>The clients of all groups that a client talks to, in the order in which they were made.</summary>
internal sealed class GroupClients
{
    private readonly ClientCoreOptions _options;
    private readonly ClientEffects _effects;
    private readonly SharedParts _shared;
    private readonly List<GroupClient> _all = [];

    /// <summary>No client yet.</summary>
    /// <param name="options">Bounds and times of each.</param>
    /// <param name="effects">Where everything that is to be done goes.</param>
    public GroupClients(ClientCoreOptions options, ClientEffects effects)
    {
        _options = options;
        _effects = effects;
        SessionSource sessions = new(options.Seed);
        _shared = new SharedParts(effects, new SeededRandom((ulong)options.Seed), sessions, new ConnectionOwners(), new OrderedLines(options, effects, sessions));
    }

    /// <summary>The ordered sessions, which go over all groups.</summary>
    public OrderedLines Ordered => _shared.Ordered;

    /// <summary>Chance, of which all have their part.</summary>
    public SeededRandom Random => _shared.Random;

    /// <summary>All of them.</summary>
    public IReadOnlyList<GroupClient> All => _all;

    /// <summary>Nothing waits and nothing is under way in any of them.</summary>
    public bool AreIdle => _all.TrueForAll(static client => client.IsIdle);

    /// <summary>When one of them has something to search next, in milliseconds; the end of time when none has.</summary>
    public long NextCall
    {
        get
        {
            long next = long.MaxValue;
            foreach (GroupClient client in _all)
                next = Math.Min(next, client.NextCall);
            return next;
        }
    }

    /// <summary>Makes one more.</summary>
    /// <param name="group">Its group; none for the one to which the addresses lead.</param>
    /// <param name="addresses">Whom it asks first.</param>
    /// <param name="arcs">Told of arcs that the group does not serve; null when no other group is known.</param>
    public GroupClient Add(GroupId group, IEnumerable<string> addresses, IArcFinder? arcs)
    {
        GroupClient client = new(_options, group, addresses, arcs, _shared);
        _all.Add(client);
        return client;
    }

    /// <summary>The client that has a connection; null when it was closed.</summary>
    public GroupClient? WithConnection(int number) => _shared.Connections.Find(number);

    /// <summary>A connection has ended.</summary>
    public void Forget(int connection) => _shared.Connections.Forget(connection);

    /// <summary>Closes one for good; nothing may wait in it.</summary>
    public void Remove(GroupClient client)
    {
        client.Close("");
        _all.Remove(client);
    }

    /// <summary>A step begins.</summary>
    public void OnStep(long machineTime)
    {
        foreach (GroupClient client in _all)
            client.OnStep(machineTime);
    }

    /// <summary>Some time has passed.</summary>
    public void OnTick(long now)
    {
        foreach (GroupClient client in _all)
            client.OnTick(now);
    }

    /// <summary>Sends what may be sent, and forgets the connections that are to be closed.</summary>
    public void Pump(long now)
    {
        foreach (GroupClient client in _all)
            client.Pump(now);
        foreach (int connection in _effects.Closes)
            _shared.Connections.Forget(connection);
    }

    /// <summary>Closes all of them.</summary>
    public void Close(string reason)
    {
        foreach (GroupClient client in _all)
            client.Close(reason);
    }
}
