using PaxosShard.Replica.Core;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Runs;

/// <summary>
/// V9: at rest nothing is held: who follows a room has been shown all of it, the replicas have no other follows than those that
/// wait, and once the clients have gone every queue, every count of bytes and every table is empty. The machines hold what the decided log makes
/// of them, and what was acknowledged can be read from a quorum of disks again.
/// </summary>
internal static class RestCheck
{
    private const long Second = 1_000_000;
    private const long Moment = 1_000;

    public static void Run(Cluster cluster, bool[] isCore)
    {
        CheckFollowers(cluster, isCore);
        foreach (SimulatedClient client in cluster.Clients)
            client.Leave();
        cluster.RunUntil(cluster.Queue.Now + Second);
        for (int index = 0; index < isCore.Length && !cluster.Checks.Violations.IsBroken; index++)
        {
            if (!isCore[index])
                continue;
            CheckEmpty(cluster, cluster.Replicas[index], isCore);
            if (cluster.Replicas[index] is { Core: { } core, Machine: { } machine })
                cluster.Checks.OnRest(index, core, machine);
        }

        cluster.Checks.OnRest();
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

    // Heartbeats come and go: one moment at which nothing is held is enough.
    private static void CheckEmpty(Cluster cluster, SimulatedReplica replica, bool[] isCore)
    {
        long deadline = cluster.Queue.Now + Second;
        while (replica.Core is { } core && !IsEmpty(core.Load, replica, isCore))
        {
            if (cluster.Checks.Violations.IsBroken)
                return;
            if (cluster.Queue.Now >= deadline)
            {
                cluster.Checks.Violations.Report("V9", $"r{replica.Index} at rest holds: {core.Load}; outside of its core: {replica.Backlog}");
                return;
            }

            cluster.RunUntil(cluster.Queue.Now + Moment);
        }
    }

    private static bool IsEmpty(CoreLoad load, SimulatedReplica replica, bool[] isCore)
    {
        // What was sent to a replica that is cut off may wait for it.
        for (int index = 0; index < load.BytesInFlight.Count; index++)
        {
            if (isCore[index] && load.BytesInFlight[index] != 0)
                return false;
        }

        return replica.Backlog == 0 && load with { BytesInFlight = CoreLoad.None.BytesInFlight } == CoreLoad.None;
    }
}
