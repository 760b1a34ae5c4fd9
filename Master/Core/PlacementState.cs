using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Master.Core.Histories;
using PaxosShard.Master.Core.Jobs;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core;

/// <summary>Everything that the commands build. Each change passes through here and is folded into the hash.</summary>
internal sealed class PlacementState
{
    /// <summary>All configurations.</summary>
    public ConfigurationHistory History { get; } = new();

    /// <summary>The groups that ever were shards.</summary>
    public GroupLives Groups { get; } = new();

    /// <summary>The jobs.</summary>
    public JobList Jobs { get; } = new();

    /// <summary>What the job under way does; null when there is none. It follows from the job and the configurations.</summary>
    public JobPlan? Plan { get; set; }

    /// <summary>Rolling hash over all changes.</summary>
    public ulong Hash { get; set; }

    /// <summary>A configuration was made since somebody looked.</summary>
    public bool IsTouched { get; set; }

    /// <summary>How far all jobs are together, as <see cref="WatchJobResult"/> has it. It only grows: jobs are carried out in the order of their numbers, and steps follow one another.</summary>
    public long Position => Jobs.FirstOpen is { } job
        ? (WatchJobResult.PositionsPerJob * job.Number) + (long)job.Step
        : WatchJobResult.PositionsPerJob * (Jobs.Last + 1);

    /// <summary>Bytes of everything.</summary>
    public long Bytes => History.Bytes + Groups.Bytes + Jobs.Bytes;

    /// <summary>Nothing has ever changed.</summary>
    public bool IsEmpty => Hash == 0 && Jobs.Count == 0 && History.Latest.Number == 0;

    /// <summary>Takes a job, or puts one further.</summary>
    public void Put(PlacementJob job)
    {
        Jobs.Put(job);
        Hash = StableHash64.Combine(Hash, StableHash64.Of(job.Encode()));
    }

    /// <summary>Makes the next configuration the latest one.</summary>
    /// <exception cref="InvalidOperationException">It has a shard whose number was used before; it should not have been planned.</exception>
    public void Add(Configuration next)
    {
        if (!Groups.TryFollow(History.Latest, next))
            throw new InvalidOperationException($"configuration {next.Number} has a shard whose number was used before");
        History.Add(next);
        Hash = StableHash64.Combine(Hash, next.Hash);
        IsTouched = true;
    }
}
