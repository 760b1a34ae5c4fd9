using NLog;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Gateway.Clients;

/// <summary>
/// The latest configuration that the gateway has heard of from the masters. It only tells people which shard has how much to do: where a request goes is found out by the client library.
/// </summary>
internal sealed class KnownConfiguration : IAsyncDisposable
{
    private const long NoConfiguration = -1;

    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    // Held by the masters, so that a configuration is known at once and little is asked.
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile Configuration _latest = Configuration.Zero;

    /// <summary>Begins to watch.</summary>
    /// <param name="options">How the masters are reached, valid.</param>
    public KnownConfiguration(ClientOptions options) => _running = Task.Run(() => RunAsync(options, _stop.Token), CancellationToken.None);

    /// <summary>The latest one; <see cref="Configuration.Zero"/> until one is known.</summary>
    public Configuration Latest => _latest;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(ClientOptions options, CancellationToken stopping)
    {
        await using PlacementClient masters = PlacementClient.Start(options);
        long known = NoConfiguration;
        bool isTold = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                ConfigurationResult result = await masters.WatchConfigurationAsync(known, _held, stopping);
                known = result.Latest;
                if (!result.Configuration.IsEmpty)
                    _latest = Configuration.Decode(result.Configuration.Span);
                isTold = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NotAppliedException or RejectedException or WireFormatException)
            {
                if (!isTold)
                    _log.Warn("The gateway hears of no configuration for now: {Reason:l}", failure.Message);
                isTold = true;
                await Task.Delay(_pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
