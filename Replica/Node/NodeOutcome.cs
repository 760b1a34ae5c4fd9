namespace PaxosShard.Replica.Node;

/// <summary>How a replica ended.</summary>
/// <param name="Reason">The kind of end.</param>
/// <param name="Detail">What exactly, for people.</param>
public sealed record NodeOutcome(StopReason Reason, string Detail);

/// <summary>Kinds of ends of a replica.</summary>
public enum StopReason
{
    /// <summary>Somebody asked for it; the log is certified.</summary>
    Requested,

    /// <summary>The disk failed: what is durable is unknown, nothing was tried again.</summary>
    StorageFailed,

    /// <summary>A limit of the system was reached: the size of files, descriptors, memory. What was acknowledged is durable.</summary>
    LimitReached,

    /// <summary>No space is left for the log. What was acknowledged is durable; the group goes on without this replica.</summary>
    DiskFull,

    /// <summary>An invariant is broken, or the state differs from what a quorum agrees on.</summary>
    InvariantBroken,

    /// <summary>Another replica remembers more of this one than its data directory does: it is an older copy, or was emptied, and must not vote.</summary>
    Disowned,

    /// <summary>It was replaced (rule 13): it is no member of the group any more, and nothing of its data directory is needed.</summary>
    Replaced,
}
