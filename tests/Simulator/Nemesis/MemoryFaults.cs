using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>
/// Flips bits in the memory of processes: the replica that was struck has to stop by itself, and no other one. So few at a time that
/// a quorum of the others agrees.
/// </summary>
/// <param name="cluster">The group.</param>
/// <param name="random">What decides.</param>
internal sealed class MemoryFaults(Cluster cluster, RandomStream random)
{
    /// <summary>Flips a bit, if the process runs, the others listen to it, so that they can tell it, and the group can stand one more.</summary>
    public void Flip(Fault fault)
    {
        SimulatedReplica replica = cluster.NewestIn(fault.First);
        if (cluster.Options.Newcomers > 0 && !CanStandOne())
            return;
        if (!replica.IsRunning || replica.IsForgetful || replica.Core is not { } core || cluster.Checks.StruckCount >= (cluster.Options.ReplicaCount - 1) / 2)
            return;
        cluster.Log?.Write($"r{replica.Index} has a bit of its memory flipped");
        cluster.Checks.OnMemoryStruck(replica.Index);
        MemoryFault.FlipStateHash(core, random.Below(64));
    }

    /// <summary>A process that has stopped for good, or was struck, is started anew, from what its disk remembers.</summary>
    public void Renew(Fault fault)
    {
        SimulatedReplica replica = cluster.NewestIn(fault.First);
        if (cluster.Checks.IsStruck(replica.Index) || !replica.IsRunning)
            replica.Kill();
        replica.Start();
    }

    // While a member is being replaced, fewer than a quorum of the others may know a slot: then nobody can tell which state is wrong.
    private bool CanStandOne()
    {
        for (int place = 0; place < cluster.Options.ReplicaCount; place++)
        {
            if (!cluster.Checks.IsTaken(place) || cluster.NewestIn(place).Index != cluster.Checks.Lists.Newest.Machines[place])
                return false;
        }

        return true;
    }
}
