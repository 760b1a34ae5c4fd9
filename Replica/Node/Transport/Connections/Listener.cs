using System.Net;
using System.Net.Sockets;
using NLog;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node.Transport.Connections;

/// <summary>
/// The one port of a replica, for peers and clients alike: what a connection is for is told by its hello. When the process
/// has no descriptors left it waits instead of spinning; those who called wait in the system's queue meanwhile.
/// </summary>
public sealed class Listener : IDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private static readonly Logger _log = LogManager.GetLogger(nameof(Listener));

    private readonly Socket _socket;
    private bool _isPausing;

    private Listener(IPEndPoint endPoint)
    {
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // ReuseAddress is not asked for: here it would also let a second process listen on the same port.
            _socket.Bind(endPoint);
            _socket.Listen(Backlog);
            EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens really, also when the system chose the port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Listens.</summary>
    /// <param name="address">Where; with port 0 the system chooses one.</param>
    /// <exception cref="SocketException">The name is unknown, or the address cannot be listened on.</exception>
    public static async Task<Listener> BindAsync(NetworkAddress address) => new(await address.ResolveAsync(CancellationToken.None));

    /// <summary>The next connection; null when the listener was closed.</summary>
    public async Task<Socket?> AcceptAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                Socket accepted = await _socket.AcceptAsync(stopping);
                _isPausing = false;
                return accepted;
            }
            catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                _log.Debug("A connection was reset before it was accepted");
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException failure)
            {
                await PauseAsync(failure, stopping);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task PauseAsync(SocketException failure, CancellationToken stopping)
    {
        if (!_isPausing)
            _log.Warn("New connections have to wait: {Trouble}{Limit}", failure.SocketErrorCode, failure.SocketErrorCode == SocketError.TooManyOpenSockets ? ", the limit on open descriptors (ulimit -n)" : "");
        _isPausing = true;
        await Task.Delay(_pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
