using System.Text;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A cluster of some shards, two unless told, whose master runs a gateway. Gone with the test, whatever becomes of that.</summary>
internal sealed class GatewayCluster : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    private GatewayCluster(TestCluster cluster) => Cluster = cluster;

    /// <summary>The masters and shards.</summary>
    public TestCluster Cluster { get; }

    /// <summary>Which shard has what.</summary>
    public Configuration Configuration { get; private set; } = Configuration.Zero;

    /// <summary>Where the gateway listens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What the master with the gateway has logged so far.</summary>
    public string Log
    {
        get
        {
            using StreamReader reader = new(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    private string LogFile => _folder.File("log");

    /// <summary>Starts all of them; each shard serves its arcs then.</summary>
    /// <param name="replicas">Replicas of each shard.</param>
    /// <param name="threads">Requests that the gateway has under way at once.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    /// <param name="shards">How many shards are started.</param>
    /// <param name="added">How many of them are added; all of them when there is no number.</param>
    public static async Task<GatewayCluster> StartAsync(int replicas, int threads, CancellationToken cancellation, int shards = 2, int? added = null)
    {
        GatewayCluster started = new(await TestCluster.StartAsync(masters: 1, shards, replicas, cancellation));
        try
        {
            await started.Cluster.AddShardsAsync(added ?? shards, cancellation);
            started.Configuration = added is null ? await started.Cluster.AdoptedAsync(1, cancellation) : await started.Cluster.ReadConfigurationAsync(1, cancellation);
            await started.StartGatewayAsync(threads, cancellation);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of the gateway.</summary>
    public Task<GatewayTalk> ConnectAsync(CancellationToken cancellation) => GatewayTalk.ConnectAsync(Address, cancellation);

    /// <summary>A key of a shard, or a room: another one for each number.</summary>
    public string KeyOf(int shard, int number = 0) => Encoding.ASCII.GetString(TestCluster.KeyOf(Configuration, shard, number));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Starts the master again, with a gateway beside it.</summary>
    private async Task StartGatewayAsync(int threads, CancellationToken cancellation)
    {
        ReplicaProcess master = Cluster.Masters.Replicas[0];
        string readyFile = _folder.File("gateway");
        await master.StopAsync(cancellation);
        master.Start(
        [
            "run", "--data", master.DataDirectory, "--self", "0", "--members", master.Address, "--log", LogFile,
            "--gateway", "127.0.0.1:0", "--gateway-ready-file", readyFile, "--gateway-threads", $"{threads}",
        ]);
        await Eventually.HoldsAsync(
            "the gateway takes requests",
            () => File.Exists(readyFile) ? null : master.Process.HasExited ? $"it ended: {master.Process.Error}" : "no ready file",
            cancellation);
        Address = (await File.ReadAllTextAsync(readyFile, cancellation)).Trim();
        await Cluster.Masters.PrimaryAsync(cancellation);
    }
}
