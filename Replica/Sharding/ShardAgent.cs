using NLog;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Sharding;

/// <summary>
/// Drives a shard's group: brings it the configurations of the masters, and arcs from group to group (<see cref="ShardDriver"/>). One runs beside each replica of the group and acts while its replica is the
/// primary: so somebody does it whoever leads, and nothing is lost with who led before, because what was done is in the logs. The masters may be unreachable for ever: the group serves what it serves all
/// the same. That two of them act for a moment, when the primary changes, does no harm: what is so already is told again without effect.
/// </summary>
public sealed class ShardAgent : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    // How soon a new primary begins; to look costs nothing.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    // What failed once for no reason that is known does so again.
    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(1);

    private readonly ShardAgentOptions _options;
    private readonly Func<bool> _isPrimary;
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;

    private ShardAgent(ShardAgentOptions options, Func<bool> isPrimary, CancellationToken stopping)
    {
        _options = options;
        _isPrimary = isPrimary;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>Begins to act whenever the replica is the primary.</summary>
    /// <param name="options">What it has to know.</param>
    /// <param name="isPrimary">Whether the replica is the primary now; asked often, from any thread.</param>
    /// <param name="stopping">Ends it at once.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public static ShardAgent Start(ShardAgentOptions options, Func<bool> isPrimary, CancellationToken stopping)
    {
        options.Validate();
        return new ShardAgent(options, isPrimary, stopping);
    }

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
                    await LeadAsync(stopping);
                await Task.Delay(_look, stopping);
            }
        }
        catch (Exception end) when (stopping.IsCancellationRequested)
        {
            // Whatever was under way came to nothing, because the replica stops.
            _log.Debug(end, "{Group} is driven from here no more", _options.Group);
        }
    }

    /// <summary>Acts for as long as the replica is the primary. Only then there are connections for it.</summary>
    private async Task LeadAsync(CancellationToken stopping)
    {
        try
        {
            using ShardTerm term = new(_options, _isPrimary);
            await term.RunAsync(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            // Calls that fail do not come here. All that it knew can be asked again.
            _log.Error(failure, "What drives {Group} has failed, and begins again", _options.Group);
            await Task.Delay(_recovery, stopping);
        }
    }
}
