using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Driving;

/// <summary>What a <see cref="JobDriver"/> wants to be asked or told; each is answered or fails before the next one.</summary>
internal abstract record JobCall;

/// <summary>Asks the masters for the job under way; they hold the question. Answer: <see cref="WatchJobResult"/>.</summary>
/// <param name="Above">The position that is known; -1 for none.</param>
internal sealed record WatchJob(long Above) : JobCall;

/// <summary>Tells the masters that the job is drained and is to be committed.</summary>
/// <param name="Job">The job.</param>
internal sealed record CommitJob(long Job) : JobCall;

/// <summary>
/// Takes jobs from their draining to the next configuration: when no request for the moving arcs, or for any if the job is a barrier, is under way any more, or after a while. That it waits is a courtesy to clients, and the deadline is harmless: what keeps an
/// arc from being served twice is the log of its group. All other steps take themselves. Pure: no clock, and whoever runs it makes the calls. Two of them may act for a moment: a job that is committed already is
/// committed again without effect.
/// </summary>
internal sealed class JobDriver
{
    /// <summary>How long requests under way are waited for, milliseconds.</summary>
    public const long LongestDrain = 1000;

    /// <summary>The same for a job that is a barrier, milliseconds: requests that wait for nothing that is down have ended by then, and of the 5 s for which gateways hold requests back enough is left for the arcs to arrive.</summary>
    public const long LongestBarrierDrain = 3000;

    /// <summary>How often it looks whether they have ended, milliseconds.</summary>
    public const long Look = 5;

    private const long ShortPause = 20;
    private const long LongPause = 1000;

    private long _drainingJob;
    private long _drainsUntil;
    private long _pausedUntil;
    private long _backOff = ShortPause;

    /// <summary>What the masters said last; null for nothing yet.</summary>
    public WatchJobResult? News { get; private set; }

    /// <summary>The job whose requests are being waited for; null for none.</summary>
    public JobUnderWay? Draining => News?.UnderWay is { Step: JobStep.Draining } job ? job : null;

    /// <summary>What is to be done now.</summary>
    /// <param name="now">The time, milliseconds; it never goes back.</param>
    /// <param name="underWay">How many requests are under way that <see cref="Draining"/> has to wait for.</param>
    /// <returns>The call; null: nothing before <see cref="NextStep"/>.</returns>
    public JobCall? Step(long now, long underWay)
    {
        if (now < _pausedUntil)
            return null;
        if (Draining is not { } job)
            return new WatchJob(News?.Position ?? -1);
        if (_drainingJob != job.Job)
            (_drainingJob, _drainsUntil) = (job.Job, now + (job.IsBarrier ? LongestBarrierDrain : LongestDrain));
        return underWay == 0 || now >= _drainsUntil ? new CommitJob(job.Job) : null;
    }

    /// <summary>When <see cref="Step"/> has something to do.</summary>
    public long NextStep(long now) => Math.Max(_pausedUntil, Draining is null ? now : Math.Min(now + Look, Math.Max(now, _drainsUntil)));

    /// <summary>The masters answered.</summary>
    public void Answer(WatchJobResult news)
    {
        _backOff = ShortPause;
        if (News is null || news.Position >= News.Position)
            News = news;
    }

    /// <summary>The masters have taken what they were told; what they make of it they say when they are asked again.</summary>
    public void Committed()
    {
        _backOff = ShortPause;
        News = News is { } news ? news with { UnderWay = null } : null;
    }

    /// <summary>The masters have refused what they were told: what was known of the job is out of date.</summary>
    public void Refuse(long now)
    {
        News = null;
        Fail(now);
    }

    /// <summary>A call has failed.</summary>
    public void Fail(long now)
    {
        _pausedUntil = now + _backOff;
        _backOff = Math.Min(2 * _backOff, LongPause);
    }
}
