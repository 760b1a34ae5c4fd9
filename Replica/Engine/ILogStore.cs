using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// The log on the disk, as the <see cref="LogScheduler"/> needs it. All of it may throw <see cref="StorageFailedException"/>, after which the
/// process has to stop, and <see cref="DiskFullException"/>, after which the same call may be made again.
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
    /// <param name="records">The records, in their order.</param>
    /// <param name="recordsThrough">Number of the last one.</param>
    /// <param name="decided">The decided slot to note behind them; it rests on these records and on earlier ones.</param>
    void Append(IReadOnlyList<Record> records, RecordNumber recordsThrough, Slot decided);

    /// <summary>Makes everything that was written durable.</summary>
    /// <returns>The number of the last durable record.</returns>
    RecordNumber Sync();

    /// <summary>Notes on the disk that everything on it is durable, and what is decided.</summary>
    void Certify(Slot decided);

    /// <summary>Does a piece of what will be needed later.</summary>
    void Prepare();

    /// <summary>Gives back the space of one segment that speaks of no slot above one. Its content is in a durable snapshot.</summary>
    /// <param name="inSnapshot">Everything up to this slot is in a durable snapshot.</param>
    /// <returns>False: there is no such segment.</returns>
    bool TryRelease(Slot inSnapshot);

    /// <summary>Remembers a peer, durably.</summary>
    void RememberPeer(ReplicaId peer, PeerMemory memory);

    /// <summary>Remembers what was heard of the promises and votes of peers, durably.</summary>
    void RememberHeard(IReadOnlyList<HeardMark> heard);
}
