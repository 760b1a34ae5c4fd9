using NLog;
using PaxosShard.Client;
using PaxosShard.Wire;

namespace PaxosShard.Master.Gateway.Clients;

/// <summary>Asks the masters again and again for something that they hold the question about until it is there. Failures cost a pause and are told once, until it goes on.</summary>
internal sealed class MastersWatch : IAsyncDisposable
{
    /// <summary>How long the masters may hold a question: what is new is known at once, and little is asked.</summary>
    public static readonly TimeSpan Held = TimeSpan.FromSeconds(1);

    private static readonly Logger _log = LogManager.GetLogger(nameof(MastersWatch));
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly string _subject;
    private readonly Task _running;

    /// <summary>Begins to ask.</summary>
    /// <param name="options">How the masters are reached, valid.</param>
    /// <param name="subject">What is asked for, for people: "configurations".</param>
    /// <param name="ask">Asks once, and takes the answer.</param>
    public MastersWatch(ClientOptions options, string subject, Func<PlacementClient, CancellationToken, Task> ask)
    {
        _subject = subject;
        _running = Task.Run(() => RunAsync(options, ask, _stop.Token), CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(ClientOptions options, Func<PlacementClient, CancellationToken, Task> ask, CancellationToken stopping)
    {
        await using PlacementClient masters = PlacementClient.Start(options);
        bool isTold = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ask(masters, stopping);
                isTold = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NotAppliedException or RejectedException or WireFormatException)
            {
                if (!isTold)
                    _log.Warn("The gateway hears of no {Subject:l} for now: {Reason:l}", _subject, failure.Message);
                isTold = true;
                await Task.Delay(_pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
