using System.Net;
using System.Net.Sockets;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>Where a replica listens, for peers and clients alike.</summary>
/// <param name="Host">Host name or IP address, without brackets.</param>
/// <param name="Port">TCP port; 0, only for listening, lets the system choose.</param>
public sealed record MemberAddress(string Host, int Port)
{
    /// <summary>This address can be reached from this machine alone.</summary>
    public bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Reads <c>host:port</c>, an IPv6 address in brackets.</summary>
    /// <exception cref="InvalidOptionsException">It is not one.</exception>
    public static MemberAddress Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        bool isPort = ushort.TryParse(text.AsSpan(colon + 1), out ushort port);
        if (host.Length == 0 || !isPort || host.AsSpan().ContainsAny(' ', ',', '/'))
            throw new InvalidOptionsException($"'{text}' is not an address like 127.0.0.1:7000");
        return new MemberAddress(host, port);
    }

    /// <summary>The IP addresses behind the name; asks the system's resolver when it is not an IP address.</summary>
    /// <exception cref="SocketException">The name is unknown.</exception>
    public async Task<IPEndPoint> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(Host, out IPAddress? address))
            return new IPEndPoint(address, Port);
        IPAddress[] all = await Dns.GetHostAddressesAsync(Host, cancellationToken);
        IPAddress? first = Array.Find(all, one => one.AddressFamily == AddressFamily.InterNetwork) ?? all.FirstOrDefault();
        return first is null ? throw new SocketException((int)SocketError.HostNotFound) : new IPEndPoint(first, Port);
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
