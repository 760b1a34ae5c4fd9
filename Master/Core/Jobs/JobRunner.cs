using System.Text;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core.Jobs;

/// <summary>
/// Carries the jobs out, strictly in the order of their numbers: the next one is planned when the one before has ended, from the configuration that is the latest then. So
/// configuration n + 1 is not made before the moves to n have ended. After each call the first job that has not ended is under way.
/// </summary>
/// <param name="state">The state.</param>
internal sealed class JobRunner(PlacementState state)
{
    /// <summary>Does what was judged of a request.</summary>
    public CommandResult Begin(in Judgement judgement)
    {
        if (judgement.Refusal is { } refusal)
            return Reject(refusal);
        if (judgement.Wanted is not { } wanted)
            return Accept(judgement.Known);
        state.Put(wanted);
        BeginNext();
        return Accept(wanted.Number);
    }

    /// <summary>Cancels a job that is not committed.</summary>
    public CommandResult Cancel(long number)
    {
        if (state.Jobs.Find(number) is not { } job)
            return Reject(Reasons.NoJob(number));
        switch (job.Step)
        {
            case JobStep.Cancelled:
                return Accept(number);
            case JobStep.Failed:
                return Reject(Reasons.HasFailed(number));
            case JobStep.Committed or JobStep.Done:
                return Reject(Reasons.TooLate(number, job.From + 1));
            default:
                End(job with { Step = JobStep.Cancelled, Reported = [] });
                return Accept(number);
        }
    }

    /// <summary>Takes a job from one step to the next, if it is in exactly that step.</summary>
    public CommandResult Advance(AdvanceJobCommand command)
    {
        if ((command.From, command.To) is not ((JobStep.Copying, JobStep.Draining) or (JobStep.Draining, JobStep.Committed)))
            return Reject(Reasons.NoStep(command.From, command.To));
        if (state.Jobs.Find(command.Job) is not { } job)
            return Reject(Reasons.NoJob(command.Job));
        if (job.Step != command.From)
            return Accept(command.Job);
        if (command.To == JobStep.Committed)
            Commit(job);
        else
            state.Put(job with { Step = command.To, Reported = [] });
        return Accept(command.Job);
    }

    /// <summary>The groups whose reports take a job further in a step: those that get arcs while they are copied, and all that take part once it is committed.</summary>
    public static IReadOnlyList<GroupId> AwaitedIn(JobPlan plan, JobStep step) => step == JobStep.Copying ? plan.Destinations : plan.Parties;

    /// <summary>Notes that a group has copied nearly all that it gets by a job; with the last one the job goes on to its next step.</summary>
    public CommandResult ReportCopied(ReportCopiedCommand command)
    {
        if (command.Job < 1 || command.Job > state.Jobs.Last)
            return Reject(Reasons.NoJob(command.Job));
        // A report that comes late once more is as good as one that came in time.
        if (state.Jobs.Find(command.Job) is not { Step: JobStep.Waiting or JobStep.Copying } job)
            return Accept(command.Job);
        if (job.Step == JobStep.Waiting || state.Plan is not { } plan)
            return Reject(Reasons.NotBegun(command.Job));
        if (!plan.Destinations.Contains(command.Group))
            return Reject(Reasons.NoPart(command.Job, command.Group));
        if (!job.Reported.Contains(command.Group))
            Note(job, plan, command.Group);
        return Accept(command.Job);
    }

    /// <summary>Notes that a group has ended its part of the moves of a job, and ends the job with the last one.</summary>
    public CommandResult Finish(FinishMovesCommand command)
    {
        if (command.Job < 1 || command.Job > state.Jobs.Last)
            return Reject(Reasons.NoJob(command.Job));
        // A report that comes late once more, of a job that is forgotten by now, is as good as one of a job that is done.
        if (state.Jobs.Find(command.Job) is not { Step: not JobStep.Done } job)
            return Accept(command.Job);
        if (job.Step != JobStep.Committed || state.Plan is not { } plan)
            return Reject(Reasons.NotCommitted(command.Job));
        if (!plan.Parties.Contains(command.Group))
            return Reject(Reasons.NoPart(command.Job, command.Group));
        if (!job.Reported.Contains(command.Group))
            Note(job, plan, command.Group);
        return Accept(command.Job);
    }

    private static CommandResult Reject(string reason) => new(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(reason));

    // A job that is known and not kept any more has ended, and since it is known by what it made, it was not in vain.
    private CommandResult Accept(long job) =>
        new(ReplyStatus.Ok, new JobResult(job, state.Jobs.Find(job)?.Step ?? JobStep.Done, state.History.Latest.Number).Encode());

    private void Note(PlacementJob job, JobPlan plan, GroupId group)
    {
        GroupId[] reported = [.. job.Reported.Append(group).OrderBy(static other => other.Number)];
        if (reported.Length < AwaitedIn(plan, job.Step).Count)
            state.Put(job with { Reported = reported });
        else if (job.Step == JobStep.Copying)
            state.Put(job with { Step = JobStep.Draining, Reported = [] });
        else
            End(job with { Step = JobStep.Done, Reported = [] });
    }

    // Without moves nobody has anything to report.
    private void Commit(PlacementJob job)
    {
        JobPlan plan = state.Plan ?? throw new InvalidOperationException($"job {job.Number} is not under way");
        state.Add(plan.Next);
        if (plan.Moves.Count == 0)
            End(job with { Step = JobStep.Done });
        else
            state.Put(job with { Step = JobStep.Committed });
    }

    private void End(PlacementJob job)
    {
        bool isOfPlan = state.Jobs.FirstOpen?.Number == job.Number;
        state.Put(job);
        if (!isOfPlan)
            return;
        state.Plan = null;
        BeginNext();
    }

    // At most all that wait begin here one after the other: each that moves something stops the loop.
    private void BeginNext()
    {
        while (state.Plan is null && state.Jobs.FirstOpen is { } job)
        {
            if (Planner.FindObstacle(job, state.History.Latest) is { } obstacle)
                state.Put(job with { Step = JobStep.Failed, Reason = obstacle });
            else
                Begin(job);
        }
    }

    private void Begin(PlacementJob job)
    {
        bool isFirst = state.History.Latest.Number == 0;
        state.Plan = Planner.Plan(job, state.History.Latest);
        PlacementJob planned = job with { Step = JobStep.Copying, From = state.History.Latest.Number, Moves = state.Plan.Moves.Count };
        state.Put(planned);
        // Nobody has any arc yet, or none moves: there is nothing to copy and nobody to wait for.
        if (isFirst || state.Plan.Moves.Count == 0)
            Commit(planned);
    }
}
