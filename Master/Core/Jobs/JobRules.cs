using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core.Jobs;

/// <summary>What jobs that come from elsewhere have to be like, alone and among the others, to be such as commands make them.</summary>
internal static class JobRules
{
    /// <summary>What it asks for makes sense, and what is known of it fits its step.</summary>
    public static bool IsWellFormed(PlacementJob job) => IsRequestWellFormed(job) && IsStateWellFormed(job);

    /// <summary>Finds the plan of the job under way anew.</summary>
    /// <param name="state">All configurations and well-formed jobs are in it.</param>
    /// <param name="plan">The plan; null when all jobs have ended.</param>
    /// <returns>False: the jobs that have not ended do not fit one another or the configurations.</returns>
    public static bool TryResume(PlacementState state, out JobPlan? plan)
    {
        plan = null;
        if (state.Jobs.FirstOpen is not { } first)
            return true;
        if (!first.Step.IsUnderWay() || state.Jobs.Open.Skip(1).Any(static job => job.Step != JobStep.Waiting) || !AreNumbersFree(state))
            return false;
        Configuration latest = state.History.Latest;
        bool isCommitted = first.Step == JobStep.Committed;
        if (latest.Number == 0 || first.From != (isCommitted ? latest.Number - 1 : latest.Number))
            return false;
        if (isCommitted && latest.Job == first.Number)
            plan = new JobPlan(state.History[first.From], latest);
        else if (!isCommitted && Planner.FindObstacle(first, latest) is null)
            plan = Planner.Plan(first, latest);
        return plan is not null && plan.Moves.Count == first.Moves && AreReportsOf(plan, first);
    }

    private static bool IsRequestWellFormed(PlacementJob job) => job.Kind switch
    {
        JobKind.AddShards => job.Arcs.Count == 0 && job.Group == GroupId.None && AreShardsWellFormed(job.Shards),
        JobKind.RemoveShard => job is { Arcs.Count: 0, Shards.Count: 0 } && job.Group != GroupId.None,
        _ => job is { Arcs.Count: > 0, Shards.Count: 0 } && job.Group != GroupId.None && IsAscending(job.Arcs) && job.Arcs[job.Arcs.Count - 1] < Arc.Count,
    };

    private static bool AreShardsWellFormed(IReadOnlyList<NewShard> shards) =>
        ShardRules.FindBroken(shards) is null && IsAscending(shards.Select(static shard => shard.Group.Number));

    private static bool IsStateWellFormed(PlacementJob job)
    {
        bool isPlanned = job.From != PlacementJob.NotPlanned;
        if ((job.Step == JobStep.Failed) != (job.Reason.Length > 0))
            return false;
        if (job.Step is not (JobStep.Copying or JobStep.Committed) && job.Reported.Count > 0)
            return false;
        return job.Step switch
        {
            JobStep.Waiting or JobStep.Failed => !isPlanned && job.Moves == 0,
            JobStep.Cancelled => isPlanned || job.Moves == 0,
            _ => isPlanned,
        };
    }

    // What is still to be added has numbers that nobody has, had, or is to get from another job.
    private static bool AreNumbersFree(PlacementState state)
    {
        HashSet<GroupId> wanted = [];
        return state.Jobs.Open
            .Where(static job => job.Step != JobStep.Committed)
            .SelectMany(static job => job.Shards)
            .All(shard => state.Groups.Find(shard.Group) is null && wanted.Add(shard.Group));
    }

    private static bool AreReportsOf(JobPlan plan, PlacementJob job) =>
        (job.Step == JobStep.Draining || job.Reported.Count < JobRunner.AwaitedIn(plan, job.Step).Count)
        && IsAscending(job.Reported.Select(static group => group.Number))
        && job.Reported.All(group => JobRunner.AwaitedIn(plan, job.Step).Contains(group));

    private static bool IsAscending(IEnumerable<int> numbers)
    {
        int last = -1;
        foreach (int number in numbers)
        {
            if (number <= last)
                return false;
            last = number;
        }

        return true;
    }
}
