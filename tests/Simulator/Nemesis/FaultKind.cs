namespace PaxosShard.Simulator.Nemesis;

/// <summary>A kind of fault.</summary>
public enum FaultKind
{
    /// <summary>A process is killed; its kernel closes its connections. It starts again when the fault ends.</summary>
    Kill,

    /// <summary>A machine loses power without a word; unsynced writes may be torn. It starts again when the fault ends.</summary>
    LosePower,

    /// <summary>All machines lose power at once; they start again one by one, in any order.</summary>
    LosePowerEverywhere,

    /// <summary>A process is killed again and again, every time it has just started.</summary>
    RestartStorm,

    /// <summary>A process is stopped by a signal, as if by a long garbage collection.</summary>
    Pause,

    /// <summary>One replica is cut off from all others, in both directions.</summary>
    Isolate,

    /// <summary>One replica hears nobody, but is heard.</summary>
    Deafen,

    /// <summary>One replica is heard by nobody, but hears.</summary>
    Mute,

    /// <summary>The replicas fall into two parts.</summary>
    Split,

    /// <summary>The replicas fall into two parts, of which one still hears the other.</summary>
    SplitOneWay,

    /// <summary>Two replicas do not reach each other; all others do.</summary>
    CutLink,

    /// <summary>One replica does not reach one other; the way back is free.</summary>
    CutOneWay,

    /// <summary>The replicas form a chain: each reaches only its neighbours.</summary>
    Chain,

    /// <summary>Only one replica reaches all the others; they do not reach each other.</summary>
    Star,

    /// <summary>A link is cut and healed again and again.</summary>
    Flap,

    /// <summary>All connections between two replicas break; each end is told of it or not.</summary>
    BreakConnections,

    /// <summary>A one-way link delivers nothing for a while, then everything.</summary>
    Clog,

    /// <summary>Several links are clogged, and free again one by one in another order.</summary>
    Swizzle,

    /// <summary>The clients do not reach one replica.</summary>
    HideFromClients,

    /// <summary>The wall clock of a replica jumps.</summary>
    JumpClock,

    /// <summary>A disk becomes slow.</summary>
    SlowDisk,

    /// <summary>The power of a machine fails in the middle of one of its next disk operations.</summary>
    LosePowerInWrite,

    /// <summary>The power of a machine fails, and again, up to three times, in the middle of the recovery that follows.</summary>
    LosePowerInRecovery,

    /// <summary>The next sync of a disk fails: the page cache shows the new data, the disk has the old.</summary>
    FailSync,

    /// <summary>A block of a disk rots while its replica is down: a few bits, all of it, or it cannot be read.</summary>
    RotDisk,

    /// <summary>Whoever leads is struck, and so is the next one, as soon as it has begun: killed, or heard by one follower alone.</summary>
    HuntPrimaries,

    /// <summary>Frames of one kind, or of two or three, are held up while it lasts; then all arrive, in order or not, or none does.</summary>
    DelayKind,

    /// <summary>Whenever a replica enters a view, frames that it was sent in earlier ones come again.</summary>
    OldFrames,

    /// <summary>Frames that only the owner of a view may send come a second time under the name of another replica.</summary>
    WrongSender,

    /// <summary>Frames come a second time with a view that no group can have reached: their sender is corrupt.</summary>
    ImpossibleView,

    /// <summary>What a primary or a candidate sends reaches a bare quorum, or one less than that, others in each view.</summary>
    BareQuorum,

    /// <summary>Of the frames of one turn only the first ones leave; then the connection breaks.</summary>
    TearFlush,

    /// <summary>Whoever sends or gets frames of one kind, the first of a view above all, is struck just then.</summary>
    StrikeAtFrame,

    /// <summary>A process dies between a successful sync and everything it would have said after it.</summary>
    DieAfterSync,

    /// <summary>A process is killed, and blocks of its log rot, among those that were said to be durable.</summary>
    RotAfterKill,

    /// <summary>Blocks of a disk cannot be read any more.</summary>
    UnreadableDisk,

    /// <summary>A disk is full; in the end there is space again.</summary>
    FillDisk,

    /// <summary>Syncs of the log report success and bring nothing to the disk; in the end the power fails.</summary>
    LyingSync,

    /// <summary>A copy of a directory, taken when the fault begins, is put back when it ends.</summary>
    RestoreDirectory,

    /// <summary>A directory is emptied.</summary>
    EmptyDirectory,

    /// <summary>A copy of another replica's directory stands where a replica's own was.</summary>
    CloneDirectory,

    /// <summary>A bit flips in the memory of a process; it is started anew when the fault ends.</summary>
    FlipMemory,

    /// <summary>The power of a machine fails while its next snapshot takes the place of the one before, or while its log is given back.</summary>
    LosePowerInSnapshot,

    /// <summary>A block of a snapshot rots while its replica is down, or of one that was being written, or it cannot be read.</summary>
    RotSnapshot,

    /// <summary>The file of a snapshot is gone.</summary>
    DeleteSnapshot,
}
