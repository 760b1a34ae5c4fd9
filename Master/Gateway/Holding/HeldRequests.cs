using NLog;
using PaxosShard.Master.Gateway.Lines;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Gateway.Holding;

/// <summary>
/// Holds requests back for arcs that are about to move: while the job that moves them drains, and until its configuration is known or it has come to nothing. They would only make the draining
/// longer, and meet a shard that does not serve them any more. A job that is a barrier holds back all requests, from when it begins until it has ended. Nothing depends on it: what keeps an arc from being served twice is the log of its group. So a job that takes
/// too long, or masters that say nothing more, are not waited for. All others go on at once. Any thread.
/// </summary>
/// <param name="bounds">How many, and for how long.</param>
/// <param name="run">Carries a request out; never fails.</param>
internal sealed class HeldRequests(HoldBounds bounds, Func<GatewayRequest, Task<GatewayAnswer>> run)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(HeldRequests));

    private readonly Lock _gate = new();
    private JobUnderWay? _holding;
    private long _position;
    private long _configuration;
    private bool _isClosed;

    // Of the job that holds something back; it may be over already, when that takes too long.
    private volatile JobHold? _hold;

    /// <summary>Requests that are held now.</summary>
    public int Count => _hold?.Count ?? 0;

    /// <summary>Carries a request out, as soon as it is not held back.</summary>
    /// <returns>The answer; never fails.</returns>
    public Task<GatewayAnswer> RunAsync(GatewayRequest request) =>
        _hold is { } hold && hold.TryHold(request, out Task<GatewayAnswer>? answer) ? answer : run(request);

    /// <summary>The masters have said how far their jobs are; what is older than what is known is passed over.</summary>
    public void Hear(WatchJobResult news)
    {
        lock (_gate)
        {
            _configuration = Math.Max(_configuration, news.Latest);
            if (news.Position >= _position)
            {
                _position = news.Position;
                _holding = news.UnderWay is { } job && (job.IsBarrier || job.Step == JobStep.Draining) ? job : null;
            }
        }

        Look();
    }

    /// <summary>The masters have said which configuration is the latest.</summary>
    public void Hear(long configuration)
    {
        lock (_gate)
            _configuration = Math.Max(_configuration, configuration);
        Look();
    }

    /// <summary>Holds nothing any more, for good.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        Look();
    }

    private void Look()
    {
        JobHold? over;
        JobUnderWay? job;
        lock (_gate)
        {
            // Behind a barrier everybody waits until the arcs have arrived, which is later than their configuration.
            bool isHeld = !_isClosed && (_holding?.IsBarrier == true || _configuration <= _holding?.Configuration);
            job = isHeld ? _holding : null;
            over = _hold;
            if (over?.Job == job?.Job)
                return;
            _hold = job is null ? null : new JobHold(job, bounds, run);
        }

        if (job?.IsBarrier == true)
            _log.Info("Job {Job} is a barrier: all requests are held back until it has ended, {Time} at most", job.Job, bounds.Time);
        over?.End();
    }
}
