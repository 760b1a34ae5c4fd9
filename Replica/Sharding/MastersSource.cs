using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Replica.Sharding;

/// <summary>The masters, by the client library.</summary>
/// <param name="client">A client with their addresses; disposed of with this.</param>
internal sealed class MastersSource(PlacementClient client) : IConfigurationSource, IAsyncDisposable
{
    // Held by the masters, so that a group hears of a configuration as soon as there is one, and asks for nothing several times a second.
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<long> WaitAsync(long above, CancellationToken cancellation) =>
        (await client.WatchConfigurationAsync(above, _held, cancellation)).Latest;

    /// <inheritdoc/>
    public async Task<Configuration> ReadAsync(long number, CancellationToken cancellation) =>
        Configuration.Decode((await client.ReadConfigurationAsync(number, cancellation)).Configuration.Span);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => client.DisposeAsync();
}
