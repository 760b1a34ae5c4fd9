using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.App;

/// <summary>Where a replica belongs: to a group that serves everything by itself, or to one of the shards of a cluster with masters.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Masters">Where the masters listen; none when there are none.</param>
internal sealed record ShardPlace(GroupId Group, IReadOnlyList<string> Masters)
{
    /// <summary>The group is a shard.</summary>
    public bool IsShard => Masters.Count > 0;

    /// <summary>What its machine is told: the group when it is a shard, and none when it serves everything.</summary>
    public GroupId ShardGroup => IsShard ? Group : GroupId.None;

    /// <summary>Brings the configurations of the masters to the group, and arcs from group to group, for as long as a replica runs.</summary>
    /// <param name="host">The replica.</param>
    /// <param name="stopping">Ends it at once.</param>
    public IAsyncDisposable Follow(ReplicaHost host, CancellationToken stopping)
    {
        ShardAgentOptions options = new() { Group = Group, Cluster = host.Cluster, Masters = Masters, Members = host.Members.Addresses };
        options.Validate();
        return WhilePrimary.Start(
            $"the moves of {Group}",
            () => host.IsServing,
            async ending =>
            {
                using ShardAgent agent = new(options, () => host.IsServing);
                await agent.RunAsync(ending);
            },
            stopping);
    }
}
