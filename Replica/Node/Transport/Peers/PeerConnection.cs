using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>A connection with a peer whose hellos are done, in either direction.</summary>
/// <param name="Introduction">The hellos; under a later member list they may not hold any more (rule 13).</param>
/// <param name="Connection">The connection.</param>
internal sealed record PeerConnection(Introduction Introduction, WatchedConnection Connection)
{
    /// <summary>Who reads what the peer sends; null on a connection to the peer.</summary>
    public PeerReceiver? Receiver { get; init; }
}
