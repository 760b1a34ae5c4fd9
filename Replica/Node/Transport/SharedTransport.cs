using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Loop;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Sharing;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>What all connections of a replica share.</summary>
/// <param name="Self">Who this replica is.</param>
/// <param name="Limits">The bounds.</param>
/// <param name="Greeting">The hellos.</param>
/// <param name="Watch">The deadlines.</param>
/// <param name="Loop">The thread that waits for all sockets, and on which all connections are served.</param>
/// <param name="Inbox">The door to the driver.</param>
/// <param name="Faults">The frames that are lost on purpose.</param>
/// <param name="Requests">Where the commands of requests are until the driver takes them; null to keep each by itself.</param>
/// <param name="Sharing">How the groups of the process share connections; null for a process of one group.</param>
/// <param name="Draining">Cancelled when no more requests are taken, because the replica is about to stop.</param>
internal sealed record SharedTransport(
    ReplicaCard Self,
    NodeLimits Limits,
    Greeting Greeting,
    ConnectionWatch Watch,
    EventLoop Loop,
    Inbox Inbox,
    FrameFaults Faults,
    RequestCopies? Requests,
    ConnectionSharing? Sharing,
    CancellationToken Draining)
{
    /// <summary>The member list that this replica has executed.</summary>
    public CurrentMembers Members => Greeting.Book.Members;
}
