using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// The replicas that were met, with the data directory and the start of it that each came with. What is new is made
/// durable before it counts, so that a replica that was emptied or restored from an older copy is still known after a
/// restart of this one. Any thread.
/// </summary>
/// <param name="identity">What the disk remembers.</param>
/// <param name="remember">Makes a sighting durable; the task ends when it is.</param>
internal sealed class PeerBook(ReplicaIdentity identity, Func<ReplicaId, PeerSighting, Task> remember)
{
    private readonly Lock _gate = new();
    private readonly PeerSighting[] _seen =
        [.. Enumerable.Range(0, identity.ReplicaCount).Select(index => identity.Peer(new ReplicaId(index)))];

    /// <summary>What is remembered of the replica in this place; the default when it was never met, or there is no such place.</summary>
    public PeerSighting Find(ReplicaId replica)
    {
        lock (_gate)
            return replica.Index >= 0 && replica.Index < _seen.Length ? _seen[replica.Index] : default;
    }

    /// <summary>Remembers the sender of a hello that was checked. Of two starts the higher one stays.</summary>
    public async Task RememberAsync(Hello hello)
    {
        PeerSighting sighting = new(hello.Identity, hello.Incarnation);
        if (Find(hello.Replica) == sighting)
            return;
        await remember(hello.Replica, sighting);
        lock (_gate)
        {
            if (_seen[hello.Replica.Index].Incarnation < sighting.Incarnation)
                _seen[hello.Replica.Index] = sighting;
        }
    }
}
