using System.Diagnostics;
using System.Text.Json;
using PaxosShard.Client;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A group as people run one: started, used and ended by <c>px</c> alone. Whatever becomes of the test, its processes and its folder are gone afterwards.</summary>
internal sealed class PxGroup : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    /// <summary>Its directory.</summary>
    public string Directory => _folder.File("group");

    /// <summary>The address at which its replicas listen, each at a port of its own.</summary>
    public string Host => _folder.Loopback;

    /// <summary>What came of the first <c>px up</c>; null when the test runs that itself.</summary>
    public CommandResult? Started { get; private set; }

    /// <summary>Starts a group; <c>px up</c> returns when it can commit.</summary>
    public static async Task<PxGroup> StartAsync(int replicas, CancellationToken cancellation, params string[] options)
    {
        PxGroup group = new();
        try
        {
            group.Started = (await group.UpAsync(cancellation, ["--replicas", $"{replicas}", .. options])).Succeeded();
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what does not run.</summary>
    public Task<CommandResult> UpAsync(CancellationToken cancellation, params string[] options) =>
        PxAsync("", cancellation, ["up", "--dir", Directory, .. options]);

    /// <summary>Sends the lines of a text, each as a message.</summary>
    public Task<CommandResult> SendAsync(string room, string lines, CancellationToken cancellation, params string[] options) =>
        PxAsync(lines, cancellation, ["send", room, "--dir", Directory, .. options]);

    /// <summary>Runs <c>px</c> in a home of the test's own, so that the context of the person who runs the tests stays theirs.</summary>
    public Task<CommandResult> PxAsync(string input, CancellationToken cancellation, params string[] arguments) =>
        Command.RunAsync(Programs.Px, arguments, System.Text.Encoding.UTF8.GetBytes(input), Environment, cancellation);

    /// <summary>The environment of the commands.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["XDG_CONFIG_HOME"] = _folder.File("config"),
        ["PX_LOOPBACK"] = _folder.Loopback,
        ["PX_ENDPOINTS"] = null,
    };

    /// <summary>What <c>px ps</c> says of the replicas, in their order.</summary>
    public async Task<IReadOnlyList<PxReplica>> ReplicasAsync(CancellationToken cancellation) =>
        PxReplica.ReadAll(await PxAsync("", cancellation, "ps", "--dir", Directory, "--json"));

    /// <summary>A client that knows the addresses of all replicas.</summary>
    public async Task<ChatLogClient> ConnectAsync(CancellationToken cancellation)
    {
        string[] addresses = [.. (await ReplicasAsync(cancellation)).Select(replica => replica.Address)];
        return await ChatLogClient.ConnectAsync(new ClientOptions { Endpoints = addresses, RequestTimeout = Eventually.Patience }, cancellation);
    }

    /// <summary>Ends the group and exports the logs of all replicas, which must be equal.</summary>
    public async Task<ExportedLog> DownAndExportAsync(CancellationToken cancellation)
    {
        IReadOnlyList<PxReplica> replicas = await ReplicasAsync(cancellation);
        (await PxAsync("", cancellation, "down", "--dir", Directory)).Succeeded();
        CommandResult[] exports = await Task.WhenAll(
            replicas.Select(replica => PxAsync("", cancellation, "log", "export", "--data", replica.DataDirectory)));
        ExportedLog[] logs = [.. exports.Select(ExportedLog.Read)];
        LogAudit.CheckEqual(logs);
        return logs[0];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Killed: the test is over, and whether px down ends a group is seen where that is looked at.
        await ProcessTable.KillAsync("nothing runs any more that the group had", () => ProcessTable.With(Directory));
        _folder.Dispose();
    }
}

/// <summary>One replica, as <c>px ps</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ProcessId">Its process; null when it does not run.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="DataDirectory">Its data.</param>
/// <param name="Role">Its role; null when it does not answer.</param>
internal sealed record PxReplica(string Name, int? ProcessId, string Address, string DataDirectory, string? Role)
{
    /// <summary>The replicas in an array of JSON, as <c>px ps</c> and <c>px up</c> write it.</summary>
    public static IReadOnlyList<PxReplica> ReadAll(CommandResult result)
    {
        using JsonDocument document = JsonDocument.Parse(result.Succeeded().Output);
        return [.. document.RootElement.EnumerateArray().Select(replica => new PxReplica(
            replica.GetProperty("name").GetString()!,
            replica.GetProperty("pid") is { ValueKind: JsonValueKind.Number } pid ? pid.GetInt32() : null,
            replica.GetProperty("address").GetString()!,
            replica.GetProperty("dataDir").GetString()!,
            replica.GetProperty("role").GetString()))];
    }

    /// <summary>Kills its process.</summary>
    public void Kill()
    {
        using Process process = OpenProcess();
        process.Kill();
    }

    /// <summary>Freezes its process.</summary>
    public void Pause()
    {
        using Process process = OpenProcess();
        Signals.SendStop(process);
    }

    /// <summary>Lets its process go on.</summary>
    public void Continue()
    {
        using Process process = OpenProcess();
        Signals.SendContinue(process);
    }

    private Process OpenProcess() => Process.GetProcessById(ProcessId ?? throw new InvalidOperationException($"{Name} does not run"));
}
