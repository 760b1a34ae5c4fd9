using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Replica.Sharding;

/// <summary>Where configurations come from: the masters. Calls end with what <see cref="PaxosShard.Client.PlacementClient"/> throws.</summary>
internal interface IConfigurationSource
{
    /// <summary>Waits until there is a configuration above a number, or for a while.</summary>
    /// <param name="above">The number.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The number of the latest one.</returns>
    Task<long> WaitAsync(long above, CancellationToken cancellation);

    /// <summary>Reads a configuration by its number.</summary>
    Task<Configuration> ReadAsync(long number, CancellationToken cancellation);
}
