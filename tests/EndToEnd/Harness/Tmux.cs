namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A terminal with a program in it, which the test types into and looks at; a tmux server of its own.</summary>
internal sealed class Tmux : IAsyncDisposable
{
    private const string Mark = "PX_TEST_TERMINAL";

    private readonly string _server = $"paxosshard-{Guid.NewGuid():N}";
    private readonly IReadOnlyDictionary<string, string?> _environment;

    private Tmux(IReadOnlyDictionary<string, string?> environment) =>
        _environment = new Dictionary<string, string?>(environment, StringComparer.Ordinal) { ["TMUX"] = null, ["LC_ALL"] = "C.UTF-8", [Mark] = _server };

    /// <summary>Opens a terminal of 100 × 30 and starts a program in it.</summary>
    public static async Task<Tmux> StartAsync(
        IReadOnlyDictionary<string, string?> environment, CancellationToken cancellation, params string[] command)
    {
        Tmux tmux = new(environment);
        (await tmux.RunAsync(cancellation, ["-u", "-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", .. command])).Succeeded();
        return tmux;
    }

    /// <summary>Types text, as it is.</summary>
    public async Task TypeAsync(string text, CancellationToken cancellation) =>
        (await RunAsync(cancellation, "send-keys", "-l", text)).Succeeded();

    /// <summary>Presses a key, by its name for tmux.</summary>
    public async Task PressAsync(string key, CancellationToken cancellation) =>
        (await RunAsync(cancellation, "send-keys", key)).Succeeded();

    /// <summary>The lines on the screen.</summary>
    public async Task<string[]> ScreenAsync(CancellationToken cancellation) =>
        (await RunAsync(cancellation, "capture-pane", "-p")).Succeeded().Output.Split('\n');

    /// <summary>The lines in one pane of the screen, which the program in it may have divided; null when there is no such pane.</summary>
    /// <param name="pane">Which, from 0.</param>
    /// <param name="cancellation">The end of the test's time.</param>
    public async Task<string[]?> PaneAsync(int pane, CancellationToken cancellation) =>
        await RunAsync(cancellation, "capture-pane", "-p", "-t", $":.{pane}") is { Code: 0 } seen ? seen.Output.Split('\n') : null;

    /// <summary>Waits until a line on the screen is as wanted, and returns it.</summary>
    public async Task<string> LineAsync(string what, Func<string, bool> isWanted, CancellationToken cancellation)
    {
        string? found = null;
        await Eventually.HoldsAsync(
            what,
            async () =>
            {
                string[] screen = await ScreenAsync(cancellation);
                found = Array.Find(screen, line => isWanted(line));
                return found is null ? string.Join('\n', screen) : null;
            },
            cancellation);
        return found!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Patience);
        await RunAsync(limit.Token, "kill-server");

        // A test that failed has left what it had started, a cluster mostly, which would disturb the others.
        await ProcessTable.KillAsync("what was started in a terminal has ended", () => ProcessTable.WithEnvironment($"{Mark}={_server}"));
    }

    private Task<CommandResult> RunAsync(CancellationToken cancellation, params string[] arguments) =>
        Command.RunAsync("tmux", ["-L", _server, .. arguments], input: null, _environment, cancellation);
}
