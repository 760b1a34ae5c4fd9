using PaxosShard.Client;
using PaxosShard.Master.Gateway.Clients;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Gateway.Holding;

/// <summary>Tells the requests that are held back how far the jobs of the masters are, as soon as the masters say it.</summary>
internal sealed class KnownJob : IAsyncDisposable
{
    private const long NoPosition = -1;

    private readonly Action<WatchJobResult> _onNews;
    private readonly MastersWatch _watch;
    private long _known = NoPosition;

    /// <summary>Begins to watch.</summary>
    /// <param name="options">How the masters are reached, valid.</param>
    /// <param name="onNews">Told each answer.</param>
    public KnownJob(ClientOptions options, Action<WatchJobResult> onNews)
    {
        _onNews = onNews;
        _watch = new MastersWatch(options, "jobs", AskAsync);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    private async Task AskAsync(PlacementClient masters, CancellationToken stopping)
    {
        WatchJobResult news = await masters.WatchJobAsync(_known, MastersWatch.Held, stopping);
        _known = news.Position;
        _onNews(news);
    }
}
