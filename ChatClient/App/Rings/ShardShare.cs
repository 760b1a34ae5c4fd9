using System.Globalization;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Rings;

/// <summary>How much of the ring a shard has, and how it is drawn.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Arcs">How many arcs are its own.</param>
/// <param name="Look">How it is drawn.</param>
internal sealed record ShardShare(Shard Shard, int Arcs, ShardLook Look)
{
    /// <summary>Its part of the arcs, 0 to 1.</summary>
    public double Share => (double)Arcs / Arc.Count;

    /// <summary>The same for people.</summary>
    public string ShareText => (100 * Share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>The shards of a configuration, ascending by group.</summary>
    public static IReadOnlyList<ShardShare> AllOf(Configuration configuration)
    {
        Dictionary<GroupId, int> arcs = [];
        foreach (ArcRun run in ArcRun.AllOf(configuration))
            arcs[run.Owner] = arcs.GetValueOrDefault(run.Owner) + run.Count;
        return [.. configuration.Shards.Select((shard, place) => new ShardShare(shard, arcs.GetValueOrDefault(shard.Group), ShardLook.Of(place)))];
    }
}
