using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>
/// Decides what a group is asked or told next about configurations and jobs, from what is known alone. The group judges whatever it is told, so that a wrong guess costs a refusal and a question.
/// </summary>
internal static class OwnDecision
{
    /// <summary>The next step; null for none.</summary>
    public static DriverCall? Find(Knowledge known)
    {
        if (!known.IsOwnCertain || known.Own is not { } own)
            return new ReadOwn();
        if (own.Incoming.FirstOrDefault(static move => move.State == CopyState.Discarding) is { } discarded)
            return Discard(discarded);
        if (known.News is not { } news)
            return null;
        if (own.UndecidedJob is { } job)
            return Settle(known, own, news, job);

        // There is no way back from a configuration: its moves end before the next one is adopted.
        if (own.Incoming.Count > 0 || own.Outgoing.Count > 0)
            return null;
        if (own.Configuration >= news.Latest)
            return Start(known.Group, own, news.UnderWay);
        return own.Configuration == 0 ? Enter(known, news) : Follow(known, own.Configuration);
    }

    private static Tell Discard(IncomingMoveState move) => new(
        new DiscardCopyCommand(move.Job, move.Source).Encode(), move.Source, $"empty its copy of what comes from {move.Source} by job {move.Job}");

    private static Tell End(long job) => new(new EndMovesCommand(job).Encode(), GroupId.None, $"end job {job}, which came to nothing");

    /// <summary>The next configuration says what became of a job that has begun: it is the one that this job made, or the job came to nothing.</summary>
    private static DriverCall? Settle(Knowledge known, MovesResult own, WatchJobResult news, long job)
    {
        if (own.Configuration >= news.Latest)
            return news.HasPassed(job) ? End(job) : null;
        if (known.Find(own.Configuration + 1) is not { } next)
            return new ReadConfiguration(own.Configuration + 1);
        return next.Job == job ? new Adopt(next) : End(job);
    }

    /// <summary>A group without any configuration looks for the first one that names it. It begins with the one before, which says from whom its arcs come.</summary>
    private static DriverCall? Enter(Knowledge known, WatchJobResult news)
    {
        // Groups never come back: one that gets arcs and is not named yet was never named before.
        if (news.UnderWay is { } job && job.Transfers.Any(transfer => transfer.To == known.Group))
        {
            if (known.Find(job.Configuration) is not { } present)
                return new ReadConfiguration(job.Configuration);
            if (present.Find(known.Group) is null)
                return new Adopt(present);
        }

        long number = known.WithoutGroup + 1;
        if (number > news.Latest)
            return null;
        if (known.Find(number) is not { } first)
            return new ReadConfiguration(number);
        if (number == 1)
            return new Adopt(first);
        return known.Find(number - 1) is { } before ? new Adopt(before) : new ReadConfiguration(number - 1);
    }

    /// <summary>A group goes from one configuration to the next, until one has taken it away: nothing that comes then is about it.</summary>
    private static DriverCall? Follow(Knowledge known, long adopted)
    {
        if (known.Find(adopted + 1) is not { } next)
            return new ReadConfiguration(adopted + 1);
        if (next.Find(known.Group) is not null)
            return new Adopt(next);
        if (known.Find(adopted) is not { } present)
            return new ReadConfiguration(adopted);
        if (present.Find(known.Group) is not null)
            return new Adopt(next);

        // Neither names it. Either it has left by the one that it has, or it has not been named yet and goes on until it is.
        if (known.Find(adopted - 1) is not { } before)
            return new ReadConfiguration(adopted - 1);
        return before.Find(known.Group) is null ? new Adopt(next) : null;
    }

    /// <summary>The job under way begins here when the group takes part in it.</summary>
    private static Tell? Start(GroupId group, MovesResult own, JobUnderWay? job)
    {
        if (job is not { Step: JobStep.Copying or JobStep.Draining } || job.Configuration != own.Configuration || own.LastJob >= job.Job)
            return null;
        ArcTransfer[] transfers = [.. job.Transfers.Where(transfer => transfer.From == group || transfer.To == group)];
        return transfers.Length == 0
            ? null
            : new Tell(new StartMovesCommand(job.Configuration, job.Job, transfers).Encode(), GroupId.None, $"begin job {job.Job}");
    }
}
