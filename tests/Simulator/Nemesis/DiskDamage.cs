using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>
/// Spoils a block of a disk behind everybody's back, while no process runs on it: some bits, all of it, or it cannot be read any more. Rot
/// of what nothing says to be durable yet may pass for a torn write, which no format can tell; so that is left alone.
/// </summary>
/// <param name="cluster">The group.</param>
/// <param name="random">What decides.</param>
/// <param name="budget">How much the group has to stand.</param>
internal sealed class DiskDamage(Cluster cluster, RandomStream random, FaultBudget budget)
{
    private const int BlockBytes = SimulatedDisk.BlockBytes;
    private const int Tries = 4;
    private const int LiveEnd = 6;

    /// <summary>Spoils a block if one is found that the budget allows to be spoilt.</summary>
    /// <param name="replica">Whose disk; its process is gone.</param>
    /// <param name="isCertified">Everything on the disk was said to be durable before the process went.</param>
    /// <param name="isUnreadable">The block cannot be read; otherwise its bytes are wrong.</param>
    /// <param name="isNewest">The newest block that may be spoilt, which hides where the log ended; otherwise any.</param>
    /// <param name="isOfSnapshot">A block of a snapshot; otherwise of any file.</param>
    public bool TrySpoil(SimulatedReplica replica, bool isCertified, bool isUnreadable, bool isNewest, bool isOfSnapshot = false)
    {
        SimulatedDisk disk = replica.Disk.Disk;
        List<(string Name, long Offset, int Length)> blocks = WrittenBlocks(disk, isCertified);
        if (isOfSnapshot)
            blocks.RemoveAll(static block => !SnapshotDisk.IsFile(block.Name));
        for (int attempt = 0; attempt < Tries && blocks.Count > 0; attempt++)
        {
            int place = isNewest ? blocks.Count - 1 : random.Chance(1, 2) ? random.Below(blocks.Count) : random.Between(Math.Max(0, blocks.Count - LiveEnd), blocks.Count - 1);
            (string name, long offset, int length) = blocks[place];
            byte[]? bytes = isUnreadable ? null : Spoil(disk.Platter(name).AsSpan((int)offset, length));
            SimulatedDisk trial = disk.Clone();
            Apply(trial, name, offset, length, bytes);
            DiskHits hits = HitsOf(disk, trial);
            if (!budget.TryTake(replica.Index, hits))
                continue;
            Apply(disk, name, offset, length, bytes);
            cluster.Log?.Write($"r{replica.Index} has {name} spoilt at {offset}, {(isUnreadable ? "unreadable" : $"{length} bytes")}");
            Reach(hits, isCertified, isUnreadable, length);
            if (offset == 0 && IsSegment(name))
                cluster.Checks.Marks.Reach(Mark.SegmentHeadRotten);
            return true;
        }

        return false;
    }

    /// <summary>Loses the end of the log, if the budget allows it, so that nobody can tell which slots were in it.</summary>
    /// <param name="replica">Whose disk; its process is gone, and everything on the disk was said to be durable before.</param>
    public bool TryLoseEnd(SimulatedReplica replica)
    {
        SimulatedDisk disk = replica.Disk.Disk;
        if (disk.HasPending || replica.Disk.FindOpenEnd() is not { } end)
            return false;
        SimulatedDisk trial = disk.Clone();
        byte[] zeros = new byte[end.Length];
        trial.Damage(end.Name, end.Offset, zeros);
        if (!budget.TryTake(replica.Index, DiskHits.Compare(disk, trial)))
            return false;
        disk.Damage(end.Name, end.Offset, zeros);
        cluster.Log?.Write($"r{replica.Index} has {end.Name} lost from {end.Offset} on");
        return true;
    }

    /// <summary>Takes the file of the snapshot away, if the budget allows it. What nobody could tell to be missing is left alone, as the wrong directory is.</summary>
    /// <param name="replica">Whose disk; its process is gone.</param>
    public bool TryDeleteSnapshot(SimulatedReplica replica)
    {
        SimulatedDisk disk = replica.Disk.Disk;
        if (!disk.Names.Contains(SnapshotDisk.Name, StringComparer.Ordinal))
            return false;
        SimulatedDisk trial = disk.Clone();
        trial.Lose(SnapshotDisk.Name);
        DiskHits hits = HitsOf(disk, trial);
        if (!(hits.IsEmpty || hits.IsNamed) || !budget.TryTake(replica.Index, hits))
            return false;
        disk.Lose(SnapshotDisk.Name);
        cluster.Log?.Write($"r{replica.Index} has its snapshot lost");
        return true;
    }

    // The power may fail before the next start: then the damage may hide more than the page cache lets see.
    private static DiskHits HitsOf(SimulatedDisk disk, SimulatedDisk trial)
    {
        DiskHits hits = DiskHits.Compare(disk, trial);
        return disk.HasPending ? hits.And(DiskHits.Compare(WithoutPending(disk), WithoutPending(trial))) : hits;
    }

    private void Reach(DiskHits hits, bool isCertified, bool isUnreadable, int length)
    {
        Marks marks = cluster.Checks.Marks;
        if (isUnreadable)
            marks.Reach(Mark.BlockUnreadable);
        else if (length == BlockBytes)
            marks.Reach(Mark.BlockRotten);
        if (!isCertified && !hits.IsEmpty)
            marks.Reach(Mark.RottenAfterKill);
        if (budget.HasManyDamaged)
            marks.Reach(Mark.RottenOnMoreDisks);
    }

    // The snapshots first, then in the order of names, the newest part of the log last; blocks of zeros were prepared and never used.
    private static List<(string Name, long Offset, int Length)> WrittenBlocks(SimulatedDisk disk, bool isCertified)
    {
        List<(string, long, int)> blocks = [];
        foreach (string name in disk.Names.OrderBy(static name => SnapshotDisk.IsFile(name) ? 0 : 1))
        {
            // The newest copy of the view record may be the only one while its twin is not written.
            bool isOfSnapshots = SnapshotDisk.IsFile(name);
            bool isSpared = !isCertified && !IsSegment(name) && !isOfSnapshots;
            byte[] bytes = isSpared ? [] : disk.Platter(name);
            for (int offset = 0; offset < bytes.Length; offset += BlockBytes)
            {
                int length = Math.Min(BlockBytes, bytes.Length - offset);
                if (bytes.AsSpan(offset, length).ContainsAnyExcept((byte)0) && (isCertified || isOfSnapshots || !disk.IsUncertified(name, offset, length)))
                    blocks.Add((name, offset, length));
            }
        }

        return blocks;
    }

    private static SimulatedDisk WithoutPending(SimulatedDisk disk)
    {
        SimulatedDisk after = disk.Clone();
        after.Crash(static () => 1);
        return after;
    }

    private static bool IsSegment(string name) => name.StartsWith("log-", StringComparison.Ordinal);

    private byte[] Spoil(ReadOnlySpan<byte> before)
    {
        byte[] bytes = before.ToArray();
        switch (random.Below(4))
        {
            case 0:
                Array.Clear(bytes);
                break;
            case 1:
                for (int index = 0; index < bytes.Length; index++)
                    bytes[index] = (byte)random.Next();
                break;
            default:
                for (int flips = random.Between(1, 8); flips > 0; flips--)
                    bytes[random.Below(bytes.Length)] ^= (byte)(1 << random.Below(8));
                break;
        }

        return bytes;
    }

    private static void Apply(SimulatedDisk disk, string name, long offset, int length, byte[]? bytes)
    {
        if (bytes is null)
            disk.MakeUnreadable(name, offset, length);
        else
            disk.Damage(name, offset, bytes);
    }
}
