namespace PaxosShard.Simulator.Checks;

/// <summary>States that a good set of runs must have reached: a test that never gets there proves nothing about them.</summary>
public enum Mark
{
    /// <summary>A replica became primary of a later view and proposed.</summary>
    ViewChange,

    /// <summary>A LeaderPromise carried accepted entries.</summary>
    PromiseWithEntries,

    /// <summary>The LeaderPromises of one view change carried two views for one slot.</summary>
    PromisesWithTwoViews,

    /// <summary>A slot that nobody in the quorum had accepted, below one that somebody had, was filled with a no-op.</summary>
    NoOpFill,

    /// <summary>A slot was proposed again with the value of an older view.</summary>
    ProposedAgain,

    /// <summary>A primary's Proposal or Heartbeat was answered with a Refusal.</summary>
    StalePrimaryRefused,

    /// <summary>A Proposal was refused because of a hole: an Accepted named an older slot.</summary>
    HoleRefused,

    /// <summary>Decided entries were fetched by CatchUpRequest and CatchUpEntries.</summary>
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

    /// <summary>A request was answered as expired.</summary>
    Expired,

    /// <summary>A copy of a request that had run was answered as expired: its session had been dropped.</summary>
    LateCopyExpired,

    /// <summary>A session was dropped, for log time was above its highest expiry.</summary>
    SessionDropped,

    /// <summary>A new session was refused, for as many were there as may be.</summary>
    TableFull,

    /// <summary>An entry that a primary had not found was revived by a later one, and did nothing.</summary>
    DeadEntry,

    /// <summary>A wall clock jumped between two entries of one process, and their log time did not.</summary>
    LogTimeWithoutClock,

    /// <summary>A read waited for its barrier and was answered.</summary>
    ReadAnswered,

    /// <summary>A follower got messages.</summary>
    Followed,

    /// <summary>A follow that waited was answered with messages.</summary>
    FollowAnswered,

    /// <summary>A follow that waited was answered when its time was over.</summary>
    FollowExpired,

    /// <summary>A run without any fault went to its end.</summary>
    CalmRun,

    /// <summary>A group of which every replica had been restarted went on.</summary>
    AllRestarted,

    /// <summary>A client gave up: the outcome is unknown.</summary>
    GivenUp,

    /// <summary>A client called a request "not applied", and every copy of it was its own.</summary>
    CalledNotApplied,

    /// <summary>A client's process was started again.</summary>
    ClientRestarted,

    /// <summary>A client's process was paused.</summary>
    ClientPaused,

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

    /// <summary>A system call of the storage was interrupted or cut short.</summary>
    CallInterrupted,

    /// <summary>A disk was full when something was to be written.</summary>
    DiskFull,

    /// <summary>Something that was said to be durable rotted after a kill, and recovery had to do without it.</summary>
    RottenAfterKill,

    /// <summary>More than one disk of a group was damaged.</summary>
    RottenOnMoreDisks,

    /// <summary>What a sync had lied about was lost with the power.</summary>
    LiedSyncLost,

    /// <summary>An older copy of a directory was put back.</summary>
    DirectoryRestored,

    /// <summary>A directory was emptied.</summary>
    DirectoryEmptied,

    /// <summary>A copy of another replica's directory stood in the place of its own.</summary>
    DirectoryCloned,

    /// <summary>A message named a view that no group can have reached.</summary>
    ImpossibleViewNamed,

    /// <summary>A primary knew of a state that differs from its own, and of no quorum that has its own.</summary>
    StateInDoubt,

    /// <summary>Other bytes under a number that had its answer were refused.</summary>
    UsedNumberRefused,

    /// <summary>A replica that ran on an older copy of its directory, or an emptied one, was refused by the others and stopped.</summary>
    OlderCopyShutOut,

    /// <summary>A replica in whose memory a bit was flipped stopped by itself.</summary>
    MemoryFaultNoticed,

    /// <summary>More was damaged than a group can stand, and nothing untrue was said.</summary>
    BeyondBudget,

    /// <summary>Recovery could not tell where the lost slots end.</summary>
    OpenEnd,

    /// <summary>The open end of lost slots was closed, while the replica ran.</summary>
    OpenEndClosed,

    /// <summary>An echo of before a quorum was lost came after a new read had been asked.</summary>
    LateEcho,

    /// <summary>A primary was refused with a view far above its own.</summary>
    StrandedFarAbove,

    /// <summary>As many slots as may be were proposed and not decided.</summary>
    UndecidedWindowFull,

    /// <summary>As many bytes as may be were proposed and not decided.</summary>
    UndecidedBytesFull,

    /// <summary>A request was beyond its session's window.</summary>
    SessionWindowFull,

    /// <summary>As much as may be waited for the log, so that a replica took nothing new in.</summary>
    LogQueueFull,

    /// <summary>As many requests as may be waited at a primary.</summary>
    WaitingRequestsFull,

    /// <summary>As many bytes of requests as may be waited at a primary.</summary>
    WaitingBytesFull,

    /// <summary>An entry was closed for its bytes.</summary>
    EntryBytesFull,

    /// <summary>A LeaderPromise needed more than one part.</summary>
    PromiseInParts,

    /// <summary>A view changed in a group with ticks of less than 3 ms.</summary>
    ShortTicks,

    /// <summary>A view changed in a group with ticks of more than 12 ms.</summary>
    LongTicks,

    /// <summary>A follow that was asked from beyond the end got messages.</summary>
    FollowedFromBeyond,

    /// <summary>Frames of one kind were held up and came later.</summary>
    FrameHeldUp,

    /// <summary>A frame of an earlier view came when a later one began.</summary>
    OldFrameCame,

    /// <summary>A frame came under another replica's name.</summary>
    NameBorrowed,

    /// <summary>A frame of a primary or candidate reached no more than a bare quorum.</summary>
    BareQuorumReached,

    /// <summary>Only the first frames of a turn left before the connection broke.</summary>
    FlushTorn,

    /// <summary>A replica was struck just after a frame that matters.</summary>
    StruckAtFrame,

    /// <summary>A process was killed between a sync and what it would have sent.</summary>
    DiedAfterSync,

    /// <summary>A read of a key found a value.</summary>
    KeyRead,

    /// <summary>A key was deleted that was there.</summary>
    KeyDeleted,

    /// <summary>A compare-and-set found what it expected.</summary>
    CompareMatched,

    /// <summary>A compare-and-set found something else, or nothing.</summary>
    CompareFailed,

    /// <summary>A change of a key was rejected, because the state was full.</summary>
    StateFull,

    /// <summary>A snapshot was written and has taken the place of the one before.</summary>
    SnapshotPublished,

    /// <summary>There was no space for a snapshot: what was written of it was dropped.</summary>
    SnapshotDropped,

    /// <summary>A replica went on with the state of another one's snapshot.</summary>
    SnapshotTaken,

    /// <summary>A replica asked for a piece of a snapshot again, or asked another replica for the rest.</summary>
    TransferResumed,

    /// <summary>A replica had pieces of a snapshot and did not take it to its end.</summary>
    TransferAbandoned,

    /// <summary>A segment of a log was given back, for what it says is in a snapshot.</summary>
    SegmentReleased,

    /// <summary>A snapshot that had been durable was not found whole at a start.</summary>
    SnapshotRotten,

    /// <summary>A replica started from a snapshot.</summary>
    StartFromSnapshot,

    /// <summary>What a snapshot still had to take changed meanwhile, and was kept in its old version.</summary>
    OldVersionKept,

    /// <summary>The power failed while pieces of a snapshot were written.</summary>
    CrashWhileSnapshotIsWritten,

    /// <summary>The power failed while a snapshot took the place of the one before.</summary>
    CrashInPublishing,

    /// <summary>The power failed while a segment of a log was given back.</summary>
    CrashInReleasing,

    /// <summary>The power failed while a directory with a snapshot was opened.</summary>
    CrashInOpeningWithSnapshot,

    /// <summary>A read of a room wanted a message that was trimmed.</summary>
    ReadTrimmed,

    /// <summary>A follow wanted a message that was trimmed, and went on from the first one left.</summary>
    FollowTrimmed,

    /// <summary>A replacement of a member was executed.</summary>
    MemberReplaced,

    /// <summary>The primary was to be replaced.</summary>
    PrimaryReplaced,

    /// <summary>A newcomer had caught up with the replacement that names it, and took part.</summary>
    NewcomerVotes,

    /// <summary>A newcomer led and proposed.</summary>
    NewcomerLeads,

    /// <summary>A newcomer caught up by a snapshot.</summary>
    NewcomerTookSnapshot,

    /// <summary>A newcomer was refused by a replica that had not executed the replacement that names it.</summary>
    NewcomerRefused,

    /// <summary>A replaced replica was told so and stopped.</summary>
    ReplacedStopped,

    /// <summary>A replacement was asked for with the number of an older member list, and was rejected.</summary>
    ReplacementRejected,
}
