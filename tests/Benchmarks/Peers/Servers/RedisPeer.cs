using System.Globalization;
using System.Net;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>One Redis that syncs its log before it answers, and replicates to nobody: its replication does not wait for other copies.</summary>
/// <param name="settings">What it needs.</param>
internal sealed class RedisPeer(PeerSettings settings) : ServerPeer(settings)
{
    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellation)
    {
        int port = FreePorts.Find(1)[0];
        // No snapshots and no rewriting of the log beside it: both would only make it slower now and then.
        Launch(
            "redis", "redis-server", "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", DirectoryOf("redis"), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            "--auto-aof-rewrite-percentage", "0");
        await WaitForPortAsync(port, cancellation);
        Server = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <inheritdoc/>
    protected override ClientProtocol NewProtocol(Operation operation, int connection) => new RedisProtocol(operation, Value, new KeySequence(connection));
}
