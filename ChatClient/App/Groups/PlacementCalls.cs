using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>
/// Single calls to the masters and to the groups of shards, each with a connection of its own. All of them are linearizable: they pass only once a primary has decided something in
/// its own view.
/// </summary>
internal static class PlacementCalls
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The latest configuration.</summary>
    /// <param name="masters">How to connect to the masters.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public static async Task<Configuration> ReadLatestAsync(ClientOptions masters, CancellationToken cancellation)
    {
        await using PlacementClient client = PlacementClient.Start(masters);
        ConfigurationResult result = await client.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation);
        return Configuration.Decode(result.Configuration.Span);
    }

    /// <summary>The latest configuration, from addresses of which it is not known yet that the masters are there.</summary>
    /// <param name="masters">How to connect.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ReportedException">Another group answers there.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public static async Task<Configuration> FindLatestAsync(ClientOptions masters, CancellationToken cancellation)
    {
        // Asked first, because a group that has no masters would only not answer.
        GroupReport report = await GroupReport.AskAsync(masters.Endpoints, masters.Group, _patience, cancellation);
        if (report.Group != GroupId.None && report.Group != GroupId.Masters)
            throw new ReportedException(ErrorKinds.NoShards, $"{report.Group} answers at {string.Join(',', masters.Endpoints)}");
        return await ReadLatestAsync(masters, cancellation);
    }

    /// <summary>All jobs that are left, ascending by number.</summary>
    /// <param name="masters">How to connect to the masters.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public static async Task<IReadOnlyList<PlacementJob>> ReadJobsAsync(ClientOptions masters, CancellationToken cancellation)
    {
        await using PlacementClient client = PlacementClient.Start(masters);
        List<PlacementJob> jobs = [];
        while (true)
        {
            long next = jobs.Count == 0 ? 0 : jobs[^1].Number + 1;
            JobsResult page = await client.JobsAsync(next, PlacementLimits.JobsPerPage, cancellation);
            jobs.AddRange(page.Jobs);
            if (page.Jobs.Count == 0 || page.Jobs[^1].Number >= page.Last)
                return jobs;
        }
    }

    /// <summary>Asks the masters to add shards. Those that are there already, exactly so, are not added again.</summary>
    /// <param name="masters">How to connect to the masters.</param>
    /// <param name="shards">The shards, at most <see cref="PlacementLimits.ShardsPerCommand"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">They cannot be added; the message says why.</exception>
    /// <exception cref="NotAppliedException">The masters took no copy in time.</exception>
    /// <exception cref="OutcomeUnknownException">No answer in time; the same again is safe.</exception>
    public static async Task<JobResult> AddShardsAsync(ClientOptions masters, IReadOnlyList<NewShard> shards, CancellationToken cancellation)
    {
        await using PlacementClient client = PlacementClient.Start(masters);
        return await client.AddShardsAsync(shards, cancellation);
    }

    /// <summary>What a shard has adopted, and which arcs it serves.</summary>
    /// <param name="shard">How to connect to its replicas.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public static async Task<ArcsResult> ReadArcsAsync(ClientOptions shard, CancellationToken cancellation)
    {
        await using ShardClient client = ShardClient.Start(shard);
        return await client.ReadArcsAsync(cancellation);
    }

    /// <summary>How much is in some arcs of a shard.</summary>
    /// <param name="shard">How to connect to its replicas.</param>
    /// <param name="arcs">The numbers of the arcs, ascending.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    /// <exception cref="RejectedException">It is no shard.</exception>
    public static async Task<ArcsMeasure> MeasureArcsAsync(ClientOptions shard, IReadOnlyList<int> arcs, CancellationToken cancellation)
    {
        await using ShardClient client = ShardClient.Start(shard);
        return await client.MeasureArcsAsync(arcs, cancellation);
    }
}
