using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Replica.Sharding;

/// <summary>The own group, by the client library: what it is told goes through its log like the request of any client, exactly once (rule 9).</summary>
/// <param name="client">A client with the addresses of its replicas; disposed of with this.</param>
internal sealed class OwnGroup(PlacementClient client) : IShardGroup, IAsyncDisposable
{
    /// <inheritdoc/>
    public async Task<long> ReadAdoptedAsync(CancellationToken cancellation) => (await client.ReadArcsAsync(cancellation)).Configuration;

    /// <inheritdoc/>
    public async Task<long> AdoptAsync(Configuration next, CancellationToken cancellation) =>
        (await client.AdoptConfigurationAsync(next.Encode(), cancellation)).Number;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => client.DisposeAsync();
}
