using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>Three servers of ZooKeeper, as they are by default: each syncs its log before it acknowledges a proposal.</summary>
/// <param name="settings">What it needs.</param>
internal sealed class ZooKeeperPeer(PeerSettings settings) : ServerPeer(settings)
{
    private const int Servers = 3;
    private const string ClassPath = "/etc/zookeeper/conf:/usr/share/java/zookeeper.jar";

    /// <summary>What its class is loaded from.</summary>
    public const string Library = "/usr/share/java/zookeeper.jar";

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellation)
    {
        int[] ports = FreePorts.Find(3 * Servers);
        for (int server = 0; server < Servers; server++)
        {
            string name = $"zookeeper{server + 1}";
            string data = DirectoryOf(Path.Combine(name, "data"));
            string configuration = DirectoryOf(Path.Combine(name, "zoo.cfg"));
            Directory.CreateDirectory(data);
            await File.WriteAllTextAsync(Path.Combine(data, "myid"), (server + 1).ToString(CultureInfo.InvariantCulture), cancellation);
            await File.WriteAllTextAsync(configuration, Configuration(data, ports, server), cancellation);
            Launch(
                name, "java", "-Xmx1g", $"-Dzookeeper.log.dir={DirectoryOf(name)}", "-Dzookeeper.root.logger=WARN,CONSOLE", "-cp", ClassPath, "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                configuration);
        }

        string[] modes = new string[Servers];
        await WaitAsync("a group with a leader", LookAsync, cancellation);
        Server = new IPEndPoint(IPAddress.Loopback, ports[Array.IndexOf(modes, "leader")]);
        await ZooKeeperNodes.CreateAsync(Server, Value, cancellation);

        async Task<bool> LookAsync()
        {
            for (int server = 0; server < Servers; server++)
                modes[server] = await ModeOfAsync(ports[server], cancellation);
            return modes.Contains("leader", StringComparer.Ordinal) && Array.TrueForAll(modes, static mode => mode is "leader" or "follower");
        }
    }

    /// <inheritdoc/>
    protected override ClientProtocol NewProtocol(Operation operation, int connection) => new ZooKeeperProtocol(operation, Value, new KeySequence(connection));

    /// <summary>The mode that a server names in its answer to <c>srvr</c>; empty when it does not serve.</summary>
    internal static string ModeIn(string answer)
    {
        const string Mode = "Mode: ";
        return answer.Split('\n').FirstOrDefault(static line => line.StartsWith(Mode, StringComparison.Ordinal))?[Mode.Length..].Trim() ?? "";
    }

    private static string Configuration(string data, int[] ports, int server) => string.Join('\n',
    [
        "tickTime=2000", "initLimit=10", "syncLimit=5", $"dataDir={data}", $"clientPort={ports[server]}", "clientPortAddress=127.0.0.1", "admin.enableServer=false", "maxClientCnxns=0",
        .. Enumerable.Range(0, Servers).Select(other => $"server.{other + 1}=127.0.0.1:{ports[Servers + other]}:{ports[(2 * Servers) + other]}"), "",
    ]);

    private static async Task<string> ModeOfAsync(int port, CancellationToken cancellation)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("srvr"u8.ToArray(), cancellation);
            using StreamReader reader = new(stream, Encoding.ASCII);
            return ModeIn(await reader.ReadToEndAsync(cancellation));
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return "";
        }
    }
}
