using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>What is left of an addition that came to nothing. Pure.</summary>
internal static class VainAddition
{
    /// <summary>
    /// Nobody wants the replicas that were started for a shard: neither does the configuration name them, nor does a job add them. It has to be asked, because whoever hears late that a
    /// job was cancelled may hear it after another job has added the same shard.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="addresses">Where its replicas on this machine listen; none when they were never started.</param>
    /// <param name="jobs">The jobs, read before the configuration: a job that is committed in between is found in that.</param>
    /// <param name="latest">The latest configuration.</param>
    public static bool IsLeftOver(GroupId shard, IReadOnlyList<string> addresses, IReadOnlyList<PlacementJob> jobs, Configuration latest)
    {
        IEnumerable<string> named = latest.Find(shard)?.Addresses ?? [];
        IEnumerable<string> added = jobs
            .Where(static job => !job.Step.IsEnd())
            .SelectMany(static job => job.Shards)
            .Where(other => other.Group == shard)
            .SelectMany(static other => other.Addresses);
        return !named.Concat(added).Intersect(addresses, StringComparer.Ordinal).Any();
    }
}
