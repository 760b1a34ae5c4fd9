using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core.Jobs;

/// <summary>
/// Works out what a job does to a configuration. It is asked twice: when the job is wanted, so that what cannot be done is refused at once, and when its turn comes, because the
/// jobs before it have changed the configuration since.
/// </summary>
internal static class Planner
{
    /// <summary>Why a job cannot be done, as a reason; null when it can.</summary>
    /// <param name="job">The job; what it asks for makes sense in itself.</param>
    /// <param name="now">The configuration that it would go from.</param>
    public static string? FindObstacle(PlacementJob job, Configuration now) => job.Kind switch
    {
        JobKind.AddShards => FindObstacleToAdding(job, now),
        JobKind.RemoveShard => FindObstacleToRemoving(job, now),
        _ => FindObstacleToMoving(job, now),
    };

    /// <summary>The plan of a job for which there is no obstacle.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">The configuration that it goes from.</param>
    public static JobPlan Plan(PlacementJob job, Configuration now) => new(now, job.Kind switch
    {
        JobKind.AddShards => WithShards(job, now),
        JobKind.RemoveShard => now.Next(job.Number, [.. now.Shards.Where(shard => shard.Group != job.Group)], [.. Assignment.ForLeave(now, job.Group)]),
        _ => now.Next(job.Number, [.. now.Shards], [.. Assignment.ForMove(now, [.. job.Arcs.Select(static arc => new Arc(arc))], job.Group)]),
    });

    private static string? FindObstacleToAdding(PlacementJob job, Configuration now)
    {
        foreach (NewShard shard in job.Shards)
        {
            if (now.Find(shard.Group) is not null)
                return Reasons.IsOther(shard.Group);
        }

        return now.Shards.Count + job.Shards.Count > Configuration.MostShards ? Reasons.ShardsFull : null;
    }

    private static string? FindObstacleToRemoving(PlacementJob job, Configuration now)
    {
        if (now.Find(job.Group) is null)
            return Reasons.NoShard(job.Group);
        return now.Shards.Count == 1 ? Reasons.LastShard(job.Group) : null;
    }

    private static string? FindObstacleToMoving(PlacementJob job, Configuration now)
    {
        if (now.Find(job.Group) is null)
            return Reasons.NoShard(job.Group);
        foreach (int arc in job.Arcs)
        {
            if (now.OwnerOf(new Arc(arc)) == job.Group)
                return Reasons.IsThere(new Arc(arc), job.Group);
        }

        return null;
    }

    // Shards that join together join one after the other. The order makes no difference: an arc goes to the joiner whose point is first for it among all points, or stays.
    private static Configuration WithShards(PlacementJob job, Configuration now)
    {
        Shard[] joiners = [.. job.Shards.Select(ShardRules.ToShard)];
        if (now.Shards.Count == 0)
            return now.Next(job.Number, [.. joiners], [.. Assignment.First(joiners)]);
        Configuration next = now;
        foreach (Shard joiner in joiners)
            next = next.Next(job.Number, [.. next.Shards.Append(joiner).OrderBy(static shard => shard.Group.Number)], [.. Assignment.ForJoin(next, joiner)]);
        return joiners.Length == 1 ? next : now.Next(job.Number, [.. next.Shards], [.. now.MovesTo(next)]);
    }
}
