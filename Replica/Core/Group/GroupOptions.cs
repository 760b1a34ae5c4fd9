using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Group;

/// <summary>What the core has to know of its group, and its bounds. Durations are in ticks; the driver decides how long a tick is.</summary>
public sealed record GroupOptions
{
    /// <summary>What <see cref="SnapshotBytes"/> is unless somebody says otherwise.</summary>
    public const long DefaultSnapshotBytes = 16 * 1024 * 1024;

    /// <summary>How many times <see cref="SnapshotBytes"/> the log may become before another snapshot is due, where the last one has as much.</summary>
    public const int LongestLog = 16;

    /// <summary>Most that <see cref="SessionWindow"/> may be. No session of any group has results whose numbers are farther apart.</summary>
    public const int LargestSessionWindow = 16 * 1024;

    /// <summary>Replicas in the group: 1, 3, 5 or 7.</summary>
    public required int ReplicaCount { get; init; }

    /// <summary>This replica's place in the member list.</summary>
    public required ReplicaId Self { get; init; }

    /// <summary>The identity of this replica's data directory, drawn when that was made; 0 while none is open, and in tests without replacements.</summary>
    public ulong Identity { get; init; }

    /// <summary>
    /// The data directory was made for the place of another replica: this one learns, and neither promises nor votes before it has executed the replacement that names it (rule 13).
    /// </summary>
    public bool IsNewcomer { get; init; }

    /// <summary>Seed of the only randomness the core has: the jitter before a candidacy. The same seed and inputs give the same effects.</summary>
    public ulong Seed { get; init; }

    /// <summary>Length of a tick in milliseconds, only to translate the waiting times that clients name.</summary>
    public int TickMilliseconds { get; init; } = 5;

    /// <summary>Ticks between two heartbeats. Smaller: faster detection of a silent primary, more idle traffic.</summary>
    public int HeartbeatTicks { get; init; } = 5;

    /// <summary>Ticks without a sign of life after which a primary is suspected, and a primary without a quorum stops serving. At least 3 heartbeats.</summary>
    public int TimeoutTicks { get; init; } = 30;

    /// <summary>Most slots proposed and not yet decided. More: shorter wait for a lone request; fewer: larger batches.</summary>
    public int UndecidedSlots { get; init; } = 64;

    /// <summary>Most bytes of entries proposed and not yet decided.</summary>
    public long UndecidedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most commands in one entry; at most <see cref="Limits.CommandsPerEntry"/>.</summary>
    public int CommandsPerEntry { get; init; } = 512;

    /// <summary>Bytes at which an entry is closed; a single larger command still gets an entry of its own.</summary>
    public int EntryBytes { get; init; } = 256 * 1024;

    /// <summary>Most requests that wait at the primary to be proposed; one more is answered busy.</summary>
    public int WaitingRequests { get; init; } = 8192;

    /// <summary>Most bytes of requests that wait at the primary to be proposed; what would pass it is answered busy.</summary>
    public long WaitingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most reads that wait for a barrier, and most that wait for something to happen; one more is answered busy.</summary>
    public int WaitingReads { get; init; } = 4096;

    /// <summary>Most reads of one client that wait for something to happen; one more is answered busy.</summary>
    public int WaitsPerClient { get; init; } = 64;

    /// <summary>Longest time a read may wait for something to happen, in milliseconds; what is asked beyond is cut to it.</summary>
    public int LongestWaitMilliseconds { get; init; } = 60_000;

    /// <summary>How far a follower may lag and still be sent Proposals; a slot farther back it fetches with CatchUpRequest.</summary>
    public int ResendSlots { get; init; } = 1024;

    /// <summary>Bytes of entries after which a part of a LeaderPromise or CatchUpEntries is closed; at least one entry is always in it.</summary>
    public int PartBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Bytes that are executed before another snapshot is taken; as many as the last one had that was made since the start, if that is more, but then not above <see cref="LongestLog"/> times this or a quarter
    /// of the last one. Replica 0 goes by that, those behind it by less, down to half. More: less to write, and more memory, disk and time for a start.
    /// </summary>
    public long SnapshotBytes { get; init; } = DefaultSnapshotBytes;

    /// <summary>About how long a piece of a snapshot is, at most 512 KiB. Shorter: shorter steps, and more of them.</summary>
    public int SnapshotPieceBytes { get; init; } = 128 * 1024;

    /// <summary>Most sessions; one more is answered busy. A thousand clients a second that each come once, for two minutes, are 120,000.</summary>
    public int Sessions { get; init; } = 160_000;

    /// <summary>Most unacknowledged requests of one session; at most 16,384, so that a session fits in a piece of a snapshot.</summary>
    public int SessionWindow { get; init; } = 1024;

    /// <summary>
    /// As primary, gives operations of ordered sessions their places before their predecessors on other shards take effect (ordered rule M3). Otherwise they wait, which is slower and means the same. It decides what is
    /// proposed, and not how entries are executed: the replicas of a group may differ in it.
    /// </summary>
    public bool PlacesEarly { get; init; }

    /// <summary>Replicas that make a quorum.</summary>
    public int Quorum => (ReplicaCount / 2) + 1;

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        Require(ReplicaCount is 1 or 3 or 5 or 7, $"a group has 1, 3, 5 or 7 replicas, not {ReplicaCount}");
        Require(Self.Index >= 0 && Self.Index < ReplicaCount, $"{Self} is not in a group of {ReplicaCount}");
        Require(TickMilliseconds > 0, "a tick lasts at least a millisecond");
        Require(HeartbeatTicks > 0, "HeartbeatTicks is at least 1");
        Require(TimeoutTicks >= 3 * HeartbeatTicks, "TimeoutTicks is at least three heartbeats");
        Require(UndecidedSlots > 0 && UndecidedBytes > 0, "at least one slot may be undecided");
        Require(CommandsPerEntry is > 0 and <= Limits.CommandsPerEntry, $"CommandsPerEntry is 1 to {Limits.CommandsPerEntry}");
        Require(EntryBytes > 0 && EntryBytes <= Limits.Entry, $"EntryBytes is 1 to {Limits.Entry}");
        Require(WaitingRequests > 0 && WaitingBytes > 0 && WaitingReads > 0, "at least one request and one read may wait");
        Require(WaitsPerClient > 0 && LongestWaitMilliseconds > 0, "a client may wait for at least one thing");
        Require(ResendSlots >= UndecidedSlots, "ResendSlots covers at least the undecided slots");
        Require(PartBytes > 0 && PartBytes <= Limits.FrameBetweenReplicas / 2, "a part fits in a frame");
        Require(SnapshotBytes > 0 && SnapshotPieceBytes is > 0 and <= 512 * 1024, "SnapshotBytes is at least 1, SnapshotPieceBytes 1 to 524288");
        Require(Sessions > 0 && SessionWindow > 0, "at least one session with one request");
        Require(SessionWindow <= LargestSessionWindow, $"SessionWindow is at most {LargestSessionWindow}: a session with all its results fits in a piece of a snapshot");
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOptionsException(rule);
    }
}
