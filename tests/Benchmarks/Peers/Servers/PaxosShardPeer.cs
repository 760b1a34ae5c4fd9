using System.Globalization;
using System.Text.Json;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>
/// Ours: a group of three replicas that <c>px up</c> starts. Writes are messages to a room, reads are of keys: what <c>px bench --raw</c> measures, by one thread that writes frames, over one connection or many, or the client library, which takes
/// its part of the processors.
/// </summary>
/// <param name="settings">What it needs.</param>
/// <param name="askedBy">Who asks.</param>
internal sealed class PaxosShardPeer(PeerSettings settings, AskedBy askedBy) : IPeer
{
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(0.5);

    private readonly string _group = Path.Combine(settings.Directory, "group");
    private readonly ProductProgram _product = new(settings.Directory);
    private int[] _replicas = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellation)
    {
        // As many messages are kept as the others have keys, so that memory can be compared.
        string kept = KeySequence.Keys.ToString(CultureInfo.InvariantCulture);
        string replicas = await _product.RunAsync(cancellation, "up", "--dir", _group, "--replicas", "3", "--room-messages", kept, "--json");
        using JsonDocument document = JsonDocument.Parse(replicas);
        _replicas = [.. document.RootElement.EnumerateArray().Select(static replica => replica.GetProperty("pid").GetInt32())];
    }

    /// <inheritdoc/>
    /// <remarks><c>px bench</c> has its own warm-up; what is wanted beyond it counts.</remarks>
    public async Task<LevelMeasurement> MeasureAsync(Operation operation, int outstanding, TimeSpan warmUp, TimeSpan length, CancellationToken cancellation)
    {
        double seconds = Math.Max(_shortest.TotalSeconds, (warmUp + length - BenchmarkPlan.WarmUp).TotalSeconds);
        string[] what =
        [
            .. operation == Operation.Read ? (string[])["--operation", "get"] : [],
            .. askedBy switch
            {
                AskedBy.Frames => (string[])["--raw"],
                AskedBy.Connections => ["--raw", "--connections", Text(outstanding)],
                _ => [],
            },
        ];
        string line = await _product.RunAsync(
            cancellation,
            ["bench", "--dir", _group, .. what, "--outstanding", Text(outstanding), "--seconds", Text(seconds), "--size", Text(settings.SizeBytes), "--json"]);
        return Parse(line, ProcessUsage.Of(_replicas).MemoryBytes);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_group, "group.json")))
            await _product.RunAsync(CancellationToken.None, "down", "--dir", _group);
    }

    /// <summary>What a line of <c>px bench --json</c> says.</summary>
    /// <param name="line">The line.</param>
    /// <param name="memoryBytes">Memory of all replicas, in bytes.</param>
    internal static LevelMeasurement Parse(string line, long memoryBytes)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement level = document.RootElement;
        return new LevelMeasurement(
            level.GetProperty("operationsPerSecond").GetDouble(), level.GetProperty("p50Ms").GetDouble(), level.GetProperty("p99Ms").GetDouble(), level.GetProperty("replicasSecondsPer1000").GetDouble(),
            memoryBytes / 1e6, Refused: 0);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Who asks ours.</summary>
internal enum AskedBy
{
    /// <summary>A thread that writes frames.</summary>
    Frames,

    /// <summary>The client library, over one connection.</summary>
    Library,

    /// <summary>A thread that writes frames, over a connection for each request that is outstanding.</summary>
    Connections,
}
