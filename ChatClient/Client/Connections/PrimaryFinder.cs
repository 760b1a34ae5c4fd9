using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>Finds out who leads a group, by asking every known address at once (asking changes nothing there: rule 6).</summary>
/// <param name="options">Time-outs and pauses.</param>
/// <param name="addresses">Whom to ask; grows by what is answered.</param>
internal sealed class PrimaryFinder(ClientOptions options, AddressBook addresses)
{
    private readonly Lock _gate = new();
    private Guid _cluster = options.Cluster;

    /// <summary>Asks until one leads in a view that is high enough.</summary>
    /// <param name="atLeast">The lowest view of interest, asked for with every answer; in a lower one leads an old primary that does not know it yet.</param>
    /// <param name="isIdle">Nothing waits for the answer: the pauses may be long.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>A connection to it.</returns>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    public async Task<ReplicaConnection> FindAsync(Func<View> atLeast, Func<bool> isIdle, CancellationToken cancellation)
    {
        Guid cluster;
        lock (_gate)
            cluster = _cluster;
        PrimarySearch search = new(options, addresses, cluster, atLeast, isIdle);
        ReplicaConnection found = await search.RunAsync(cancellation);
        lock (_gate)
        {
            // From the first primary on only replicas of its cluster will do.
            if (_cluster == Guid.Empty)
                _cluster = found.Peer.Cluster;
        }
        return found;
    }
}
