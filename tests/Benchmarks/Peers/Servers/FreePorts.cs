using System.Net;
using System.Net.Sockets;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>Ports on which nothing listens, for servers that have to be told theirs.</summary>
internal static class FreePorts
{
    /// <summary>Finds some, all different. Somebody else may take one before the server does; then it does not start.</summary>
    public static int[] Find(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            return [.. listeners.Select(static listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            })];
        }
        finally
        {
            foreach (TcpListener listener in listeners)
                listener.Dispose();
        }
    }
}
