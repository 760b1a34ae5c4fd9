using System.Net;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>Three servers of NATS with a JetStream of three replicas in files, as they are by default: an acknowledged message is with a quorum, but a sync comes only every two minutes.</summary>
/// <param name="settings">What it needs.</param>
internal sealed class NatsPeer(PeerSettings settings) : ServerPeer(settings)
{
    private const int Servers = 3;
    private static readonly TimeSpan _longestElection = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellation)
    {
        int[] ports = FreePorts.Find(2 * Servers);
        for (int server = 0; server < Servers; server++)
        {
            string name = NameOf(server);
            string configuration = DirectoryOf(Path.Combine(name, "nats.conf"));
            Directory.CreateDirectory(DirectoryOf(name));
            await File.WriteAllTextAsync(configuration, Configuration(name, ports, server), cancellation);
            Launch(name, "nats-server", "-c", configuration);
        }

        foreach (int port in ports[..Servers])
            await WaitForPortAsync(port, cancellation);
        string leader = await NatsStream.CreateAsync(new IPEndPoint(IPAddress.Loopback, ports[0]), _longestElection, cancellation);
        int place = Enumerable.Range(0, Servers).Single(server => string.Equals(NameOf(server), leader, StringComparison.Ordinal));
        Server = new IPEndPoint(IPAddress.Loopback, ports[place]);
    }

    /// <inheritdoc/>
    protected override ClientProtocol NewProtocol(Operation operation, int connection) => new NatsProtocol(connection, Value);

    private static string NameOf(int server) => $"nats{server + 1}";

    private string Configuration(string name, int[] ports, int server) => $$"""
        server_name: {{name}}
        listen: "127.0.0.1:{{ports[server]}}"
        jetstream { store_dir: "{{DirectoryOf(Path.Combine(name, "store"))}}", max_mem: 1G, max_file: 50G }
        cluster {
          name: bench
          listen: "127.0.0.1:{{ports[Servers + server]}}"
          routes: [{{string.Join(", ", ports[Servers..].Select(static port => $"\"nats://127.0.0.1:{port}\""))}}]
        }

        """;
}
