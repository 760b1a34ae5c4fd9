using PaxosShard.Wire.Placement;

namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>Tells the masters how far the group is with the job under way, until they have noted it.</summary>
/// <param name="known">What is known.</param>
/// <param name="pulls">The lanes of all that comes.</param>
internal sealed class ReportLane(Knowledge known, IReadOnlyList<PullLane> pulls) : Lane("its reports to the masters")
{
    // The masters have noted a report before their news say so.
    private const long Patience = 1000;

    private (long Job, JobStep Step) _begun;
    private (long Job, JobStep Step) _reported;
    private long _againAt;

    /// <inheritdoc/>
    protected override long ReadyAt => known.News?.UnderWay is { } job && (job.Job, job.Step) == _reported ? Math.Max(base.ReadyAt, _againAt) : base.ReadyAt;

    /// <inheritdoc/>
    protected override DriverCall? FindCall()
    {
        if (known.News?.UnderWay is not { } job || job.Reported.Contains(known.Group))
            return null;
        return job.Step switch
        {
            JobStep.Copying when IsCopied(job.Job) => new ReportCopied(job.Job),
            JobStep.Committed when IsFinished(job) => new FinishMoves(job.Job),
            _ => null,
        };
    }

    /// <inheritdoc/>
    protected override void OnBegun(DriverCall call)
    {
        JobUnderWay job = known.News!.UnderWay!;
        _begun = (job.Job, job.Step);
    }

    /// <inheritdoc/>
    protected override void OnAnswered(DriverCall call, object answer, long now)
    {
        Succeed();
        (_reported, _againAt) = (_begun, now + Patience);
    }

    private bool IsCopied(long job) => pulls.Any(pull => pull.Job == job) && pulls.All(pull => pull.Job != job || pull.IsCaughtUp);

    private bool IsFinished(JobUnderWay job) =>
        known.Own is { } own
        && own.Configuration > job.Configuration
        && !own.Incoming.Any(move => move.Job == job.Job)
        && !own.Outgoing.Any(move => move.Job == job.Job)
        && job.Transfers.Any(transfer => transfer.From == known.Group || transfer.To == known.Group);
}
