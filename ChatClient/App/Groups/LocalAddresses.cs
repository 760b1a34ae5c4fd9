using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>
/// Addresses of this machine for replicas that keep them. A port that the system also gives to outgoing connections may be taken by any of them while its
/// replica is down; so ports are chosen from those that it does not give.
/// </summary>
internal static class LocalAddresses
{
    private const string HostVariable = "PX_LOOPBACK";
    private const string OutgoingRange = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int Lowest = 1024;
    private const int Highest = 65535;
    private const int Wanted = 20_000; // Few collisions, and far from the well-known ones.
    private const int LeastWorthwhile = 256;
    private const int TriesMax = 1000;

    /// <summary>
    /// Where what is started here listens: 127.0.0.1, or the loopback address that <c>PX_LOOPBACK</c> names. Groups with an address of their own never find a port taken by
    /// another group while a replica of theirs is down.
    /// </summary>
    /// <param name="shell">The environment.</param>
    /// <exception cref="ReportedException">The variable names no loopback address.</exception>
    public static IPAddress Host(Shell shell) => shell.Variable(HostVariable) switch
    {
        null or "" => IPAddress.Loopback,
        { } text when IPAddress.TryParse(text, out IPAddress? host) && host.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(host) => host,
        { } text => throw new ReportedException(ErrorKinds.Usage, $"the environment: {HostVariable} '{text}' is not a loopback address like 127.0.0.1"),
    };

    /// <summary>An address with a port that nobody listens on now and no outgoing connection gets; port 0, the system's choice, where there is none.</summary>
    /// <param name="host">The address to listen at.</param>
    public static string Choose(IPAddress host)
    {
        (int first, int last) = Outside(ReadOutgoingRange());
        for (int tries = 0; tries < TriesMax && last - first >= LeastWorthwhile; tries++)
        {
            int port = Random.Shared.Next(first, last + 1);
            if (IsFree(host, port))
                return $"{host}:{port}";
        }
        return $"{host}:0";
    }

    /// <summary>The ports outside a range: those below it, or those above when there are too few below.</summary>
    internal static (int First, int Last) Outside((int First, int Last) outgoing) =>
        outgoing.First - Lowest >= LeastWorthwhile ? (Math.Max(Lowest, outgoing.First - Wanted), outgoing.First - 1) : (outgoing.Last + 1, Highest);

    private static (int First, int Last) ReadOutgoingRange()
    {
        const int UsualFirst = 32768;
        const int UsualLast = 60999;
        try
        {
            int[] ends = [.. File.ReadAllText(OutgoingRange).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
            return ends is [var first, var last] ? (first, last) : (UsualFirst, UsualLast);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return (UsualFirst, UsualLast);
        }
    }

    private static bool IsFree(IPAddress host, int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(host, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
