using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>What can be done to the shards behind the demo of ordered sessions.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="photos">The shard of the photos.</param>
/// <param name="timelines">The shard of the timelines.</param>
internal sealed class OrderedDemoCommands(DemoCluster cluster, GroupId photos, GroupId timelines) : DemoCommands(_all, cluster.Shell)
{
    private static readonly Entry[] _all =
    [
        new("\\kill primary", "kill the primary of the shard that has the photos, as kill -9 does"),
        new("\\kill timelines", "kill the primary of the shard that has the timelines"),
        new("\\restart", "start what is down"),
        new("\\status", "are they well? The replicas of both shards, their roles and slots"),
        new("\\help", "this list; /quit ends the demo"),
    ];

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>?> FindAsync(string[] words, DemoCall call, CancellationToken cancellation) => words switch
    {
        ["\\kill", "primary"] => [await ControlOf(photos).KillPrimaryAsync(cancellation)],
        ["\\kill", "timelines"] => [await ControlOf(timelines).KillPrimaryAsync(cancellation)],
        ["\\kill", ..] => ["\\kill primary, or \\kill timelines"],
        ["\\restart"] => await RestartAsync(cancellation),
        ["\\status"] => [.. await DescribeAsync(photos, cancellation), .. await DescribeAsync(timelines, cancellation)],
        _ => null,
    };

    private GroupControl ControlOf(GroupId group) => new(cluster.GroupOf(group), $"{ClusterFiles.NameOf(group)}/");

    private async Task<IReadOnlyList<string>> RestartAsync(CancellationToken cancellation)
    {
        await cluster.RestartAsync(cancellation);
        return ["all replicas run"];
    }

    private async Task<IEnumerable<string>> DescribeAsync(GroupId group, CancellationToken cancellation) =>
        ControlOf(group).Describe(await cluster.GroupOf(group).AskAsync(cancellation));
}
