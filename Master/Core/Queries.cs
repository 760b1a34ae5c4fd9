using System.Text;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core;

/// <summary>Decodes queries that come from outside and answers them from the state. Total: nothing that a client sends makes it throw.</summary>
internal static class Queries
{
    /// <summary>The answer to what is no query.</summary>
    public static CommandResult Malformed => new(ReplyStatus.Malformed, Encoding.UTF8.GetBytes(Reasons.UnknownQuery));

    /// <summary>Answers with a configuration or a page of jobs; anything else is malformed.</summary>
    public static CommandResult Read(PlacementState state, ReadOnlySpan<byte> query)
    {
        try
        {
            return KindOf(query) switch
            {
                PlacementCommandKind.ReadConfiguration => ReadConfiguration(state, ReadConfigurationQuery.Decode(query)),
                PlacementCommandKind.ReadJobs => ReadJobs(state, ReadJobsQuery.Decode(query)),
                _ => Malformed,
            };
        }
        catch (WireFormatException)
        {
            return Malformed;
        }
    }

    /// <summary>Decodes a wait, for the next configuration or for the next step of a job; false when the bytes are none.</summary>
    public static bool TryReadWait(ReadOnlySpan<byte> query, out Wait wait)
    {
        wait = default;
        try
        {
            switch (KindOf(query))
            {
                case PlacementCommandKind.WatchConfiguration:
                    WatchConfigurationQuery configurations = WatchConfigurationQuery.Decode(query);
                    wait = new Wait(WatchConfigurationQuery.Topic, configurations.Above, configurations.WaitMilliseconds);
                    return true;
                case PlacementCommandKind.WatchJob:
                    WatchJobQuery jobs = WatchJobQuery.Decode(query);
                    wait = new Wait(WatchJobQuery.Topic, jobs.Above, jobs.WaitMilliseconds);
                    return true;
                default:
                    return false;
            }
        }
        catch (WireFormatException)
        {
            return false;
        }
    }

    /// <summary>Answers a wait for which there is something newer; null when it has to wait.</summary>
    public static CommandResult? TryAnswer(PlacementState state, in Wait wait)
    {
        if (IsForJobs(in wait))
            return state.Position > wait.Position ? AnswerJobs(state) : null;
        return state.History.Latest.Number > wait.Position ? Answer(state, state.History.Latest) : null;
    }

    /// <summary>Answers a wait whose time is over.</summary>
    public static CommandResult AnswerExpired(PlacementState state, in Wait wait) =>
        IsForJobs(in wait) ? AnswerJobs(state) : new(ReplyStatus.Ok, new ConfigurationResult(state.History.Latest.Number, default).Encode());

    private static bool IsForJobs(in Wait wait) => string.Equals(wait.Topic, WatchJobQuery.Topic, StringComparison.Ordinal);

    private static CommandResult AnswerJobs(PlacementState state)
    {
        JobUnderWay? underWay = state is { Plan: { } plan, Jobs.FirstOpen: { } job }
            ? new JobUnderWay(job.Number, job.Kind, job.Step, job.From, plan.Transfers, job.Reported) { IsBarrier = job.IsBarrier }
            : null;
        return new CommandResult(ReplyStatus.Ok, new WatchJobResult(state.Position, state.History.Latest.Number, underWay).Encode());
    }

    private static PlacementCommandKind KindOf(ReadOnlySpan<byte> query) => query.IsEmpty ? default : (PlacementCommandKind)query[0];

    private static CommandResult Answer(PlacementState state, Configuration configuration) =>
        new(ReplyStatus.Ok, new ConfigurationResult(state.History.Latest.Number, configuration.Encode()).Encode());

    private static CommandResult ReadConfiguration(PlacementState state, ReadConfigurationQuery query)
    {
        long latest = state.History.Latest.Number;
        if (query.Number > latest)
            return new CommandResult(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(Reasons.NoConfiguration(query.Number, latest)));
        return Answer(state, state.History[query.Number == ReadConfigurationQuery.Latest ? latest : query.Number]);
    }

    private static CommandResult ReadJobs(PlacementState state, ReadJobsQuery query)
    {
        List<PlacementJob> page = [];
        int bytes = JobsResult.HeaderSize;
        foreach (PlacementJob job in state.Jobs.From(query.From).Take(Math.Clamp(query.MaximumCount, 0, PlacementLimits.JobsPerPage)))
        {
            bytes += job.EncodedSize();
            if (bytes > Limits.Result)
                break;
            page.Add(job);
        }

        return new CommandResult(ReplyStatus.Ok, new JobsResult(state.Jobs.First, state.Jobs.Last, page).Encode());
    }
}
