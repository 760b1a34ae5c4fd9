using PaxosShard.Client.Core.Groups;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Routing;

/// <summary>The client of each shard: made when something is for the shard for the first time, and closed when the shard has left and nothing is under way to it.</summary>
/// <param name="clients">All clients, that of the masters too.</param>
/// <param name="masters">That one.</param>
/// <param name="arcs">Told of arcs that a group does not serve.</param>
internal sealed class ShardClients(GroupClients clients, GroupClient masters, IArcFinder arcs)
{
    private readonly Dictionary<GroupId, GroupClient> _clients = [];

    /// <summary>It is the client of a shard.</summary>
    public bool IsShard(GroupClient client) => client != masters;

    /// <summary>The client of a shard.</summary>
    /// <param name="group">The shard's group, which is in the configuration.</param>
    /// <param name="configuration">The latest configuration.</param>
    public GroupClient For(GroupId group, Configuration configuration)
    {
        if (_clients.TryGetValue(group, out GroupClient? known))
            return known;
        GroupClient client = clients.Add(group, configuration.Find(group)?.Addresses ?? [], arcs);
        _clients.Add(group, client);
        return client;
    }

    /// <summary>Somebody waits for a shard whose primary is not to be found.</summary>
    public bool AreStranded(long now)
    {
        foreach (GroupClient client in _clients.Values)
        {
            if (client.IsStranded(now))
                return true;
        }

        return false;
    }

    /// <summary>There is a newer configuration: the addresses in it are asked too.</summary>
    public void OnConfiguration(Configuration configuration)
    {
        foreach (GroupClient client in _clients.Values)
            client.Learn(configuration.Find(client.Group)?.Addresses ?? []);
    }

    /// <summary>Closes the client of a shard that has left, when nothing is under way to it any more and nothing has to go by its session.</summary>
    /// <param name="configuration">The latest configuration.</param>
    /// <returns>That one; null when there is no such one.</returns>
    public GroupClient? CloseOneThatLeft(Configuration configuration)
    {
        foreach (GroupClient client in _clients.Values)
        {
            if (!client.IsIdle || !client.Calls.IsEmpty || client.Calls.Requests.Strays.AreTied || configuration.Find(client.Group) is not null)
                continue;
            _clients.Remove(client.Group);
            clients.Remove(client);
            return client;
        }

        return null;
    }
}
