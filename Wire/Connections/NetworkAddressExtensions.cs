using System.Net;
using System.Net.Sockets;
using PaxosShard.Wire.Text;

namespace PaxosShard.Wire.Connections;

/// <summary>From names of machines to addresses of the network and connections with them.</summary>
public static class NetworkAddressExtensions
{
    // In milliseconds.
    private const int ShortestPause = 1;
    private const int LongestPause = 20;

    /// <summary>The first IP address behind a name, IPv4 before IPv6; asks the system's resolver when it is not an IP address itself.</summary>
    /// <exception cref="SocketException">The name is unknown.</exception>
    /// <exception cref="OperationCanceledException">Called off.</exception>
    public static async Task<IPEndPoint> ResolveAsync(this NetworkAddress address, CancellationToken cancellationToken) =>
        (await ResolveAllAsync(address, cancellationToken))[0];

    /// <summary>A socket that is connected with the first IP address behind a name that takes it, IPv4 before IPv6.</summary>
    /// <exception cref="SocketException">The name is unknown, or none of its addresses can be reached: what was wrong with the first.</exception>
    /// <exception cref="OperationCanceledException">Called off.</exception>
    public static async Task<Socket> ConnectAsync(this NetworkAddress address, CancellationToken cancellationToken)
    {
        SocketException? first = null;
        foreach (IPEndPoint endPoint in await ResolveAllAsync(address, cancellationToken))
        {
            try
            {
                return await ConnectAsync(endPoint, cancellationToken);
            }
            catch (SocketException failure)
            {
                first ??= failure;
            }
        }

        throw first!;
    }

    private static bool TryConnect(Socket socket, IPEndPoint endPoint)
    {
        try
        {
            socket.Connect(endPoint);
            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress or SocketError.AlreadyInProgress)
        {
            return false;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.IsConnected)
        {
            return true;
        }
    }

    private static async Task<IPEndPoint[]> ResolveAllAsync(NetworkAddress address, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(address.Host, out IPAddress? literal))
            return [new IPEndPoint(literal, address.Port)];
        IPAddress[] all = await Dns.GetHostAddressesAsync(address.Host, cancellationToken);
        return all.Length == 0
            ? throw new SocketException((int)SocketError.HostNotFound)
            : [.. all.OrderBy(one => one.AddressFamily != AddressFamily.InterNetwork).Select(one => new IPEndPoint(one, address.Port))];
    }

    // A socket that was connected by the runtime's own waiting is watched by its threads for good: each frame that arrives, and each time there is space to send again, would wake one of them for nothing beside the
    // loop that has the socket. So it is looked at until it is connected, which nearly always it is at once.
    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            for (int pause = ShortestPause; !TryConnect(socket, endPoint); pause = Math.Min(2 * pause, LongestPause))
            {
                while (!(socket.Poll(0, SelectMode.SelectWrite) || socket.Poll(0, SelectMode.SelectError)))
                    await Task.Delay(pause, cancellationToken);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
