using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>One replica of a <see cref="TestGroup"/>: its process, when it runs, and its folder.</summary>
/// <param name="index">Its place in the member list.</param>
/// <param name="dataDirectory">Its data.</param>
/// <param name="logFile">Its log for people.</param>
internal sealed class ReplicaProcess(int index, string dataDirectory, string logFile) : IAsyncDisposable
{
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(2);

    private StartedProcess? _process;
    private bool _isPaused;

    /// <summary>Its place in the member list.</summary>
    public int Index => index;

    /// <summary>Its program.</summary>
    public string Program { get; init; } = Programs.Replica;

    /// <summary>Its data directory.</summary>
    public string DataDirectory => dataDirectory;

    /// <summary>Where it really listens; known from its first start on.</summary>
    public string Address { get; set; } = "";

    /// <summary>It runs and is not frozen.</summary>
    public bool IsUp => _process is { HasExited: false } && !_isPaused;

    /// <summary>Its process; only while it runs.</summary>
    public StartedProcess Process => _process ?? throw new InvalidOperationException($"replica {index} does not run");

    /// <summary>What it has logged so far, over all its starts.</summary>
    public string Log => File.Exists(logFile) ? ReadShared(logFile) : "";

    /// <summary>Starts its process.</summary>
    public void Start(IEnumerable<string> arguments)
    {
        _process = StartedProcess.Start(Program, arguments);
        _isPaused = false;
    }

    /// <summary>Kills it, as a power cut of this process would.</summary>
    public async Task KillAsync()
    {
        await Process.KillAsync();
        await ForgetAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<CommandResult> ExitAsync(CancellationToken cancellation)
    {
        int code = await Process.ExitAsync(cancellation);
        CommandResult result = new(code, Process.Output, Process.Error);
        await ForgetAsync();
        return result;
    }

    /// <summary>Freezes it: its connections stay open.</summary>
    public void Pause()
    {
        _isPaused = true;
        Process.Pause();
    }

    /// <summary>Lets it go on.</summary>
    public void Continue()
    {
        _isPaused = false;
        Process.Continue();
    }

    /// <summary>Ends it in good order.</summary>
    public async Task<CommandResult> StopAsync(CancellationToken cancellation)
    {
        Task<int> exit = Process.StopAsync(cancellation);
        await exit;
        return await ExitAsync(cancellation);
    }

    /// <summary>What it says of itself; null when it does not answer.</summary>
    public async Task<StatusResult?> StatusAsync(CancellationToken cancellation)
    {
        try
        {
            return (await ChatLogClient.StatusAsync(Address, StatusTimeout, cancellation)).Status;
        }
        catch (UnavailableException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ForgetAsync();

    internal static string ReadShared(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private async ValueTask ForgetAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        await process.DisposeAsync();
    }
}
