using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Runs;

/// <summary>
/// V9: at rest nothing is held: who follows a room has been shown all of it, the replicas have no other follows than those that
/// wait, and once the clients have gone every queue, every count of bytes and every table is empty. The machines hold what the decided log makes
/// of them, and what was acknowledged can be read from a quorum of disks again. R1: what a replica keeps of its log in memory is no more than may be written between two
/// snapshots, and what a follower may lag behind and still be sent.
/// </summary>
internal static class RestCheck
{
    private const long Second = 1_000_000;
    private const long Moment = 1_000;

    // As Compaction has them: bytes that a slot takes besides its entry, and how many times the timeout is waited for space or for a replica that takes a snapshot.
    private const int SlotBytes = 160;
    private const int Patience = 20;

    /// <summary>The lock, the identity, the segment in use and the next one, the snapshot, the one before it (to read it, and once more to give its space back), and one that was given up.</summary>
    private const int MostOpenFiles = 8;

    /// <summary>By how much the pause after a full disk grows at most.</summary>
    private const int MostDoubled = 100;

    public static void Run(Cluster cluster, bool[] isCore)
    {
        CheckFollowers(cluster, isCore);
        foreach (SimulatedClient client in cluster.Clients)
            client.Leave();
        cluster.Operator?.Leave();
        cluster.RunUntil(cluster.Queue.Now + Second);
        for (int index = 0; index < isCore.Length && !cluster.Checks.Violations.IsBroken; index++)
        {
            if (!isCore[index])
                continue;
            CheckEmpty(cluster, cluster.Replicas[index], IsInCore(cluster, isCore));
            CheckMemory(cluster, cluster.Replicas[index]);
            if (cluster.Replicas[index] is { Core: { } core, Machine: { } machine })
                cluster.Checks.OnRest(index, core, machine);
        }

        cluster.Checks.OnRest();
        ExpiredSessions.Check(cluster, isCore);
    }

    private static void CheckFollowers(Cluster cluster, bool[] isCore)
    {
        for (int index = 0; index < cluster.Clients.Count; index++)
        {
            if (cluster.Clients[index].Followed is not var (room, from))
                continue;
            long told = cluster.Checks.Rooms.ToldThrough(room);
            if (from <= told)
                cluster.Checks.Violations.Report("C7", $"client {index} still waits for number {from} of room {room}; {told} have been told");
        }

        for (int index = 0; index < isCore.Length; index++)
        {
            int waiting = cluster.Checks.FollowsAt(index);
            if (isCore[index] && cluster.Replicas[index].Core is { } core && core.Load.ParkedReads != waiting)
                cluster.Checks.Violations.Report("V9", $"r{index} holds {core.Load.ParkedReads} follows, and {waiting} wait");
        }
    }

    /// <summary>By place: whoever has it by the newest member list works.</summary>
    private static bool[] IsInCore(Cluster cluster, bool[] isCore) =>
        [.. cluster.Checks.Lists.Newest.Machines.Select(machine => machine >= 0 && isCore[machine])];

    // Heartbeats come and go: one moment at which nothing is held is enough. A snapshot that was put off while another replica took the one before comes a piece a tick: it has the time
    // that it takes as long as its file grows.
    private static void CheckEmpty(Cluster cluster, SimulatedReplica replica, bool[] isPlaceInCore)
    {
        long end = cluster.Queue.Now + LongestPause(cluster, replica);
        long deadline = cluster.Queue.Now + Second;
        long most = replica.Disk.Disk.UsedBytes;
        while (replica.Core is { } core && !IsEmpty(core, replica, isPlaceInCore))
        {
            if (cluster.Checks.Violations.IsBroken)
                return;
            if (replica.Disk.Disk.UsedBytes > most)
                (most, deadline) = (replica.Disk.Disk.UsedBytes, Math.Min(end, cluster.Queue.Now + Second));
            if (cluster.Queue.Now >= deadline)
            {
                cluster.Checks.Violations.Report("V9", $"r{replica.Index} at rest holds: {core.Load}; outside of its core: {replica.Backlog}; {core.KeptBytes} bytes of old versions; {replica.Disk.Disk.OpenFiles} files");
                return;
            }

            cluster.RunUntil(cluster.Queue.Now + Moment);
        }
    }

    private static void CheckMemory(Cluster cluster, SimulatedReplica replica)
    {
        long deadline = cluster.Queue.Now + LongestPause(cluster, replica) + Second;
        while (replica.Core is { } core && !IsShort(core, cluster.Options.Core, replica))
        {
            if (cluster.Checks.Violations.IsBroken)
                return;
            if (cluster.Queue.Now >= deadline)
            {
                cluster.Checks.Violations.Report("R1", $"r{replica.Index} at rest keeps its log from {core.Base} to {core.Decided} in memory, with the {core.Snapshot}");
                return;
            }

            cluster.RunUntil(cluster.Queue.Now + Second);
        }
    }

    // After a full disk the next snapshot waits for a while, and so does what another replica is about to be sent.
    private static long LongestPause(Cluster cluster, SimulatedReplica replica)
    {
        ReplicaTimings timings = cluster.Options.TimingsOf(replica.Index);
        return ((MostDoubled * Patience) + 2) * cluster.Options.Core.TimeoutTicks * (timings.Tick * timings.ClockRate / 1_000_000);
    }

    private static bool IsShort(ReplicaCore core, GroupOptions options, SimulatedReplica replica)
    {
        long snapshot = replica.Disk.Disk.Names.Contains(SnapshotDisk.Name, StringComparer.Ordinal) ? replica.Disk.Disk.Platter(SnapshotDisk.Name).Length : 0;
        long bytes = 0;
        for (Slot slot = core.Snapshot.Slot.Next; slot <= core.Decided; slot = slot.Next)
            bytes += (core.Stored(slot)?.Entry.Bytes.Length ?? 0) + SlotBytes;
        bool isTrimmed = core.Base.Number >= Math.Min(core.Snapshot.Slot.Number, core.Decided.Number - options.ResendSlots);

        // The last one that it has made itself, of which a quarter may count, may have been larger than the one that it has taken since.
        return isTrimmed && bytes <= Math.Max(GroupOptions.LongestLog * options.SnapshotBytes, snapshot);
    }

    private static bool IsEmpty(ReplicaCore core, SimulatedReplica replica, bool[] isPlaceInCore)
    {
        CoreLoad load = core.Load;

        // What was sent to a replica that is cut off may wait for it.
        for (int index = 0; index < load.BytesInFlight.Count; index++)
        {
            if (isPlaceInCore[index] && load.BytesInFlight[index] != 0)
                return false;
        }

        bool isAtRest = replica.Backlog == 0 && core.KeptBytes == 0 && replica.Disk.Disk.OpenFiles <= MostOpenFiles;
        return isAtRest && load with { BytesInFlight = CoreLoad.None.BytesInFlight } == CoreLoad.None;
    }
}
