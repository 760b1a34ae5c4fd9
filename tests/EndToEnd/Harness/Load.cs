namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Several writers that speak at full speed until they are told to stop.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TestClients _clients;
    private readonly Task _speaking;

    private Load(TestClients clients, CancellationToken cancellation)
    {
        _clients = clients;
        _speaking = Task.WhenAll(
            clients.Writers.Select(writer => Task.Run(() => writer.SayUntilAsync(_stop.Token, cancellation), cancellation)));
    }

    /// <summary>The writers.</summary>
    public IReadOnlyCollection<Writer> Writers => _clients.Writers;

    /// <summary>All that was said so far; only when nothing is under way.</summary>
    public IEnumerable<SentMessage> Sent => Writers.SelectMany(writer => writer.Sent);

    /// <summary>Connects the writers and lets them begin.</summary>
    public static async Task<Load> StartAsync(TestGroup group, int writers, CancellationToken cancellation) =>
        new(await TestClients.ConnectAsync(group, writers, Eventually.Patience, cancellation), cancellation);

    /// <summary>Connects the writers and lets them begin.</summary>
    public static async Task<Load> StartAsync(PxGroup group, int writers, CancellationToken cancellation) =>
        new(await TestClients.ConnectAsync(() => group.ConnectAsync(cancellation), writers), cancellation);

    /// <summary>Waits until so many more messages are committed than now.</summary>
    public async Task GoesOnAsync(int more, CancellationToken cancellation)
    {
        int before = _clients.Committed;
        await Eventually.HoldsAsync(
            $"{more} more messages are committed",
            () =>
            {
                int now = _clients.Committed - before;
                return now >= more || _speaking.IsFaulted ? null : $"{now} more";
            },
            cancellation);
        if (_speaking.IsFaulted)
            await _speaking;
    }

    /// <summary>Stops the writers and waits for what they have under way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _speaking;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _clients.DisposeAsync();
        await _speaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
