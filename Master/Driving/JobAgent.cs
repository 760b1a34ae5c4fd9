using NLog;
using PaxosShard.Client;
using PaxosShard.Wire;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Driving;

/// <summary>
/// Drives the jobs of the masters while a master is the primary of its group. It runs a <see cref="JobDriver"/> that begins with nothing, because everything that it needs is in the masters' log, and makes
/// its calls by the client library. Runs once.
/// </summary>
/// <param name="options">What it has to know; valid.</param>
/// <param name="isPrimary">Whether the master is the primary now; asked often.</param>
public sealed class JobAgent(JobAgentOptions options, Func<bool> isPrimary)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(JobAgent));

    // Held by the masters, so that little is asked; and no longer than a primary of the past may go on as if it led.
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(1);

    private bool _isTroubleTold;

    /// <summary>Runs until the master is not the primary any more.</summary>
    /// <param name="stopping">Ends it at once.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using PlacementClient masters = PlacementClient.Start(options.ForMasters());
        JobDriver driver = new();
        while (isPrimary())
        {
            long now = Environment.TickCount64;
            JobCall? call = driver.Step(now, driver.Draining is { } draining ? options.CountUnderWay(draining) : 0);
            if (call is not null)
                await MakeAsync(masters, driver, call, stopping);
            long pause = driver.NextStep(Environment.TickCount64) - Environment.TickCount64;
            if (pause > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(pause), stopping);
        }
    }

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
                WatchJobResult news = await masters.WatchJobAsync(((WatchJob)call).Above, _held, stopping);
                options.OnNews(news);
                driver.Answer(news);
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
