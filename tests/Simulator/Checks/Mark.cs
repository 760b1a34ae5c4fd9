namespace PaxosShard.Simulator.Checks;

/// <summary>States that a good set of runs must have reached: a test that never gets there proves nothing about them.</summary>
public enum Mark
{
    /// <summary>A replica became primary of a later view and proposed.</summary>
    ViewChange,

    /// <summary>An F carried accepted entries.</summary>
    PromiseWithEntries,

    /// <summary>The Fs of one view change carried two views for one slot.</summary>
    PromisesWithTwoViews,

    /// <summary>A slot that nobody in the quorum had accepted, below one that somebody had, was filled with a no-op.</summary>
    NoOpFill,

    /// <summary>A slot was proposed again with the value of an older view.</summary>
    ProposedAgain,

    /// <summary>A primary's P or H was refused by N.</summary>
    StalePrimaryRefused,

    /// <summary>A P was refused because of a hole: an A named an older slot.</summary>
    HoleRefused,

    /// <summary>Decided entries were fetched by K and S.</summary>
    CaughtUp,

    /// <summary>A replica that restarted led again, in a higher view.</summary>
    LedAgainAfterRestart,

    /// <summary>A crash lost records that were appended and not synced.</summary>
    UnsyncedLost,

    /// <summary>A crash kept records that were appended and never reported as synced.</summary>
    UnsyncedKept,

    /// <summary>The power failed while written blocks were not synced: torn, lost or spoilt, each for itself.</summary>
    PowerLostInWrite,

    /// <summary>A sync failed, and the process ended for that.</summary>
    SyncFailed,

    /// <summary>Recovery was interrupted by another crash.</summary>
    CrashInRecovery,

    /// <summary>All replicas lost power together.</summary>
    PowerLost,

    /// <summary>A whole block of a disk rotted.</summary>
    BlockRotten,

    /// <summary>A block of a disk could not be read any more.</summary>
    BlockUnreadable,

    /// <summary>The first block of a segment of the log rotted, or could not be read any more.</summary>
    SegmentHeadRotten,

    /// <summary>Recovery reported a faulty slot.</summary>
    SlotFaulty,

    /// <summary>A faulty slot was repaired from another replica.</summary>
    SlotRepaired,

    /// <summary>The same request stood in two slots.</summary>
    RequestInTwoSlots,

    /// <summary>The same request stood in two slots that were first proposed in different views.</summary>
    RequestInTwoViews,

    /// <summary>A request was refused because its predecessor had not been executed.</summary>
    OutOfOrder,

    /// <summary>A request was redirected.</summary>
    Redirected,

    /// <summary>A request was answered busy.</summary>
    Busy,

    /// <summary>A primary that hears no quorum said so.</summary>
    NoQuorum,

    /// <summary>A copy of a request was refused at the door: it was not taken.</summary>
    NotTaken,

    /// <summary>A stale copy of a request was answered as such.</summary>
    Stale,

    /// <summary>A session was evicted while its client still used it.</summary>
    Evicted,

    /// <summary>A read waited for its barrier and was answered.</summary>
    ReadAnswered,

    /// <summary>A follower got messages.</summary>
    Followed,

    /// <summary>A follow that waited was answered with messages.</summary>
    FollowAnswered,

    /// <summary>A follow that waited was answered when its time was over.</summary>
    FollowExpired,

    /// <summary>A run without any bad luck went to its end.</summary>
    CalmRun,

    /// <summary>A group of which every replica had been restarted went on.</summary>
    AllRestarted,

    /// <summary>A client gave up: the outcome is unknown.</summary>
    GivenUp,

    /// <summary>A frame was delivered a second time.</summary>
    FrameReplayed,

    /// <summary>A frame was spoilt on the way, and its connection was given up.</summary>
    FrameSpoilt,

    /// <summary>A paused replica went on.</summary>
    Resumed,

    /// <summary>A replica had lost all connections with the primary of its view.</summary>
    PrimaryLost,

    /// <summary>A connection was half-open.</summary>
    HalfOpen,

    /// <summary>A partition healed.</summary>
    Healed,
}
