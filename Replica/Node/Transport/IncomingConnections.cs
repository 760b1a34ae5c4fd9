using System.Collections.Concurrent;
using System.Net.Sockets;
using NLog;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Clients;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// Everything that others opened: greets it, then serves it as a peer or as a client until it ends. Whatever is wrong with
/// one connection ends that connection, with one line in the log, and nobody else notices.
/// </summary>
internal sealed class IncomingConnections(SharedTransport shared, ClientTable clients, PeerSet peers)
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    private readonly ConnectionPlaces _places = new(shared.Limits, Limits.Replicas);
    private readonly InboxBudget _allClients = new(shared.Limits.AllClientsInboxCount, shared.Limits.AllClientsInboxBytes);
    private readonly InboxBudget _goneClients = new(shared.Limits.GoneClientsInboxCount, bytes: 1);
    private readonly ConcurrentDictionary<Task, WatchedConnection> _running = new();
    private readonly LogThrottle _throttle = new(linesPerSecond: 10, repeatSeconds: 60);

    /// <summary>Takes connections until the token is cancelled.</summary>
    public async Task RunAsync(Listener listener, CancellationToken stopping)
    {
        while (await listener.AcceptAsync(stopping) is { } socket)
            Start(socket);
    }

    /// <summary>Closes all of them and waits until nothing is left of them.</summary>
    public async Task CloseAllAsync(string reason)
    {
        foreach (WatchedConnection connection in _running.Values)
            connection.Connection.Close(reason);
        await Task.WhenAll(_running.Keys);
    }

    private void Start(Socket socket)
    {
        WatchedConnection connection;
        try
        {
            connection = new WatchedConnection(socket, shared);
        }
        catch (SocketException)
        {
            // It was reset between the accept and the first look at it.
            socket.Dispose();
            return;
        }

        Task task = shared.Loop.RunAsync(() => ServeAsync(connection));
        _running[task] = connection;
        _ = task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task ServeAsync(WatchedConnection connection)
    {
        using IDisposable watch = shared.Watch.Add(connection);
        string? full = _places.TryTake(connection.Connection.RemoteAddress);
        try
        {
            if (full is null)
                await GreetAndServeAsync(connection);
            else
                await RefuseAsync(connection, RefusalCode.TooManyConnections, full);
        }
        catch (WireFormatException failure)
        {
            LogRefused(connection, $"PX{(int)RefusalCode.NotThisProtocol}: {failure.Message}");
            connection.Connection.Close(failure.Message);
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            connection.Connection.Close(CloseReasons.Describe(end));
        }
        catch (Exception failure)
        {
            _log.Error(failure, "The connection from {Remote} ended by an unforeseen error", connection.Connection.Remote);
        }
        finally
        {
            if (full is null)
                _places.Release(connection.Connection.RemoteAddress);
            await connection.Sender.Rest;
            connection.Dispose();
        }
    }

    private async Task GreetAndServeAsync(WatchedConnection connection)
    {
        Introduction? introduction = await shared.Greeting.AnswerAsync(connection);
        if (introduction is null)
            LogRefused(connection, connection.Connection.CloseReason ?? "");
        else if (introduction.Met!.Role == PeerRole.Replica)
            await peers.ReceiveAsync(introduction, connection);
        else if (_places.IsRoomForClients)
            await ServeClientAsync(connection);
        else
            await RefuseAsync(connection, RefusalCode.TooManyConnections, "only the places of the peers are left");
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

    private async Task RefuseAsync(WatchedConnection connection, RefusalCode code, string reason)
    {
        LogRefused(connection, $"PX{(int)code}: {reason}");
        await connection.RefuseAsync(code, reason);
    }

    private void LogRefused(WatchedConnection connection, string reason)
    {
        if (_throttle.TryTake(reason, Environment.TickCount64, out long suppressed))
            _log.Warn("Connection from {Remote} refused: {Reason} (lines left out before: {Suppressed})", connection.Connection.Remote, reason, suppressed);
    }
}
