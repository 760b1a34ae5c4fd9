using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>
/// Ours: a group of three replicas that <c>px up</c> starts. Writes are what <c>px bench --raw</c> measures: messages to a room, by one thread that writes frames. There is no such thing for reads: they go
/// through the client library, which takes its part of the processors.
/// </summary>
/// <param name="settings">What it needs.</param>
internal sealed class PaxosShardPeer(PeerSettings settings) : IPeer
{
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan _longestFarewell = TimeSpan.FromSeconds(10);

    private readonly string _group = Path.Combine(settings.Directory, "group");
    private int[] _replicas = [];

    /// <summary>The front door of the product.</summary>
    public static string Program { get; } = Path.Combine(SourceTree.Root, "scripts", "px");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellation)
    {
        // As many messages are kept as the others have keys, so that memory can be compared.
        string kept = KeySequence.Keys.ToString(CultureInfo.InvariantCulture);
        string replicas = await RunAsync(cancellation, "up", "--dir", _group, "--replicas", "3", "--room-messages", kept, "--json");
        using JsonDocument document = JsonDocument.Parse(replicas);
        _replicas = [.. document.RootElement.EnumerateArray().Select(static replica => replica.GetProperty("pid").GetInt32())];
    }

    /// <inheritdoc/>
    /// <remarks><c>px bench</c> has its own warm-up; what is wanted beyond it counts.</remarks>
    public async Task<LevelMeasurement> MeasureAsync(Operation operation, int outstanding, TimeSpan warmUp, TimeSpan length, CancellationToken cancellation)
    {
        double seconds = Math.Max(_shortest.TotalSeconds, (warmUp + length - BenchmarkPlan.WarmUp).TotalSeconds);
        string[] what = operation == Operation.Write ? ["--raw"] : ["--operation", "get"];
        string line = await RunAsync(
            cancellation,
            ["bench", "--dir", _group, .. what, "--outstanding", Text(outstanding), "--seconds", Text(seconds), "--size", Text(settings.SizeBytes), "--json"]);
        return Parse(line, ProcessUsage.Of(_replicas).MemoryBytes);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_group, "group.json")))
            await RunAsync(CancellationToken.None, "down", "--dir", _group);
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

    /// <summary>Asks it to end, so that it takes back what it has begun, and kills it when it does not.</summary>
    private static async Task EndAsync(Process process)
    {
        using CancellationTokenSource patience = new(_longestFarewell);
        try
        {
            SystemCalls.Terminate(process.Id);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<string> RunAsync(CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_CONFIG_HOME"] = settings.Directory; // It remembers which group was started last; that of the caller stays.
        using Process process = Process.Start(start) ?? throw new ServerException($"{Program} was not started");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }

        return process.ExitCode == 0 ? await output : throw new ServerException($"px {string.Join(' ', arguments)} has ended with {process.ExitCode}\n{await error}");
    }
}
