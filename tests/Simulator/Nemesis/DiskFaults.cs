using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>Faults of disks: one fills, fails, lies, rots, or another directory stands where the replica's own was.</summary>
/// <param name="cluster">The group.</param>
/// <param name="random">What decides.</param>
/// <param name="budget">How much the group has to stand.</param>
internal sealed class DiskFaults(Cluster cluster, RandomStream random, FaultBudget budget)
{
    private readonly DiskDamage _damage = new(cluster, random, budget);
    private readonly OlderCopy?[] _copies = new OlderCopy?[cluster.Options.MachineCount];

    /// <summary>Whether a kind of fault begins and ends here.</summary>
    public static bool IsAbout(FaultKind kind) =>
        kind is FaultKind.LosePowerInWrite or FaultKind.FailSync or FaultKind.RotDisk or FaultKind.RotAfterKill or FaultKind.UnreadableDisk
            or FaultKind.FillDisk or FaultKind.LyingSync or FaultKind.RestoreDirectory or FaultKind.EmptyDirectory or FaultKind.CloneDirectory
            or FaultKind.LosePowerInSnapshot or FaultKind.RotSnapshot or FaultKind.DeleteSnapshot;

    /// <summary>A fault begins.</summary>
    public void Begin(Fault fault)
    {
        SimulatedReplica replica = cluster.NewestIn(fault.First);
        SimulatedDisk disk = replica.Disk.Disk;
        switch (fault.Kind)
        {
            case FaultKind.LosePowerInWrite:
                disk.CrashAtOperation = disk.Operations + 1 + (fault.Detail % 20);
                break;
            case FaultKind.LosePowerInSnapshot:
                replica.Disk.Snapshots.CrashAfterPublishing = 1 + (int)(fault.Detail % 5);
                replica.Disk.Store.CrashAfterReleasing = 1 + (int)(fault.Detail % 3);
                break;
            case FaultKind.FailSync:
                disk.FailingSyncs = 1;
                break;
            case FaultKind.FillDisk:
                disk.Budget = disk.UsedBytes + (fault.Detail % 16_384);
                break;
            case FaultKind.LyingSync:
                BeginLies(disk, 1 + (int)(fault.Detail % 4));
                break;
            case FaultKind.RestoreDirectory:
                _copies[replica.Index] = replica.IsListening ? OlderCopy.Of(replica.Disk) : null;
                break;
            case FaultKind.RotAfterKill when fault.Detail % 2 == 1:
                replica.DiesAfterPromise = () => Spoil(replica, isCertified: false, static () => { }, isUnreadable: false, isNewest: true);
                break;
            case FaultKind.RotAfterKill:
                Spoil(replica, isCertified: replica.IsListening && replica.Disk.Store.IsCertified, replica.Kill, isUnreadable: fault.Detail % 4 == 0);
                break;
            case FaultKind.RotSnapshot:
                SpoilSnapshot(replica, isInGoodOrder: fault.Detail % 2 == 0, isUnreadable: fault.Detail % 8 == 0);
                break;
            case FaultKind.DeleteSnapshot:
                replica.Kill();
                if (!replica.IsListening && !budget.HasUnreadDamage(replica.Index) && !disk.HasLies)
                    _damage.TryDeleteSnapshot(replica);
                break;
            case FaultKind.RotDisk or FaultKind.UnreadableDisk:
                if (replica.StopInGoodOrder())
                    Spoil(replica, isCertified: true, static () => { }, fault.Kind == FaultKind.UnreadableDisk, losesEnd: fault.Detail % 4 == 0);
                break;
        }
    }

    /// <summary>A fault ends.</summary>
    public void End(Fault fault)
    {
        SimulatedReplica replica = cluster.NewestIn(fault.First);
        SimulatedDisk disk = replica.Disk.Disk;
        switch (fault.Kind)
        {
            case FaultKind.LosePowerInWrite or FaultKind.FailSync:
                disk.CrashAtOperation = 0;
                disk.FailingSyncs = 0;
                break;
            case FaultKind.LosePowerInSnapshot:
                disk.CrashAtOperation = 0;
                replica.Disk.Snapshots.CrashAfterPublishing = 0;
                replica.Disk.Store.CrashAfterReleasing = 0;
                break;
            case FaultKind.RotAfterKill:
                replica.DiesAfterPromise = null;
                break;
            case FaultKind.FillDisk:
                disk.Budget = long.MaxValue;
                break;
            case FaultKind.LyingSync:
                EndLies(replica);
                break;
            case FaultKind.RestoreDirectory when _copies[replica.Index] is { } copy:
                PutInPlace(replica, copy.Disk, Mark.DirectoryRestored, isTold: DoAllKnow(replica, copy));
                break;
            case FaultKind.EmptyDirectory:
                PutInPlace(replica, new SimulatedDisk(), Mark.DirectoryEmptied, isTold: DoAllKnow(replica, OlderCopy.Empty));
                break;
            case FaultKind.CloneDirectory when fault.Second != fault.First:
                PutInPlace(replica, cluster.NewestIn(fault.Second).Disk.Disk.Clone(), Mark.DirectoryCloned, isTold: false);
                break;
        }

        replica.Start();
    }

    private void Spoil(SimulatedReplica replica, bool isCertified, Action stop, bool isUnreadable, bool isNewest = false, bool losesEnd = false)
    {
        stop();
        if (replica.IsListening)
            return;
        // A batch and what certifies it stand in different blocks: that both are spoilt before the next start is more than any format can tell.
        if (budget.HasUnreadDamage(replica.Index) || replica.Disk.Disk.HasLies)
            return;
        if (!losesEnd || !_damage.TryLoseEnd(replica))
            _damage.TrySpoil(replica, isCertified, isUnreadable, isNewest);
    }

    private void SpoilSnapshot(SimulatedReplica replica, bool isInGoodOrder, bool isUnreadable)
    {
        bool isCertified = isInGoodOrder && replica.StopInGoodOrder();
        if (!isInGoodOrder)
            replica.Kill();
        if (replica.IsListening || budget.HasUnreadDamage(replica.Index) || replica.Disk.Disk.HasLies)
            return;
        _damage.TrySpoil(replica, isCertified, isUnreadable, isNewest: false, isOfSnapshot: true);
    }

    // A view record that was never written would be a promise that nobody can know of: only the log is lied about.
    private static void BeginLies(SimulatedDisk disk, int lies)
    {
        disk.LiesAbout = static name => name.StartsWith("log-", StringComparison.Ordinal);
        disk.ForgivesLies = true;
        disk.LyingSyncs = lies;
    }

    // What the disk lied about is lost with the power, after something else on the disk has said that it was durable.
    private void EndLies(SimulatedReplica replica)
    {
        SimulatedDisk disk = replica.Disk.Disk;
        disk.LyingSyncs = 0;
        if (!disk.HasLies || budget.HasUnreadDamage(replica.Index) || !replica.StopInGoodOrder() || !replica.Disk.Store.AreLiesCertified)
            return;
        SimulatedDisk after = disk.Clone();
        after.ForgivesLies = false;
        after.Crash(static () => 0);
        if (!budget.TryTake(replica.Index, DiskHits.Compare(disk, after)))
            return;
        disk.ForgivesLies = false;
        replica.LosePower(static () => 0);
        disk.ForgivesLies = true;
        cluster.Checks.Marks.Reach(Mark.LiedSyncLost);
    }

    /// <summary>
    /// All others remember more of the replica than the copy does, a later start, promise or vote: whoever comes with it in its place has
    /// forgotten something, and they know, unless so many have that they are a quorum by themselves. Otherwise it cannot be told (FORMAT.md). In runs with
    /// newcomers it is not looked at: such a directory stays down.
    /// </summary>
    private bool DoAllKnow(SimulatedReplica replica, OlderCopy copy) =>
        cluster.Options.Newcomers == 0
        && cluster.Replicas.Count(other => other.IsForgetful) < (cluster.Options.ReplicaCount - 1) / 2
        && cluster.Replicas.All(other => other == replica || other.IsLostForGood
            || (other.IsListening && copy.HasForgotten(other.Disk.Identity.Peer(new ReplicaId(replica.Index)))));

    /// <summary>Another directory stands where the replica's own was: it is started on it to be shut out, or stays down when that cannot be.</summary>
    private void PutInPlace(SimulatedReplica replica, SimulatedDisk other, Mark mark, bool isTold)
    {
        if (replica.IsLostForGood || !budget.TryTake(replica.Index, DiskHits.Everything))
            return;
        replica.LosePower();
        replica.IsLostForGood = true;
        if (isTold)
            replica.ReplaceDirectory(other, isNewest: false);
        else
            replica.Disk.Store.Replace(other);
        cluster.Log?.Write($"r{replica.Index}: {mark}{(isTold ? ", which the others know" : "")}");
        cluster.Checks.Marks.Reach(mark);
    }

    /// <summary>A directory as it was, and what its replica had done by then.</summary>
    private sealed record OlderCopy(SimulatedDisk Disk, ulong Start, View Promised, Slot Stored)
    {
        public static OlderCopy Empty { get; } = new(new SimulatedDisk(), 0, View.None, Slot.Zero);

        public static OlderCopy Of(StoreDisk disk)
        {
            SimulatedDisk copy = disk.Disk.Clone();
            RecoveredState held = ReplicaStore.ReadOnly(copy.OpenDirectory())[0].State;
            long stored = held.Known.Select(known => known.Slot.Number).Concat(held.Votes.Select(vote => vote.Slot.Number)).Append(held.Snapshot.Slot.Number).Max();
            return new OlderCopy(copy, disk.Identity.Incarnation, held.Promised, new Slot(stored));
        }

        public bool HasForgotten(PeerMemory memory) =>
            memory.Start.Number > Start || (Start > 0 && memory.Start.Number == Start && (memory.Promised > Promised || memory.Voted > Stored));
    }
}
