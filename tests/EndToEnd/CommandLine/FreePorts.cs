using System.Net;
using System.Net.Sockets;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>Ports for what cannot be asked to choose its own: below those that the system gives away by itself, so that nobody takes them in between.</summary>
internal static class FreePorts
{
    private const int First = 15_000;
    private const int Last = 30_000;

    /// <summary>The first of some free ports that follow each other.</summary>
    public static int Next(int count)
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last);
            if (Enumerable.Range(port, count).All(IsFree))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
