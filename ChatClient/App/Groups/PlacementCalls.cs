using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>
/// Single calls to the masters and to the groups of shards, each with a connection of its own. All of them are linearizable: they pass only once a primary has decided something in
/// its own view.
/// </summary>
internal static class PlacementCalls
{
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
}
