using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.App;

/// <summary>Where the replicas of a process belong: to groups that serve everything by themselves, or to shards of a cluster with masters.</summary>
/// <param name="Groups">Their groups.</param>
/// <param name="Masters">Where the masters listen; none when there are none.</param>
internal sealed record ShardPlace(IReadOnlyList<GroupId> Groups, IReadOnlyList<string> Masters)
{
    /// <summary>The groups are shards.</summary>
    public bool IsShard => Masters.Count > 0;

    /// <summary>What the machine of a group is told: the group when it is a shard, and none when it serves everything.</summary>
    public GroupId ShardOf(GroupId group) => IsShard ? group : GroupId.None;

    /// <summary>Brings the configurations of the masters to the group, and arcs from group to group, for as long as a replica runs.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="stopping">Ends it at once.</param>
    public IAsyncDisposable Follow(HostedReplica replica, CancellationToken stopping)
    {
        ShardAgentOptions options = new() { Group = replica.Group, Cluster = replica.Cluster, Masters = Masters, Members = replica.Members.Addresses };
        options.Validate();
        return WhilePrimary.Start(
            $"the moves of {replica.Group}",
            () => replica.IsServing,
            async ending =>
            {
                using ShardAgent agent = new(options, () => replica.IsServing);
                await agent.RunAsync(ending);
            },
            stopping);
    }
}
