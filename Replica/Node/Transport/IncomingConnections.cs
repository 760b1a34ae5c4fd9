using System.Collections.Concurrent;
using System.Net.Sockets;
using NLog;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// Everything that others opened, whichever group of the process they mean: the first hello names that. Whatever is wrong with
/// one connection ends that connection, with one line in the log, and nobody else notices.
/// </summary>
/// <param name="doors">The ways into the groups. A client that names no group means the first one.</param>
internal sealed class IncomingConnections(IReadOnlyList<GroupDoor> doors)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(IncomingConnections));

    private readonly SharedTransport _shared = doors[0].Shared;
    private readonly ConnectionPlaces _places = new(doors[0].Shared.Limits, Limits.Replicas * doors.Count);
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
            connection = new WatchedConnection(socket, _shared);
        }
        catch (SocketException)
        {
            // It was reset between the accept and the first look at it.
            socket.Dispose();
            return;
        }

        Task task = _shared.Loop.RunAsync(() => ServeAsync(connection));
        _running[task] = connection;
        _ = task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task ServeAsync(WatchedConnection connection)
    {
        using IDisposable watch = _shared.Watch.Add(connection);
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
        FrameContent first = await Greeting.ReadAsync(connection);
        DoorRefusal? refusal = await DoorFor(first).ServeAsync(connection, first, () => _places.IsRoomForClients);
        if (refusal is { Code: { } code })
            await RefuseAsync(connection, code, refusal.Reason);
        else if (refusal is not null)
            LogRefused(connection, refusal.Reason);
    }

    /// <summary>The group that a hello names; for whatever names none that is here the first one, which refuses it.</summary>
    private GroupDoor DoorFor(in FrameContent first)
    {
        if (first.Message is Hello hello)
        {
            foreach (GroupDoor door in doors)
            {
                if (door.Group == hello.Group)
                    return door;
            }
        }

        return doors[0];
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
