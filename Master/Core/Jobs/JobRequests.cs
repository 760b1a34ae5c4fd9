using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core.Jobs;

/// <summary>
/// Judges what is requested. A request that a job fulfils already makes no second one, so that whoever does not know what became of it may ask again, whether either of them is a barrier or not; what cannot be fulfilled, as
/// the configuration is now, is refused with a reason.
/// </summary>
/// <param name="state">The state; nothing of it changes.</param>
/// <param name="bounds">What the state may hold.</param>
internal sealed class JobRequests(PlacementState state, PlacementBounds bounds)
{
    private Configuration Latest => state.History.Latest;

    /// <summary>Judges a request for shards. Those that are there, or on their way, are left out of the job.</summary>
    public Judgement Judge(AddShardsCommand command)
    {
        if (ShardRules.FindBroken(command.Shards) is { } broken)
            return Judgement.Refuse(broken);
        long known = 0;
        List<NewShard> missing = [];
        foreach (NewShard shard in command.Shards.OrderBy(static shard => shard.Group.Number))
        {
            (long job, string? refusal) = FindAdded(ShardRules.ToShard(shard));
            if (refusal is not null)
                return Judgement.Refuse(refusal);
            if (job == 0)
                missing.Add(shard);
            known = Math.Max(known, job);
        }

        return missing.Count == 0
            ? Judgement.Repeat(known)
            : JudgeNew(new PlacementJob(state.Jobs.Last + 1, JobKind.AddShards, JobStep.Waiting) { IsBarrier = command.IsBarrier, Shards = missing });
    }

    /// <summary>Judges a request that a shard leaves.</summary>
    public Judgement Judge(RemoveShardCommand command)
    {
        if (FindRemoving(command.Group) is { } removing)
            return Judgement.Repeat(removing.Number);
        return FindAbsence(command.Group) is { } absence
            ? Judgement.Refuse(absence)
            : JudgeNew(new PlacementJob(state.Jobs.Last + 1, JobKind.RemoveShard, JobStep.Waiting) { IsBarrier = command.IsBarrier, Group = command.Group });
    }

    /// <summary>Judges a request that arcs move.</summary>
    public Judgement Judge(MoveArcsCommand command)
    {
        if (command.Arcs.Count == 0)
            return Judgement.Refuse(Reasons.NoArcs);
        int[] arcs = [.. command.Arcs.Distinct().Order()];
        if (arcs[^1] >= Arc.Count)
            return Judgement.Refuse(Reasons.NoSuchArc(arcs[^1]));
        PlacementJob? same = state.Jobs.Open.FirstOrDefault(job => job.Kind == JobKind.MoveArcs && job.Group == command.To && job.Arcs.SequenceEqual(arcs));
        if (same is not null)
            return Judgement.Repeat(same.Number);
        if (FindAbsence(command.To) is { } absence)
            return Judgement.Refuse(absence);
        return FindRemoving(command.To) is { } removing
            ? Judgement.Refuse(Reasons.BeingRemoved(command.To, removing.Number))
            : JudgeNew(new PlacementJob(state.Jobs.Last + 1, JobKind.MoveArcs, JobStep.Waiting) { IsBarrier = command.IsBarrier, Group = command.To, Arcs = arcs });
    }

    // The bounds are looked at last: what is known already is answered also when nothing more is taken.
    private Judgement JudgeNew(PlacementJob job)
    {
        if (Planner.FindObstacle(job, Latest) is { } obstacle)
            return Judgement.Refuse(obstacle);
        if (state.Jobs.Open.Count(static open => open.Step == JobStep.Waiting) >= JobList.MostWaiting)
            return Judgement.Refuse(Reasons.JobsFull);
        if (Latest.Number + state.Jobs.Open.Count(static open => open.Step != JobStep.Committed) >= bounds.Configurations)
            return Judgement.Refuse(Reasons.ConfigurationsFull(bounds.Configurations));
        return state.Bytes + ((state.Jobs.OpenCount + 1) * PlacementBounds.BytesPerOpenJob) > bounds.StateBytes ? Judgement.Refuse(Reasons.StateFull) : Judgement.Take(job);
    }

    // The job that added a shard or is about to; 0 for none.
    private (long Job, string? Refusal) FindAdded(Shard shard)
    {
        if (state.Groups.Find(shard.Group) is { IsRemoved: true } gone)
            return (0, Reasons.Removed(shard.Group, gone.RemovedBy));
        if (FindRemoving(shard.Group) is { } removing)
            return (0, Reasons.BeingRemoved(shard.Group, removing.Number));
        if (state.Groups.Find(shard.Group) is { } life)
            return shard.Equals(Latest.Find(shard.Group)) ? (life.AddedBy, null) : (0, Reasons.IsOther(shard.Group));
        if (FindAdding(shard.Group) is not { } adding)
            return (0, null);
        bool isSame = adding.Shards.Any(other => ShardRules.ToShard(other).Equals(shard));
        return isSame ? (adding.Number, null) : (0, Reasons.AddedAsOther(shard.Group, adding.Number));
    }

    // Why a group is no shard now; null when it is one.
    private string? FindAbsence(GroupId group)
    {
        if (Latest.Find(group) is not null)
            return null;
        if (state.Groups.Find(group) is { } life)
            return Reasons.Removed(group, life.RemovedBy);
        return FindAdding(group) is { } adding ? Reasons.BeingAdded(group, adding.Number) : Reasons.NoShard(group);
    }

    private PlacementJob? FindAdding(GroupId group) =>
        state.Jobs.Open.FirstOrDefault(job => job.Kind == JobKind.AddShards && job.Shards.Any(shard => shard.Group == group));

    private PlacementJob? FindRemoving(GroupId group) => state.Jobs.Open.FirstOrDefault(job => job.Kind == JobKind.RemoveShard && job.Group == group);
}
