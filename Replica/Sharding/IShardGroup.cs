using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Replica.Sharding;

/// <summary>The group that is told of configurations: the own one. Calls end with what <see cref="PaxosShard.Client.PlacementClient"/> throws.</summary>
internal interface IShardGroup
{
    /// <summary>The number of the configuration that it has adopted; 0 for none.</summary>
    Task<long> ReadAdoptedAsync(CancellationToken cancellation);

    /// <summary>Tells it to go on to a configuration; what it has already it takes again without effect.</summary>
    /// <param name="next">The configuration.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The number of the one that it has then.</returns>
    Task<long> AdoptAsync(Configuration next, CancellationToken cancellation);
}
