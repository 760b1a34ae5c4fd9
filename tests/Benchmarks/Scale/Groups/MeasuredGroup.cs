using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PaxosShard.Benchmarks.Peers.Servers;

namespace PaxosShard.Benchmarks.Scale.Groups;

/// <summary>A group that runs on this machine, or shards that share processes, started and measured by the product's own verbs. When it is disposed of, it is stopped, and its files are gone.</summary>
internal sealed class MeasuredGroup : IAsyncDisposable
{
    private readonly ProductProgram _product;
    private readonly string _directory;
    private readonly int _replicas;
    private readonly int? _shards;
    private readonly long? _stateBytes;
    private Dictionary<string, int> _processes = [];

    private MeasuredGroup(string folder, int replicas, int? shards, long? stateBytes)
    {
        _product = new ProductProgram(folder);
        _directory = Path.Combine(folder, "group");
        _replicas = replicas;
        _shards = shards;
        _stateBytes = stateBytes;
    }

    /// <summary>Starts a new one.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="replicas">How many replicas it has.</param>
    /// <param name="shards">How many shards share the processes; null for one group without any.</param>
    /// <param name="stateBytes">Most bytes of its state; null for as many as usual.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<MeasuredGroup> StartAsync(string folder, int replicas, int? shards, long? stateBytes, CancellationToken cancellation)
    {
        MeasuredGroup group = new(folder, replicas, shards, stateBytes);
        try
        {
            await group.UpAsync(cancellation);
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures it.</summary>
    /// <param name="load">What it is asked for.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LevelFigures> MeasureAsync(GroupLoad load, CancellationToken cancellation)
    {
        Dictionary<string, TimeSpan> before = Processors();
        string line = await _product.RunAsync(cancellation, ["bench", "--dir", _directory, .. load.Words(), "--json"]);
        Dictionary<string, TimeSpan> after = Processors();
        TimeSpan all = TimeSpan.FromTicks(after.Sum(replica => (replica.Value - before[replica.Key]).Ticks));
        if (_shards is not null)
            return LevelFigures.Parse(line) with { Replicas = _replicas };
        GroupStatus status = await LookAsync(cancellation);
        double? primaryPart = status.Primary is { } primary && all > TimeSpan.Zero ? (after[primary] - before[primary]) / all : null;
        return LevelFigures.Parse(line) with { Replicas = _replicas, PrimaryPart = primaryPart };
    }

    /// <summary>Looks at its primary and its state.</summary>
    public async Task<GroupStatus> LookAsync(CancellationToken cancellation) => GroupStatus.Parse(await _product.RunAsync(cancellation, "status", "--dir", _directory, "--json"));

    /// <summary>Stops all replicas and starts them again.</summary>
    /// <returns>The time from their start until the group commits.</returns>
    public async Task<TimeSpan> RestartAsync(CancellationToken cancellation)
    {
        await DownAsync();
        long begun = Stopwatch.GetTimestamp();
        await UpAsync(cancellation);
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>Bytes of the largest snapshot that a replica has; 0 when none has one yet.</summary>
    public long SnapshotBytes() => _processes.Keys.Select(replica => new FileInfo(Path.Combine(_directory, replica, "snapshot"))).Where(static file => file.Exists).Select(static file => file.Length).DefaultIfEmpty().Max();

    /// <summary>Memory of all replicas that is resident now, in bytes.</summary>
    public long MemoryBytes() => ProcessUsage.Of(_processes.Values).MemoryBytes;

    /// <summary>Bytes of all their files now. Some come and go meanwhile.</summary>
    public long DiskBytes() => new DirectoryInfo(_directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file =>
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private async Task UpAsync(CancellationToken cancellation)
    {
        string[] shards = _shards is { } count ? ["--shards", count.ToString(CultureInfo.InvariantCulture), "--together"] : [];
        string[] bound = _stateBytes is { } bytes ? ["--state-bytes", bytes.ToString(CultureInfo.InvariantCulture)] : [];
        string replicas = await _product.RunAsync(
            cancellation, ["up", "--dir", _directory, "--replicas", _replicas.ToString(CultureInfo.InvariantCulture), "--room-messages", "1000", "--timeout", "120s", "--json", .. shards, .. bound]);
        using JsonDocument document = JsonDocument.Parse(replicas);

        // Shards that share processes are all told of, each with the same ones; those of the master are not counted.
        _processes = document.RootElement.EnumerateArray().TakeLast(_replicas).ToDictionary(static replica => replica.GetProperty("name").GetString()!, static replica => replica.GetProperty("pid").GetInt32(), StringComparer.Ordinal);
    }

    private async Task DownAsync()
    {
        if (File.Exists(Path.Combine(_directory, "group.json")) || File.Exists(Path.Combine(_directory, "cluster.json")))
            await _product.RunAsync(CancellationToken.None, "down", "--dir", _directory);
    }

    private Dictionary<string, TimeSpan> Processors() => _processes.ToDictionary(static replica => replica.Key, static replica => ProcessUsage.Of([replica.Value]).Processors, StringComparer.Ordinal);
}
