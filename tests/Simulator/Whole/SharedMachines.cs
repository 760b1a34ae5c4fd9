using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Whole;

/// <summary>
/// The machines of shards that share processes: each has one disk with one log, and runs a replica of every one of them. Whatever happens to a machine happens to all its replicas.
/// </summary>
/// <param name="shards">The shards: those from 1 on.</param>
/// <param name="replicas">Replicas of each.</param>
/// <param name="options">Sizes of the logs.</param>
/// <param name="seed">What the drawn identities are made from.</param>
internal sealed class SharedMachines(int shards, int replicas, StoreOptions options, ulong seed)
{
    private readonly SharedStore[] _stores =
        [.. Enumerable.Range(0, replicas).Select(place => new SharedStore(new ReplicaId(place), replicas, options, seed, interruptsEvery: 0, isNewcomer: false))];

    private readonly List<Cluster> _clusters = [];

    /// <summary>Replicas of each shard.</summary>
    public int Replicas => replicas;

    /// <summary>Sizes of the logs.</summary>
    public StoreOptions Store => options;

    /// <summary>The replicas of a group run there.</summary>
    public bool Has(GroupId group) => group.Number <= shards;

    /// <summary>What the next group has of the disk in a place.</summary>
    public StoreDisk DiskOf(int place) => _stores[place].AddGroup();

    /// <summary>A shard is there. The machines start once all are: their directories are made for all of them.</summary>
    public void Add(Cluster cluster)
    {
        _clusters.Add(cluster);
        if (_clusters.Count < shards)
            return;
        for (int place = 0; place < replicas; place++)
            SimulatedReplica.ShareWith([.. _clusters.Select(shared => shared.Replicas[place])]);
        foreach (Cluster shared in _clusters)
            shared.StartAll();
    }
}
