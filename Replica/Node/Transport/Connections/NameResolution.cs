using System.Net;
using System.Net.Sockets;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>From names of machines to addresses of the network.</summary>
internal static class NameResolution
{
    /// <summary>The first IP address behind a name, IPv4 before IPv6; asks the system's resolver when it is not an IP address itself.</summary>
    /// <exception cref="SocketException">The name is unknown.</exception>
    public static async Task<IPEndPoint> ResolveAsync(this NetworkAddress address, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(address.Host, out IPAddress? literal))
            return new IPEndPoint(literal, address.Port);
        IPAddress[] all = await Dns.GetHostAddressesAsync(address.Host, cancellationToken);
        IPAddress? first = Array.Find(all, one => one.AddressFamily == AddressFamily.InterNetwork) ?? all.FirstOrDefault();
        return first is null ? throw new SocketException((int)SocketError.HostNotFound) : new IPEndPoint(first, address.Port);
    }
}
