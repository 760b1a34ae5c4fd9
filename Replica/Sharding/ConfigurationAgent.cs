using NLog;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Sharding;

/// <summary>
/// Brings the configurations of the masters to a shard's group. One runs beside each replica of the group and acts while its replica is the primary: so somebody does it whoever
/// leads, and nothing is lost with who led before, because what was adopted is in the group's log. The masters may be unreachable for ever: the group serves what it has adopted all
/// the same. That two of them act for a moment, when the primary changes, does no harm: a configuration that is adopted already is adopted again without effect.
/// </summary>
public sealed class ConfigurationAgent : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    // How soon a new primary begins; to look costs nothing.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    private readonly ConfigurationAgentOptions _options;
    private readonly Func<bool> _isPrimary;
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;
    private readonly FollowTrouble _trouble = new();

    private ConfigurationAgent(ConfigurationAgentOptions options, Func<bool> isPrimary, CancellationToken stopping)
    {
        _options = options;
        _isPrimary = isPrimary;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>Begins to follow.</summary>
    /// <param name="options">What it has to know.</param>
    /// <param name="isPrimary">Whether the replica is the primary now; asked often, from any thread.</param>
    /// <param name="stopping">Ends it at once.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public static ConfigurationAgent Start(ConfigurationAgentOptions options, Func<bool> isPrimary, CancellationToken stopping)
    {
        options.Validate();
        return new ConfigurationAgent(options, isPrimary, stopping);
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
            _log.Debug(end, "{Group} is told of configurations no more", _options.Group);
        }
    }

    /// <summary>Follows for as long as the replica is the primary. Only then there are connections for it.</summary>
    private async Task LeadAsync(CancellationToken stopping)
    {
        await using MastersSource masters = new(PlacementClient.Start(_options.ForMasters()));
        await using OwnGroup own = new(PlacementClient.Start(_options.ForGroup()));
        ConfigurationFollower follower = new(_options.Group, masters, own);
        RetryPause pause = new();
        while (_isPrimary())
        {
            try
            {
                Configuration? adopted = await follower.StepAsync(stopping);
                pause.Reset();
                TellSuccess(adopted);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                TellFailure(follower.Doing, failure);
                follower.Forget();
                await Task.Delay(pause.Next(), stopping);
            }
        }
    }

    private void TellSuccess(Configuration? adopted)
    {
        if (_trouble.Ends())
            _log.Info("{Group} hears of configurations again", _options.Group);
        if (adopted is not null)
            _log.Info("{Group} has adopted configuration {Number}, which gives it {Arcs} arcs", _options.Group, adopted.Number, adopted.ArcsOf(_options.Group).Count);
    }

    // Failed calls are no failures of this replica: their stories would say nothing.
    private void TellFailure(FollowStep doing, Exception failure)
    {
        if (!_trouble.Begins(doing, failure))
            return;
        string what = doing switch
        {
            FollowStep.AskGroup => "its own primary does not say what it has adopted",
            FollowStep.AskMasters => "the masters do not answer",
            _ => "it does not take the next configuration",
        };
        _log.Warn("{Group} serves what it has adopted and hears of no other configuration for now: {What:l}. {Reason:l}", _options.Group, what, failure.Message);
    }
}
