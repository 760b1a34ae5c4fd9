using NLog;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Clients;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>The way into one group: greets whoever names it in a hello, then serves the connection as one of a peer or of a client until it ends.</summary>
/// <param name="shared">What all connections of the group share.</param>
/// <param name="clients">Its clients.</param>
/// <param name="peers">Its peers.</param>
internal sealed class GroupDoor(SharedTransport shared, ClientTable clients, PeerSet peers)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(GroupDoor));

    private readonly InboxBudget _allClients = new(shared.Limits.AllClientsInboxCount, shared.Limits.AllClientsInboxBytes);
    private readonly InboxBudget _goneClients = new(shared.Limits.GoneClientsInboxCount, bytes: 1);

    /// <summary>The group.</summary>
    public GroupId Group => shared.Self.Group;

    /// <summary>What all its connections share.</summary>
    public SharedTransport Shared => shared;

    /// <summary>Serves a connection until it ends.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="first">The first frame on it.</param>
    /// <param name="mayServeClients">There are places for clients.</param>
    /// <returns>Null when it was served; otherwise why it was not. When that has a code the other side is still to be told.</returns>
    /// <exception cref="WireFormatException">The other side does not keep to the protocol.</exception>
    public async Task<DoorRefusal?> ServeAsync(WatchedConnection connection, FrameContent first, Func<bool> mayServeClients)
    {
        connection.Group = Group;
        Introduction? introduction = await shared.Greeting.AnswerAsync(connection, first);
        if (introduction is null)
            return new DoorRefusal(null, connection.Connection.CloseReason ?? "");
        if (introduction.Met!.Role == PeerRole.Replica)
            await peers.ReceiveAsync(introduction, connection);
        else if (mayServeClients())
            await ServeClientAsync(connection);
        else
            return new DoorRefusal(RefusalCode.TooManyConnections, "only the places of the peers are left");
        return null;
    }

    private async Task ServeClientAsync(WatchedConnection connection)
    {
        ClientConnection client = new(clients.NextHandle(), connection, _allClients, shared);
        clients.Add(client);
        _log.Debug("Client {Client} connected from {Remote}", client.Handle.Number, connection.Connection.Remote);
        try
        {
            await client.RunAsync();
            connection.Connection.Close(CloseReasons.ClosedByOther);
        }
        finally
        {
            clients.Remove(client.Handle);
            await shared.Inbox.PostAsync(_goneClients, [Input.ClientGone(client.Handle)], bytes: 0, CancellationToken.None);
            _log.Debug("Client {Client} is gone: {Reason}", client.Handle.Number, connection.Connection.CloseReason);
        }
    }
}

/// <summary>Why a connection was not served.</summary>
/// <param name="Code">What the other side is to be told; null when it was told already.</param>
/// <param name="Reason">One sentence.</param>
internal sealed record DoorRefusal(RefusalCode? Code, string Reason);
