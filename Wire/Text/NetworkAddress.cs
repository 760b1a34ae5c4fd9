using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace PaxosShard.Wire.Text;

/// <summary>Where a replica listens, for peers and clients alike, as people write it: <c>host:port</c>, <c>[::1]:port</c>.</summary>
/// <param name="Host">Host name or IP address, without brackets.</param>
/// <param name="Port">TCP port; 0, only for listening, lets the system choose.</param>
public sealed record NetworkAddress(string Host, int Port)
{
    /// <summary>Longest address that is taken from anybody, in characters: a host name of 253, brackets, a colon and a port.</summary>
    public const int LongestText = 270;

    /// <summary>This address can be reached from this machine alone.</summary>
    public bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Reads an address; false when it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out NetworkAddress? address)
    {
        address = null;
        int colon = text.LastIndexOf(':');
        if (colon < 1 || text.Length > LongestText)
            return false;
        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal))
            return false;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return false;
        address = new NetworkAddress(host, port);
        return true;
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="InvalidOptionsException">It is none.</exception>
    public static NetworkAddress Parse(string text) => TryParse(text, out NetworkAddress? address)
        ? address
        : throw new InvalidOptionsException($"'{text}' is not an address like 127.0.0.1:7000");

    /// <summary>The text is an address that one can connect to: its port is not 0.</summary>
    public static bool IsDestination(string text) => TryParse(text, out NetworkAddress? address) && address.Port > 0;

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
