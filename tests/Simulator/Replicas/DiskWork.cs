namespace PaxosShard.Simulator.Replicas;

/// <summary>What a process does on its disk, as far as it matters where a power failure strikes.</summary>
public enum DiskWork
{
    /// <summary>Work on the log, or none.</summary>
    Other,

    /// <summary>The directory is read at the start, and there is no snapshot in it.</summary>
    Opening,

    /// <summary>The directory is read at the start, with a snapshot in it.</summary>
    OpeningWithSnapshot,

    /// <summary>Pieces of a snapshot are written or synced.</summary>
    WritingSnapshot,

    /// <summary>A snapshot takes the place of the one before.</summary>
    PublishingSnapshot,

    /// <summary>A segment of the log is given back.</summary>
    Releasing,
}
