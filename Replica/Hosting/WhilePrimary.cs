using NLog;

namespace PaxosShard.Replica.Hosting;

/// <summary>
/// Does something beside a replica whenever that is the primary of its group, so that somebody does it whoever leads. What is done begins with nothing each time: what has to outlive the primary is in the
/// log. When the primary changes, two may act for a moment.
/// </summary>
public sealed class WhilePrimary : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(WhilePrimary));

    // How soon a new primary begins; to look costs nothing.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    // What failed once for no reason that is known does so again.
    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(1);

    private readonly string _what;
    private readonly Func<bool> _isPrimary;
    private readonly Func<CancellationToken, Task> _act;
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;

    private WhilePrimary(string what, Func<bool> isPrimary, Func<CancellationToken, Task> act, CancellationToken stopping)
    {
        _what = what;
        _isPrimary = isPrimary;
        _act = act;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>Begins to act whenever the replica is the primary.</summary>
    /// <param name="what">What is done, for the log.</param>
    /// <param name="isPrimary">Whether the replica is the primary now; asked often, from any thread.</param>
    /// <param name="act">Does it, and ends soon after the replica is not the primary any more, or when it is cancelled. When it fails, it is told in the log, and begins again after a second.</param>
    /// <param name="stopping">Ends it at once.</param>
    public static WhilePrimary Start(string what, Func<bool> isPrimary, Func<CancellationToken, Task> act, CancellationToken stopping) => new(what, isPrimary, act, stopping);

    /// <summary>Ends it at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                if (_isPrimary())
                    await ActAsync(stopping);
                await Task.Delay(_look, stopping);
            }
        }
        catch (Exception end) when (stopping.IsCancellationRequested)
        {
            // Whatever was under way came to nothing, because the replica stops.
            _log.Debug(end, "From here on {What:l} goes on elsewhere", _what);
        }
    }

    private async Task ActAsync(CancellationToken stopping)
    {
        try
        {
            await _act(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            _log.Error(failure, "There was an error in {What:l}, which begins again", _what);
            await Task.Delay(_recovery, stopping);
        }
    }
}
