namespace PaxosShard.Simulator.Moves;

/// <summary>States that a good set of runs of moves must have reached: a test that never gets there proves nothing about them.</summary>
public enum MoveMark
{
    /// <summary>A job was carried out.</summary>
    JobDone,

    /// <summary>A job was cancelled.</summary>
    JobCancelled,

    /// <summary>A job was not possible any more when its turn came.</summary>
    JobFailed,

    /// <summary>A shard joined.</summary>
    ShardJoined,

    /// <summary>A shard left.</summary>
    ShardLeft,

    /// <summary>Two jobs swapped arcs of two shards.</summary>
    Swapped,

    /// <summary>An arc came back to a group that had given it away.</summary>
    CameBack,

    /// <summary>A job came to nothing while a group had begun it.</summary>
    CancelledWhileCopying,

    /// <summary>Arcs were frozen while the destination lacked something of them.</summary>
    FrozenWithChangesLeft,

    /// <summary>Arcs were frozen in a group that never heard of the start of the job.</summary>
    NeverStarted,

    /// <summary>A copy was spoilt on its way.</summary>
    CopySpoilt,

    /// <summary>A copy had another hash than its source, and was emptied.</summary>
    CopyDiscarded,

    /// <summary>A copy that had been emptied was served in the end.</summary>
    CopiedAgain,

    /// <summary>Two drivers acted for one group.</summary>
    TwoDrivers,

    /// <summary>An entry of moves came once more, long after.</summary>
    LateEntry,

    /// <summary>What a primary was about to tell its group when it was stopped came when another one led.</summary>
    HeldEntry,

    /// <summary>A group went on from a snapshot while it took no part in a move.</summary>
    SnapshotAtRest,

    /// <summary>A group went on from a snapshot while its copy was made, before the configuration.</summary>
    SnapshotWhileCopying,

    /// <summary>A group went on from a snapshot while its arcs were copied by another one.</summary>
    SnapshotWhileCopied,

    /// <summary>A group went on from a snapshot while it got arcs and served none of them.</summary>
    SnapshotWhilePulling,

    /// <summary>A group went on from a snapshot while it emptied a copy.</summary>
    SnapshotWhileDiscarding,

    /// <summary>A group went on from a snapshot while its arcs were frozen.</summary>
    SnapshotWhileFrozen,

    /// <summary>A group went on from a snapshot while it dropped arcs.</summary>
    SnapshotWhileDropping,

    /// <summary>Something was executed between the beginning of a snapshot and its end.</summary>
    ExecutedDuringSnapshot,

    /// <summary>A request was asked for again in another group than the one in which it had run, and had its result there.</summary>
    ResultFoundElsewhere,

    /// <summary>A copy of a request that had run was refused in another group, because its mark had come along.</summary>
    MarkFoundElsewhere,

    /// <summary>A copy of a request that had run was refused as expired.</summary>
    LateCopyExpired,

    /// <summary>A copy of a request came long after the request had its result.</summary>
    LateCopy,

    /// <summary>Log time of another group was higher, and raised that of the destination.</summary>
    LogTimeRaised,

    /// <summary>Arcs were dropped in more than one part.</summary>
    DroppedInParts,

    /// <summary>A destination refused a piece before the configuration, because its state was full.</summary>
    FullBeforeFreezing,

    /// <summary>A request was refused by a group that did not serve its arc.</summary>
    NotMyArc,

    /// <summary>A follow was told that its room is served elsewhere.</summary>
    FollowTurnedAway,

    /// <summary>A group lost its primary.</summary>
    PrimaryLost,

    /// <summary>A group was down.</summary>
    GroupDown,

    /// <summary>The replicas of several groups ran on the same machines, with one log on each.</summary>
    MachinesShared,

    /// <summary>Segments of a log that groups share were given back.</summary>
    SharedLogShortened,

    /// <summary>A connection of a client broke while something was under way on it.</summary>
    ConnectionBroken,

    /// <summary>A client was paused.</summary>
    ClientPaused,

    /// <summary>A client was started again.</summary>
    ClientRestarted,

    /// <summary>A client gave up: the outcome is unknown.</summary>
    GivenUp,

    /// <summary>A client called a request not applied.</summary>
    CalledNotApplied,

    /// <summary>A request was refused by the state because that was full.</summary>
    StateFull,

    /// <summary>A follower had every message of its room.</summary>
    FollowedToTheEnd,

    /// <summary>A burst of an ordered session ended well, and at least two shards had part in it.</summary>
    BurstOverShards,

    /// <summary>A burst of an ordered session failed from one of its operations on, and what was before it took effect.</summary>
    BurstFailedFromSomewhere,

    /// <summary>The client of an ordered session died in the middle of a burst.</summary>
    BurstLeftAlone,

    /// <summary>An operation of an ordered session was issued behind a failure that had been told and that its user had not heard of.</summary>
    IssuedBeforeHearing,

    /// <summary>An operation of an ordered session waited at a primary for the one before it.</summary>
    OrderedWaited,

    /// <summary>A primary was told by another group what had become of an operation there.</summary>
    OrderedToldElsewhere,

    /// <summary>An operation got its place before the one before it had taken effect.</summary>
    OrderedPlacedEarly,

    /// <summary>The result of an operation was told before it ran.</summary>
    OrderedForetold,

    /// <summary>An operation was taken out of its queue.</summary>
    OrderedVoided,
}
