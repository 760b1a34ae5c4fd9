using System.Net;
using System.Net.Sockets;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A TCP proxy in the test's own process, on a loopback port that the system chose: the network, with faults to order.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<int, LinkFaults> _faultsOf;
    private readonly bool _looksAtHellos;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    /// <summary>A proxy that treats all callers alike.</summary>
    public FaultProxy(LinkFaults faults)
        : this(_ => faults, looksAtHellos: false)
    {
    }

    /// <summary>A proxy that treats each caller by its hello: by the place of a replica, or by <see cref="Caller.Client"/>.</summary>
    public FaultProxy(Func<int, LinkFaults> faultsOf)
        : this(faultsOf, looksAtHellos: true)
    {
    }

    private FaultProxy(Func<int, LinkFaults> faultsOf, bool looksAtHellos)
    {
        _faultsOf = faultsOf;
        _looksAtHellos = looksAtHellos;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>Where it leads; null: nowhere, callers are reset.</summary>
    public IPEndPoint? Target { get; set; }

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
                _connections.RemoveAll(connection => connection.IsCompleted);
                _connections.Add(Task.Run(() => ServeAsync(caller)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        using Socket target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            caller.NoDelay = target.NoDelay = true;
            ReadOnlyMemory<byte> first = _looksAtHellos ? await Caller.ReadHelloAsync(caller, _stopping.Token) : default;
            LinkFaults faults = _faultsOf(Caller.Of(first.Span));
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, faults.IsCut);
            await target.ConnectAsync(Target ?? throw new SocketException((int)SocketError.ConnectionRefused), end.Token);
            await Task.WhenAll(
                EndBothOnFailureAsync(ForwardAsync(caller, target, faults.FromCaller, faults, faults.CutAfter, first, end.Token), end),
                EndBothOnFailureAsync(ForwardAsync(target, caller, faults.ToCaller, faults, long.MaxValue, default, end.Token), end));
        }
        catch (EndOfStreamException)
        {
            // Closed, not reset, so that what was forwarded arrives before the end does.
        }
        catch (Exception end) when (IsEnd(end))
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

    private static async Task EndBothOnFailureAsync(Task forward, CancellationTokenSource end)
    {
        try
        {
            await forward;
        }
        catch
        {
            await end.CancelAsync();
            throw;
        }
    }

    private static async Task ForwardAsync(
        Socket from, Socket to, Gate gate, LinkFaults faults, long most, ReadOnlyMemory<byte> first, CancellationToken cancellation)
    {
        byte[] buffer = new byte[faults.OneByteAtATime ? 1 : 64 * 1024];
        long left = most;
        while (true)
        {
            await gate.PassAsync(cancellation);
            ReadOnlyMemory<byte> bytes = first.IsEmpty ? buffer.AsMemory(0, await from.ReceiveAsync(buffer, cancellation)) : first;
            first = default;
            await gate.PassAsync(cancellation);
            if (bytes.IsEmpty)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            if (!faults.Unanswered.IsEmpty && bytes.Span.IndexOf(faults.Unanswered.Span) >= 0)
                faults.ToCaller.Close(); // Before it is forwarded, so that no answer can be faster.
            bytes = bytes[..(int)Math.Min(bytes.Length, left)];
            left -= bytes.Length;
            while (!bytes.IsEmpty)
                bytes = bytes[await to.SendAsync(bytes, cancellation)..];
            if (left == 0)
                throw new EndOfStreamException("as many bytes as may pass have passed");
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is SocketException or OperationCanceledException or ObjectDisposedException;

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
