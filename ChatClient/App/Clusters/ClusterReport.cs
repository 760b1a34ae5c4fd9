using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>What the groups of a cluster say together.</summary>
/// <param name="Configuration">The latest configuration; null when the masters do not tell.</param>
/// <param name="Masters">The replicas of the masters.</param>
/// <param name="Shards">The shards, ascending by group.</param>
internal sealed record ClusterReport(Configuration? Configuration, GroupReport Masters, IReadOnlyList<ShardReport> Shards)
{
    /// <summary>A write would commit in every group.</summary>
    public bool Serves => Masters.Serves && Configuration is not null && Shards.All(static shard => shard.Report.Serves);

    /// <summary>A master with a gateway told what its gateway has under way.</summary>
    public bool HasGateways => GatewayRequests.Any();

    private IEnumerable<ShardRequests> GatewayRequests => Masters.Replicas.SelectMany(static replica => replica.Status?.Status.Requests ?? []);

    /// <summary>Requests that the gateways of all masters that answer have under way for what a shard owns; of <see cref="GroupId.None"/> those that nobody owns.</summary>
    public long RequestsUnderWay(GroupId shard) => GatewayRequests.Where(requests => requests.Shard == shard).Sum(static requests => (long)requests.UnderWay);

    /// <summary>Asks all groups of a cluster: those that the latest configuration names, and those that are known from its directory.</summary>
    /// <param name="masters">What the masters said of themselves.</param>
    /// <param name="options">How to connect to the masters.</param>
    /// <param name="files">The cluster's directory; null when only addresses are known.</param>
    /// <param name="patience">How long to wait for each replica, and for each group.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ClusterReport> AskAsync(GroupReport masters, ClientOptions options, ClusterFiles? files, TimeSpan patience, CancellationToken cancellation)
    {
        ClientOptions quick = options with { RequestTimeout = patience };
        Configuration? latest = await AnswerOrNullAsync(() => PlacementCalls.ReadLatestAsync(quick, cancellation));
        SortedDictionary<int, IReadOnlyList<string>> addresses = [];
        foreach (GroupId group in (files is null ? null : ClusterState.Read(files.Root))?.Shards ?? [])
        {
            if (GroupState.Read(files!.Of(group).Root) is { Addresses.Count: > 0 } known)
                addresses[group.Number] = known.Addresses;
        }

        foreach (Shard shard in latest?.Shards ?? [])
            addresses[shard.Group.Number] = shard.Addresses;
        ShardReport[] shards = await Task.WhenAll(addresses.Select(shard => AskShardAsync(new GroupId(shard.Key), quick with { Endpoints = shard.Value, Group = new GroupId(shard.Key) }, cancellation)));
        return new ClusterReport(latest, masters, shards);
    }

    private static async Task<ShardReport> AskShardAsync(GroupId group, ClientOptions options, CancellationToken cancellation)
    {
        GroupReport report = (await GroupReport.AskAsync(options.Endpoints, group, options.RequestTimeout, cancellation)) with { Places = options.Endpoints.Count };
        ArcsResult? arcs = report.Serves ? await AnswerOrNullAsync(() => PlacementCalls.ReadArcsAsync(options, cancellation)) : null;
        return new ShardReport(group, report, arcs);
    }

    private static async Task<T?> AnswerOrNullAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (NotAppliedException)
        {
            return null;
        }
    }
}

/// <summary>What a shard says.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Report">Its replicas.</param>
/// <param name="Arcs">What it has adopted and which arcs it serves; null when it does not tell.</param>
internal sealed record ShardReport(GroupId Group, GroupReport Report, ArcsResult? Arcs);
