using System.Net;

namespace PaxosShard.Replica.Node.Transport.Connections;

/// <summary>
/// Counts the connections that others opened, in all and by address, so that neither a storm nor one neighbour can take
/// all places. The last places are kept for peers: whoever has not said hello or is a client leaves them free. Any thread.
/// </summary>
/// <param name="limits">The bounds.</param>
/// <param name="keptForPeers">Places that only peers may fill.</param>
internal sealed class ConnectionPlaces(NodeLimits limits, int keptForPeers)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _count;

    /// <summary>Takes a place for a new connection; null when it got one, else the bound that is reached.</summary>
    public string? TryTake(IPAddress address)
    {
        int limit = IPAddress.IsLoopback(address) ? limits.ConnectionsFromLoopback : limits.ConnectionsPerAddress;
        lock (_gate)
        {
            if (_count >= limits.Connections)
                return $"{limits.Connections} connections are open, which is the limit";
            int fromHere = _byAddress.GetValueOrDefault(address);
            if (fromHere >= limit)
                return $"{limit} connections from {address} are open, which is the limit for one address";
            _byAddress[address] = fromHere + 1;
            _count++;
            return null;
        }
    }

    /// <summary>A client may stay; false when only the places of the peers are left.</summary>
    public bool IsRoomForClients
    {
        get
        {
            lock (_gate)
                return _count <= limits.Connections - keptForPeers;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Release(IPAddress address)
    {
        lock (_gate)
        {
            _count--;
            int left = _byAddress[address] - 1;
            if (left > 0)
                _byAddress[address] = left;
            else
                _byAddress.Remove(address);
        }
    }
}
