using System.Globalization;

namespace PaxosShard.Client;

/// <summary>An address as people write it: <c>host:port</c>, <c>[::1]:port</c>.</summary>
public static class Endpoint
{
    /// <summary>Longest address that is taken from anybody, in characters.</summary>
    public const int LongestText = 270;

    /// <summary>Splits an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="host">The host, without brackets.</param>
    /// <param name="port">1 to 65,535.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(string text, out string host, out int port)
    {
        host = "";
        port = 0;
        int colon = text.LastIndexOf(':');
        if (colon < 1 || text.Length > LongestText)
            return false;
        host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal))
            return false;
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= 65535;
    }
}
