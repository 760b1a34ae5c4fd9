namespace PaxosShard.Simulator.Network;

/// <summary>All open ends of the network, and the streams that still flow towards them.</summary>
internal sealed class OpenEnds
{
    private readonly List<ConnectionEnd> _ends = [];

    /// <summary>An end was opened.</summary>
    public void Add(ConnectionEnd end) => _ends.Add(end);

    /// <summary>An end was closed.</summary>
    public void Remove(ConnectionEnd end) => _ends.Remove(end);

    /// <summary>The open ends that an address holds, as they are now.</summary>
    public ConnectionEnd[] Of(int address) => [.. _ends.Where(end => end.Address == address)];

    /// <summary>The senders of every stream that may still reach an open end, or comes from one; also those that were closed behind their last bytes.</summary>
    public List<ConnectionEnd> Senders()
    {
        List<ConnectionEnd> senders = [];
        foreach (ConnectionEnd end in _ends)
        {
            senders.Add(end);
            if (!end.Other.IsOpen)
                senders.Add(end.Other);
        }

        return senders;
    }
}
