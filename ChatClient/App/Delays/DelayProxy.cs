using System.Net;
using System.Net.Sockets;

namespace PaxosShard.ChatClient.App.Delays;

/// <summary>
/// A slow link on this machine: listens at a port of its own, and whoever connects talks to the target, with each byte held back in either direction, in order. That a connection is made is not held back, nor that one is reset.
/// </summary>
internal sealed class DelayProxy : IAsyncDisposable
{
    private const int Backlog = 128;

    // Many more than there are replicas, masters and clients of a bench.
    private const int MostConnections = 512;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPEndPoint _target;
    private readonly TimeSpan _delay;
    private readonly DelayClock _clock;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    /// <summary>Listens from now on.</summary>
    /// <param name="target">Where it leads.</param>
    /// <param name="delay">How long each byte is held back in each direction.</param>
    /// <param name="clock">Wakes when bytes are due: all that use one have the same delay.</param>
    public DelayProxy(IPEndPoint target, TimeSpan delay, DelayClock clock)
    {
        _target = target;
        _delay = delay;
        _clock = clock;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket caller = await _listener.AcceptAsync(_stopping.Token);
                _connections.RemoveAll(static connection => connection.IsCompleted);
                if (_connections.Count < MostConnections)
                    _connections.Add(Task.Run(() => ServeAsync(caller)));
                else
                    caller.Dispose();
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // It is disposed of.
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        using Socket target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using DelayedDirection forth = new(caller, target, _delay, _clock);
        using DelayedDirection back = new(target, caller, _delay, _clock);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            caller.NoDelay = target.NoDelay = true;
            await target.ConnectAsync(_target, end.Token);
            await Task.WhenAll(forth.RunAsync(end), back.RunAsync(end));
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // A reset on one side is one on the other.
            Reset(target);
            Reset(caller);
        }
        finally
        {
            caller.Dispose();
        }
    }

    private static bool IsEnd(Exception exception) => exception is SocketException or OperationCanceledException or ObjectDisposedException;

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (Exception end) when (IsEnd(end))
        {
            // It is closed already.
        }
    }
}
