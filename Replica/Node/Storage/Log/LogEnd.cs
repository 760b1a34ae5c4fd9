namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>Where the live log ends, and what the next header has to say of it: the state that goes from recovery to the writer.</summary>
internal readonly record struct LogEnd
{
    /// <summary>The end: everything before it that is live was synced, everything behind it is dead or not yet written.</summary>
    public LogPosition Position { get; init; }

    /// <summary>Checksum of the last header before it.</summary>
    public uint Checksum { get; init; }

    /// <summary>Number of the last batch before it.</summary>
    public long Batch { get; init; }

    /// <summary>The decided slot noted before it.</summary>
    public long Decided { get; init; }

    /// <summary>The highest slot recorded before it; see <see cref="GroupSummary.HighestBefore"/>.</summary>
    public long HighestSlot { get; init; }

    /// <summary>The number of records before it.</summary>
    public long Records { get; init; }
}
