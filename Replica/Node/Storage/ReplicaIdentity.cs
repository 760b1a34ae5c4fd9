using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>Who a data directory belongs to. All but <see cref="Incarnation"/> and <see cref="Peers"/> is fixed when it is created.</summary>
public sealed record ReplicaIdentity
{
    /// <summary>The cluster.</summary>
    public required Guid Cluster { get; init; }

    /// <summary>The group within it.</summary>
    public required int Group { get; init; }

    /// <summary>The replica's place in the group.</summary>
    public required ReplicaId Replica { get; init; }

    /// <summary>Replicas in the group, 1 to <see cref="Limits.Replicas"/>.</summary>
    public required int ReplicaCount { get; init; }

    /// <summary>Hash of the member list, so that replicas with different lists do not work together.</summary>
    public required ulong MembersHash { get; init; }

    /// <summary>
    /// A random number that is drawn when the directory is created, never 0. An emptied directory gets another one, and so never
    /// votes under the old name. It is also under the checksums of the log, so that no client can write what looks like a batch.
    /// </summary>
    public required ulong Identity { get; init; }

    /// <summary>How often the directory was opened; durable before the opening returns.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>What was last seen of each peer, by index; (0, 0) for never, and for itself.</summary>
    public IReadOnlyList<PeerSighting> Peers { get; init; } = [];

    /// <summary>What was last seen of <paramref name="peer"/>.</summary>
    public PeerSighting Peer(ReplicaId peer) => peer.Index < Peers.Count ? Peers[peer.Index] : default;

    internal ReplicaIdentity WithPeer(ReplicaId peer, PeerSighting sighting)
    {
        PeerSighting[] peers = new PeerSighting[ReplicaCount];
        for (int index = 0; index < peers.Length; index++)
            peers[index] = index == peer.Index ? sighting : Peer(new ReplicaId(index));
        return this with { Peers = peers };
    }

    /// <summary>The rule that it breaks; null when it is well-formed.</summary>
    internal string? BrokenRule()
    {
        if (ReplicaCount is < 1 or > Limits.Replicas)
            return $"a group has 1 to {Limits.Replicas} replicas, not {ReplicaCount}";
        if (Replica.Index < 0 || Replica.Index >= ReplicaCount)
            return $"{Replica} is not in a group of {ReplicaCount}";
        return Identity == 0 ? "the drawn identity is never 0: that stands for \"never seen\"" : null;
    }
}

/// <summary>What a replica last saw of a peer, to notice one that comes back emptied or from an older copy.</summary>
/// <param name="Identity">The peer's drawn identity; 0 when it was never seen.</param>
/// <param name="Incarnation">Its highest incarnation.</param>
public readonly record struct PeerSighting(ulong Identity, ulong Incarnation);
