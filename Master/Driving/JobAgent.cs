using NLog;
using PaxosShard.Client;
using PaxosShard.Wire;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Driving;

/// <summary>
/// Drives the jobs of the masters (<see cref="JobDriver"/>). One runs beside each master and acts while that is the primary of its group: so somebody does it whoever leads, and nothing is lost with who led before,
/// because everything it needs is in the masters' log.
/// </summary>
public sealed class JobAgent : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetCurrentClassLogger();

    // How soon a new primary begins; to look costs nothing.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    // Held by the masters, so that little is asked; and no longer than a primary of the past may go on as if it led.
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(5);

    // What failed once for no reason that is known does so again.
    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(1);

    private readonly JobAgentOptions _options;
    private readonly Func<bool> _isPrimary;
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;
    private bool _isTroubleTold;

    private JobAgent(JobAgentOptions options, Func<bool> isPrimary, CancellationToken stopping)
    {
        _options = options;
        _isPrimary = isPrimary;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>Begins to act whenever the master is the primary.</summary>
    /// <param name="options">What it has to know.</param>
    /// <param name="isPrimary">Whether the master is the primary now; asked often, from any thread.</param>
    /// <param name="stopping">Ends it at once.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public static JobAgent Start(JobAgentOptions options, Func<bool> isPrimary, CancellationToken stopping)
    {
        options.Validate();
        return new JobAgent(options, isPrimary, stopping);
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
                    await TryLeadAsync(stopping);
                await Task.Delay(_look, stopping);
            }
        }
        catch (Exception end) when (stopping.IsCancellationRequested)
        {
            // Whatever was under way came to nothing, because the master stops.
            _log.Debug(end, "Jobs are driven from here no more");
        }
    }

    private async Task TryLeadAsync(CancellationToken stopping)
    {
        try
        {
            await LeadAsync(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            // Calls that fail do not come here. All that it knew can be asked again.
            _log.Error(failure, "What drives jobs has failed, and begins again");
            await Task.Delay(_recovery, stopping);
        }
    }

    private async Task LeadAsync(CancellationToken stopping)
    {
        await using PlacementClient masters = PlacementClient.Start(_options.ForMasters());
        JobDriver driver = new();
        while (_isPrimary())
        {
            long now = Environment.TickCount64;
            JobCall? call = driver.Step(now, CountUnderWay(driver.Draining));
            if (call is not null)
                await MakeAsync(masters, driver, call, stopping);
            long pause = driver.NextStep(Environment.TickCount64) - Environment.TickCount64;
            if (pause > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(pause), stopping);
        }
    }

    private long CountUnderWay(JobUnderWay? draining) => draining?.Transfers.Sum(transfer => _options.CountUnderWay(transfer.Arcs)) ?? 0;

    private async Task MakeAsync(PlacementClient masters, JobDriver driver, JobCall call, CancellationToken stopping)
    {
        try
        {
            if (call is CommitJob commit)
            {
                JobResult result = await masters.AdvanceJobAsync(commit.Job, JobStep.Draining, JobStep.Committed, stopping);
                driver.Committed();

                // It may have been called off meanwhile: then the masters take the word without effect.
                if (result.Step is JobStep.Committed or JobStep.Done)
                    _log.Info("Job {Job} is drained; configuration {Configuration} is the latest", commit.Job, result.Configuration);
            }
            else
            {
                driver.Answer(await masters.WatchJobAsync(((WatchJob)call).Above, _held, stopping));
            }

            _isTroubleTold = false;
        }
        catch (Exception failure) when (failure is NotAppliedException or RejectedException or OutcomeUnknownException or WireFormatException)
        {
            if (!_isTroubleTold)
                _log.Warn("Jobs do not go on for now: {Reason:l}", failure.Message);
            _isTroubleTold = true;
            if (failure is RejectedException)
                driver.Refuse(Environment.TickCount64);
            else
                driver.Fail(Environment.TickCount64);
        }
    }
}
