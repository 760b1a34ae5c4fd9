using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Sharing;

/// <summary>
/// What comes on the connection of one group for others of the same two processes: each frame goes to who takes those of its group, as if it had come on that group's own connection, as long as that is open. Used by the
/// loop's thread alone.
/// </summary>
/// <param name="sharing">Knows who takes what.</param>
/// <param name="carrier">The connection.</param>
internal sealed class CarriedGroups(ConnectionSharing sharing, WatchedConnection carrier) : IOtherFrames
{
    private readonly Dictionary<GroupId, PeerReceiver?> _receivers = [];
    private readonly List<PeerReceiver> _touched = [];

    /// <summary>It carries others.</summary>
    public bool IsUsed => _receivers.Count > 0;

    /// <inheritdoc/>
    /// <exception cref="WireFormatException">The sender has not said whose frames these are.</exception>
    public void Take(GroupId group, in FrameContent content, int size)
    {
        if (content.Message is SharedConnection said)
        {
            PeerReceiver? receiver = sharing.Find(said, group);
            receiver?.CarriedOn = carrier.Connection;
            _receivers[group] = receiver;
        }
        else if (!_receivers.TryGetValue(group, out PeerReceiver? receiver))
        {
            throw new WireFormatException($"a {content.Kind} names {group} on a connection of {carrier.Group}");
        }
        else if (receiver is { IsOpen: true } && receiver.Carry(in content, size))
        {
            _touched.Add(receiver);
        }
    }

    /// <summary>The connection has ended: what was under way on it may be lost, for all of them.</summary>
    public void End()
    {
        foreach (PeerReceiver? receiver in _receivers.Values)
        {
            if (receiver is { IsOpen: true })
                receiver.OnCarrierEnded(carrier.Connection);
        }
    }

    /// <inheritdoc/>
    public void Post()
    {
        foreach (PeerReceiver receiver in _touched)
            receiver.PostCarried();
        _touched.Clear();
    }
}
