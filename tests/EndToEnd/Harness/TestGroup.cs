using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>
/// A group of real replica processes on loopback, with data on the real disk. Whatever becomes of the test, its processes
/// and its folder are gone afterwards.
/// </summary>
internal sealed class TestGroup : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestGroupOptions _options;
    private readonly ReplicaProcess[] _replicas;
    private readonly string _membersFile;

    private TestGroup(int replicas, TestGroupOptions options)
    {
        _options = options;
        Cluster = options.Cluster ?? Guid.NewGuid();
        _membersFile = _folder.File("members");
        Network = options.HasNetwork ? new GroupNetwork(replicas, options.OneByteAtATime) : null;
        _replicas = [.. Enumerable.Range(0, replicas).Select(index => new ReplicaProcess(index, DataDirectory(index), _folder.File($"{index}.log")) { Program = options.Program })];
    }

    /// <summary>Its cluster.</summary>
    public Guid Cluster { get; }

    /// <summary>The replicas, by their place.</summary>
    public IReadOnlyList<ReplicaProcess> Replicas => _replicas;

    /// <summary>The network between them, when the test wants one with faults.</summary>
    public GroupNetwork? Network { get; }

    /// <summary>The addresses of the member list.</summary>
    public IReadOnlyList<string> Members => Network?.Addresses ?? [.. _replicas.Select(replica => replica.Address)];

    /// <summary>Starts a group and waits until it has a primary.</summary>
    public static async Task<TestGroup> StartAsync(int replicas, CancellationToken cancellation, TestGroupOptions? options = null)
    {
        TestGroup group = new(replicas, options ?? new TestGroupOptions());
        try
        {
            await group.StartFirstAsync(cancellation);
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that knows all addresses of the member list.</summary>
    public Task<ChatLogClient> ConnectAsync(CancellationToken cancellation, TimeSpan? timeout = null) =>
        ChatLogClient.ConnectAsync(ClientOptions(timeout), cancellation);

    /// <summary>Options of a client that knows all addresses of the member list.</summary>
    public ClientOptions ClientOptions(TimeSpan? timeout = null) =>
        new() { Endpoints = Members, Cluster = Cluster, RequestTimeout = timeout ?? Eventually.Patience };

    /// <summary>Starts a replica again that was killed or stopped, on its old data.</summary>
    /// <param name="replica">Its place.</param>
    /// <param name="create">With a new data directory in the place of the old one, which is wrong.</param>
    public void Restart(int replica, bool create = false)
    {
        File.Delete(ReadyFile(replica));
        _replicas[replica].Start(Arguments(replica, create, _replicas[replica].Address));
    }

    /// <summary>Starts a replica for the first time that did not start with the group.</summary>
    public Task StartLateAsync(int replica, CancellationToken cancellation)
    {
        _replicas[replica].Start(Arguments(replica, create: true, $"{_folder.Loopback}:0"));
        return ReadAddressAsync(_replicas[replica], cancellation);
    }

    /// <summary>The replica that serves; waits for it.</summary>
    public async Task<ReplicaProcess> PrimaryAsync(CancellationToken cancellation)
    {
        ReplicaProcess? primary = null;
        await Eventually.HoldsAsync(
            "a primary serves",
            async () =>
            {
                (ReplicaProcess Replica, StatusResult Status)[] all = await StatusesAsync(cancellation);
                primary = all.Where(one => IsServing(one.Status)).OrderByDescending(one => one.Status.View).FirstOrDefault().Replica;
                return primary is null ? Describe(all) : null;
            },
            cancellation);
        return primary!;
    }

    /// <summary>Waits until all replicas that are up have executed the same, and nothing is under way.</summary>
    public Task SettleAsync(CancellationToken cancellation) => Eventually.HoldsAsync(
        "all replicas have executed the same log",
        async () =>
        {
            (ReplicaProcess Replica, StatusResult Status)[] all = await StatusesAsync(cancellation);
            bool isSettled = all.Length == _replicas.Count(replica => replica.IsUp)
                && all.Any(one => IsServing(one.Status))
                && all.All(one => one.Status.Executed == one.Status.Accepted)
                && all.Select(one => (one.Status.Executed, one.Status.StateHash)).Distinct().Count() == 1;
            return isSettled ? null : Describe(all);
        },
        cancellation);

    /// <summary>Waits until all is executed everywhere, stops all in good order and exports their logs, which must be equal.</summary>
    public async Task<ExportedLog> StopAndExportAsync(CancellationToken cancellation)
    {
        await SettleAsync(cancellation);
        await Task.WhenAll(_replicas.Where(replica => replica.IsUp).Select(replica => replica.StopAsync(cancellation)));
        return await ExportAsync(cancellation);
    }

    /// <summary>Exports the logs of all replicas, which must be equal; none of them runs.</summary>
    public async Task<ExportedLog> ExportAsync(CancellationToken cancellation)
    {
        ExportedLog[] logs = await Task.WhenAll(_replicas.Select(replica => ExportedLog.OfAsync(replica.DataDirectory, cancellation)));
        LogAudit.CheckEqual(logs);
        return logs[0];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ReplicaProcess replica in _replicas)
            await replica.DisposeAsync();
        if (Network is not null)
            await Network.DisposeAsync();
        _folder.Dispose();
    }

    private static bool IsServing(StatusResult status) => status.HearsQuorum && status.Role.Equals("primary", StringComparison.OrdinalIgnoreCase);

    private static string Describe((ReplicaProcess Replica, StatusResult Status)[] all) => string.Join(
        "; ",
        all.Select(one => $"{one.Replica.Index} is {one.Status.Role} in view {one.Status.View.Number}, "
            + $"accepted {one.Status.Accepted}, executed {one.Status.Executed}, hears a quorum: {one.Status.HearsQuorum}"));

    private async Task StartFirstAsync(CancellationToken cancellation)
    {
        ReplicaProcess[] first = [.. _replicas.Where(replica => !_options.Late.Contains(replica.Index))];
        foreach (ReplicaProcess replica in first)
            replica.Start(Arguments(replica.Index, create: true, $"{_folder.Loopback}:0"));
        foreach (ReplicaProcess replica in first)
            await ReadAddressAsync(replica, cancellation);
        string written = _membersFile + ".new";
        await File.WriteAllTextAsync(written, string.Join(',', Members) + "\n", cancellation);
        File.Move(written, _membersFile);
        await PrimaryAsync(cancellation);
    }

    private Task ReadAddressAsync(ReplicaProcess replica, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"replica {replica.Index} listens",
        () =>
        {
            if (!File.Exists(ReadyFile(replica.Index)))
                return replica.Process.HasExited ? $"it ended: {replica.Process.Error}" : "no ready file";
            replica.Address = File.ReadAllText(ReadyFile(replica.Index)).Trim();
            Network?.Lead(replica.Index, replica.Address);
            return null;
        },
        cancellation);

    private async Task<(ReplicaProcess Replica, StatusResult Status)[]> StatusesAsync(CancellationToken cancellation)
    {
        ReplicaProcess[] up = [.. _replicas.Where(replica => replica.IsUp)];
        StatusResult?[] statuses = await Task.WhenAll(up.Select(replica => replica.StatusAsync(cancellation)));
        return [.. up.Zip(statuses).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!))];
    }

    private IEnumerable<string> Arguments(int replica, bool create, string listen) =>
    [
        "run",
        "--data", DataDirectory(replica),
        "--self", $"{replica}",
        "--members-file", _membersFile,
        "--listen", listen,
        "--ready-file", ReadyFile(replica),
        "--cluster", $"{Cluster}",
        "--log", _folder.File($"{replica}.log"),
        .. create ? ["--create"] : Array.Empty<string>(),
        .. MoreArguments(replica),
    ];

    // Without a snapshot unless a test is about them: the logs are compared from their beginning on, however much a fast machine writes.
    private string[] MoreArguments(int replica) => _options.Arguments(replica) is var arguments && arguments.Contains("--snapshot-bytes", StringComparer.Ordinal)
        ? arguments
        : [.. arguments, "--snapshot-bytes", "1000000000"];

    private string DataDirectory(int replica) => _options.DataDirectory(replica) ?? _folder.File($"{replica}.data");

    private string ReadyFile(int replica) => _folder.File($"{replica}.ready");
}
