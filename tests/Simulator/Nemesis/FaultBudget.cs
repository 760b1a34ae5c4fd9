using PaxosShard.Simulator.Clusters;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>
/// How much damage a group has to stand: of every slot, at most f copies of 2f + 1 may be damaged at a time, so that whatever a quorum
/// accepted is still whole somewhere. A slot that is in a snapshot has its copy there, unless the log still has one. Within it nothing acknowledged may be lost.
/// A run that goes beyond it may lose what it likes, and come to a halt, but never say anything untrue.
/// </summary>
/// <param name="cluster">The group.</param>
/// <param name="isUnlimited">Any damage is allowed.</param>
internal sealed class FaultBudget(Cluster cluster, bool isUnlimited)
{
    private readonly (DiskHits Hits, long Life)[] _pending = [.. Enumerable.Repeat((DiskHits.None, 0L), cluster.Options.MachineCount)];
    private readonly bool[] _isUseless = new bool[cluster.Options.MachineCount];

    /// <summary>Replicas that will not vote again, as bits.</summary>
    public int Useless { get; private set; }

    /// <summary>Something was damaged in this run: every whole copy may be needed.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>More than one disk was damaged in this run.</summary>
    public bool HasManyDamaged => int.PopCount(_damaged) > 1;

    /// <summary>How many copies of a slot may be damaged.</summary>
    private int Allowed => (cluster.Options.ReplicaCount - 1) / 2;

    private int _damaged;

    /// <summary>The disk was damaged, and no start has read it since.</summary>
    public bool HasUnreadDamage(int replica) => (_damaged & (1 << replica)) != 0 && cluster.Replicas[replica].Lives == _pending[replica].Life;

    /// <summary>Takes damage out of the budget; false when there is not so much left, and the damage must not be done.</summary>
    public bool TryTake(int replica, DiskHits hits)
    {
        if (!isUnlimited && !Fits(replica, hits))
            return false;
        WasUsed = true;
        _damaged |= 1 << replica;
        if (hits.From == 0)
        {
            _isUseless[replica] = true;
            Useless |= 1 << replica;
        }

        // Damage upon damage adds up until the disk was read.
        _pending[replica] = (hits.And(Pending(replica)), cluster.Replicas[replica].Lives);
        return true;
    }

    /// <summary>
    /// A replica is to be replaced, whatever becomes of its disk: from now on its place has no copy of anything, until the newcomer has caught up. False when the group cannot stand that.
    /// Once the newcomer has, all that a quorum accepted is on the disks of a quorum of the new members, so that no others are needed.
    /// </summary>
    public bool TryGiveUp(int replica)
    {
        if (!isUnlimited && !Fits(replica, DiskHits.Everything))
            return false;
        _isUseless[replica] = true;
        return true;
    }

    private bool Fits(int replica, DiskHits hits)
    {
        bool losesEnd = hits.From != long.MaxValue;
        if (losesEnd && OthersFrom(replica, hits.From) >= Allowed)
            return false;

        // A disk that has lost its end before still says so, whatever block below that is hit now.
        foreach (long slot in hits.Slots)
        {
            if (Others(replica, other => IsDamaged(other, slot)) >= Allowed)
                return false;
        }

        return losesEnd || hits.Slots.Count > 0 || Allowed > 0;
    }

    private int OthersFrom(int replica, long from) => Others(replica, other => HasDamageFrom(other, from));

    private int Others(int replica, Predicate<int> isDamaged)
    {
        int own = cluster.Replicas[replica].Place;
        int count = 0;
        for (int place = 0; place < cluster.Options.ReplicaCount; place++)
        {
            // A newcomer that has not caught up is no help.
            if (place != own && (!cluster.Checks.IsTaken(place) || isDamaged(cluster.Checks.Lists.Newest.Machines[place])))
                count++;
        }

        return count;
    }

    private bool IsDamaged(int replica, long slot) =>
        _isUseless[replica] || Pending(replica).Contains(slot)
        || cluster.Checks.ImageOf(replica).IsKnownFaulty(slot) || cluster.Checks.ImageOf(replica).IsLostWithSnapshot(slot);

    private bool HasDamageFrom(int replica, long from)
    {
        DiskHits hits = Pending(replica);
        var image = cluster.Checks.ImageOf(replica);
        return _isUseless[replica]
            || hits.From != long.MaxValue || hits.Slots.Any(slot => slot >= from)
            || image.FaultyFrom != long.MaxValue || image.Faulty.Any(slot => slot >= from)
            || (image.LostThrough > 0 && image.LostThrough >= from);
    }

    /// <summary>Damage that no start has seen yet; afterwards recovery has named it.</summary>
    private DiskHits Pending(int replica)
    {
        (DiskHits hits, long life) = _pending[replica];
        return cluster.Replicas[replica].Lives == life ? hits : DiskHits.None;
    }
}
