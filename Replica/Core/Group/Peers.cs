using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Group;

/// <summary>The other replicas of the group, and how the connection to each of them is.</summary>
internal sealed class Peers
{
    private readonly Connection[] _connections;

    /// <summary>No connection was there yet.</summary>
    public Peers(GroupOptions options)
    {
        _connections = new Connection[options.ReplicaCount];
        Others = [.. Enumerable.Range(0, options.ReplicaCount).Select(index => new ReplicaId(index)).Where(peer => peer != options.Self)];
    }

    private enum Connection
    {
        None,
        Up,
        Lost,
    }

    /// <summary>All replicas of the group but this one, in the order of the member list.</summary>
    public IReadOnlyList<ReplicaId> Others { get; }

    /// <summary>A connection to it is up.</summary>
    public bool IsConnected(ReplicaId peer) => _connections[peer.Index] == Connection.Up;

    /// <summary>Its connection was reset or closed, and there has been no new one since.</summary>
    public bool IsLost(ReplicaId peer) => _connections[peer.Index] == Connection.Lost;

    /// <summary>A connection came up or was lost.</summary>
    public void OnConnection(ReplicaId peer, bool isUp) => _connections[peer.Index] = isUp ? Connection.Up : Connection.Lost;
}
