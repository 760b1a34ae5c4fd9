using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Groups;

/// <summary>The clients of all groups that a client talks to, in the order in which they were made.</summary>
/// <param name="options">Bounds and times of each.</param>
/// <param name="effects">Where everything that is to be done goes.</param>
internal sealed class GroupClients(ClientCoreOptions options, ClientEffects effects)
{
    private readonly SharedParts _shared = new(effects, new SeededRandom((ulong)options.Seed), new SessionSource(options.Seed), new ConnectionOwners());
    private readonly List<GroupClient> _all = [];

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
        GroupClient client = new(options, group, addresses, arcs, _shared);
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
        foreach (int connection in effects.Closes)
            _shared.Connections.Forget(connection);
    }

    /// <summary>Closes all of them.</summary>
    public void Close(string reason)
    {
        foreach (GroupClient client in _all)
            client.Close(reason);
    }
}
