using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Sharing;

/// <summary>
/// The groups of a process share what they send to another process, and what they receive from it: one frame behind the other on one connection, in one send of a round, where each of them would make a send of its own
/// (PROTOCOL.md, "M: SharedConnection"). Used by the loop's thread alone.
/// </summary>
/// <param name="process">Drawn for this process: by it others find out which of their connections end here.</param>
internal sealed class ConnectionSharing(ulong process)
{
    private readonly Dictionary<ulong, PeerReceiver> _open = [];
    private readonly HashSet<GroupId> _groups = [];
    private ulong _lastTicket;

    /// <summary>What leaves.</summary>
    public SharedRoutes Routes { get; } = new();

    /// <summary>Hellos whose connections go on. From another thread a guess.</summary>
    internal int OpenCount => _open.Count;

    /// <summary>Tells a peer whose hellos are done how its frames may come from now on.</summary>
    /// <param name="receiver">Who takes them.</param>
    public SharedConnection Open(PeerReceiver receiver)
    {
        _groups.Add(receiver.Group);
        _open.Add(++_lastTicket, receiver);
        return new SharedConnection(process, _lastTicket);
    }

    /// <summary>The connection of these hellos has ended, and what is still under way for them counts no more.</summary>
    public void End(SharedConnection told) => _open.Remove(told.Ticket);

    /// <summary>Who takes the frames of a group, which the sender has said on some connection; null when the connection of those hellos has ended.</summary>
    /// <param name="said">What it was told.</param>
    /// <param name="group">The group that it says it of.</param>
    /// <exception cref="WireFormatException">Nobody was told that of a group of this process.</exception>
    public PeerReceiver? Find(SharedConnection said, GroupId group)
    {
        if (said.Process != process || said.Ticket == 0 || said.Ticket > _lastTicket || !_groups.Contains(group))
            throw new WireFormatException($"{group} names the ticket {said.Ticket}, which nobody was given");
        PeerReceiver? receiver = _open.GetValueOrDefault(said.Ticket);
        return receiver is null || receiver.Group == group ? receiver : throw new WireFormatException($"{group} names a ticket of {receiver.Group}");
    }
}
