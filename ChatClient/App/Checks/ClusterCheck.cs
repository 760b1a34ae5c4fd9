using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Checks;

/// <summary>Asks all groups of a cluster, and judges what they say together.</summary>
/// <param name="masters">How to connect to the masters.</param>
internal sealed class ClusterCheck(ClientOptions masters)
{
    // All are kept for ever, and each has to be read alone.
    private const int MostConfigurations = 1000;

    // Jobs may follow one another for as long as people want.
    private const int MostLooks = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    /// <summary>What is wrong with a cluster at rest: no shard serves or holds what is not its own.</summary>
    /// <exception cref="NotAppliedException">The masters do not answer.</exception>
    public static async Task<IReadOnlyList<string>> FindFaultsAsync(ClientOptions masters, CancellationToken cancellation) =>
        [.. (await new ClusterCheck(masters).RunAsync(cancellation)).Where(static line => !line.IsWell).Select(static line => $"{line.What}: {line.Text}")];

    /// <summary>Looks.</summary>
    /// <exception cref="NotAppliedException">The masters do not answer.</exception>
    public async Task<IReadOnlyList<CheckLine>> RunAsync(CancellationToken cancellation)
    {
        await using PlacementClient client = PlacementClient.Start(masters);
        List<CheckLine> lines = [];

        // The job before the shards: what has begun since then is not in what is judged as at rest.
        for (int look = 1; ; look++)
        {
            WatchJobResult before = await client.WatchJobAsync(-1, TimeSpan.Zero, cancellation);
            Configuration latest = Configuration.Decode((await client.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation)).Configuration.Span);
            lines.Clear();
            lines.Add(PlacementCheck.Judge(await ReadAllAsync(client, latest, cancellation)));
            lines.AddRange(await JudgeShardsAsync(new PlacementCheck(latest, before.UnderWay), latest, cancellation));
            if ((await client.WatchJobAsync(-1, TimeSpan.Zero, cancellation)).Position == before.Position)
                break;
            if (look < MostLooks)
                continue;
            lines.Add(new CheckLine("jobs", IsWell: false, "they went on each time while the shards were asked, so that the answers are of different moments: check again later"));
            break;
        }

        foreach ((string name, GroupId group, IReadOnlyList<string> addresses) in await GroupsAsync(client, cancellation))
            lines.Add(ReplicaCheck.Judge(name, await AtRestAsync(group, addresses, cancellation)));
        return lines;
    }

    private static async Task<IReadOnlyList<Configuration>> ReadAllAsync(PlacementClient client, Configuration latest, CancellationToken cancellation)
    {
        List<Configuration> all = [];
        for (long number = Math.Max(0, latest.Number - MostConfigurations + 1); number < latest.Number; number++)
            all.Add(Configuration.Decode((await client.ReadConfigurationAsync(number, cancellation)).Configuration.Span));
        all.Add(latest);
        return all;
    }

    private async Task<IReadOnlyList<CheckLine>> JudgeShardsAsync(PlacementCheck check, Configuration latest, CancellationToken cancellation)
    {
        ShardAnswer[] shards = await Task.WhenAll(latest.Shards.Select(shard => AskAsync(shard, cancellation)));
        return
        [
            check.JudgeJob(),
            .. shards.SelectMany(shard => check.Judge(shard.Group, shard.Arcs, shard.Moves)),
            check.JudgeAll(shards.Select(static shard => shard.Arcs?.Served ?? []), [.. shards.Where(static shard => shard.Arcs is null).Select(static shard => shard.Group)]),
            GateCheck.Judge([.. shards.Where(static shard => shard.Gates is not null).Select(static shard => (shard.Group, shard.Gates!))], TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()),
        ];
    }

    private async Task<ShardAnswer> AskAsync(Shard shard, CancellationToken cancellation)
    {
        await using ShardClient client = ShardClient.Start(masters with { Endpoints = shard.Addresses, Group = shard.Group, RequestTimeout = _patience });
        try
        {
            return new ShardAnswer(shard.Group, await client.ReadArcsAsync(cancellation), await client.ReadMovesAsync(cancellation), await client.ReadGatesAsync(default, cancellation));
        }
        catch (Exception exception) when (exception is NotAppliedException or RejectedException)
        {
            return new ShardAnswer(shard.Group, null, null, null);
        }
    }

    private async Task<IReadOnlyList<(string Name, GroupId Group, IReadOnlyList<string> Addresses)>> GroupsAsync(PlacementClient client, CancellationToken cancellation)
    {
        Configuration latest = Configuration.Decode((await client.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation)).Configuration.Span);
        return [(ClusterFiles.NameOf(GroupId.Masters), GroupId.None, masters.Endpoints), .. latest.Shards.Select(static shard => (ClusterFiles.NameOf(shard.Group), shard.Group, shard.Addresses))];
    }

    private static async Task<GroupReport> AtRestAsync(GroupId group, IReadOnlyList<string> addresses, CancellationToken cancellation)
    {
        long end = Environment.TickCount64 + (long)_rest.TotalMilliseconds;
        while (true)
        {
            GroupReport report = await GroupReport.AskAsync(addresses, group, _patience, cancellation);
            if (ReplicaCheck.IsAtRest(report) || Environment.TickCount64 > end)
                return report;
            await Task.Delay(_look, cancellation);
        }
    }

    /// <summary>What a shard tells of itself; nothing when it does not answer.</summary>
    private sealed record ShardAnswer(GroupId Group, ArcsResult? Arcs, MovesResult? Moves, GatesResult? Gates);
}
