using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Gateway.Clients;

/// <summary>
/// The latest configuration that the gateway has heard of from the masters. It tells people which shard has how much to do, and ends what is held back for a job that has made it: where a request
/// goes is found out by the client library.
/// </summary>
internal sealed class KnownConfiguration : IAsyncDisposable
{
    private const long NoConfiguration = -1;

    private readonly Action<long> _onNews;
    private readonly MastersWatch _watch;
    private volatile Configuration _latest = Configuration.Zero;
    private long _known = NoConfiguration;

    /// <summary>Begins to watch.</summary>
    /// <param name="options">How the masters are reached, valid.</param>
    /// <param name="onNews">Told the number of the latest one after each answer.</param>
    public KnownConfiguration(ClientOptions options, Action<long> onNews)
    {
        _onNews = onNews;
        _watch = new MastersWatch(options, "configurations", AskAsync);
    }

    /// <summary>The latest one; <see cref="Configuration.Zero"/> until one is known.</summary>
    public Configuration Latest => _latest;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    private async Task AskAsync(PlacementClient masters, CancellationToken stopping)
    {
        ConfigurationResult result = await masters.WatchConfigurationAsync(_known, MastersWatch.Held, stopping);
        _known = result.Latest;
        if (!result.Configuration.IsEmpty)
            _latest = Configuration.Decode(result.Configuration.Span);
        _onNews(result.Latest);
    }
}
