using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// The log on the disk, which one group has for itself or several share, as the <see cref="LogScheduler"/> needs it. All of it may throw <see cref="StorageFailedException"/>, after which the
/// process has to stop, and <see cref="DiskFullException"/>, after which the same call may be made again. What is of a group is given by its index.
/// </summary>
public interface ILogStore
{
    /// <summary>The disk does not say of everything on it that it is durable.</summary>
    bool NeedsCertification { get; }

    /// <summary>There is something to prepare for later.</summary>
    bool NeedsPreparation { get; }

    /// <summary>The last preparation found no space.</summary>
    bool IsDiskFull { get; }

    /// <summary>Writes records; they are durable after the next <see cref="Sync"/>.</summary>
    /// <param name="batches">What there is of each group; the decided slot to note rests on these records and on earlier ones.</param>
    void Append(IReadOnlyList<LogBatch> batches);

    /// <summary>Makes everything that was written durable, whichever group it is of.</summary>
    void Sync();

    /// <summary>The number of the last durable record of a group.</summary>
    RecordNumber DurableThrough(int group);

    /// <summary>Notes on the disk that everything on it is durable, and what is decided.</summary>
    /// <param name="batches">What is decided in each group; records do not count.</param>
    void Certify(IReadOnlyList<LogBatch> batches);

    /// <summary>Does a piece of what will be needed later.</summary>
    void Prepare();

    /// <summary>Gives back the space of one segment whose content is all in durable snapshots.</summary>
    /// <param name="inSnapshots">Of each group: everything up to this slot is in a durable snapshot.</param>
    /// <returns>False: there is no such segment.</returns>
    bool TryRelease(IReadOnlyList<Slot> inSnapshots);

    /// <summary>How many segments that were given back still take up space, which becomes free a little at a time.</summary>
    int DeadSegments { get; }

    /// <summary>Frees a little of what <see cref="DeadSegments"/> tells of.</summary>
    void ShrinkDead();

    /// <summary>The oldest segment cannot be given back because of this group, which shares the log with others.</summary>
    /// <param name="group">The group.</param>
    /// <param name="inSnapshot">Everything up to this slot is in a durable snapshot of it.</param>
    bool IsHeldBackBy(int group, Slot inSnapshot);

    /// <summary>Remembers a peer, durably.</summary>
    void RememberPeer(int group, ReplicaId peer, PeerMemory memory);

    /// <summary>Remembers what was heard of the promises and votes of peers, durably.</summary>
    void RememberHeard(int group, IReadOnlyList<HeardMark> heard);
}
