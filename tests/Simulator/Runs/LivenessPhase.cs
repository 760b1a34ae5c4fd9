using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Runs;

/// <summary>
/// The faults end for a random quorum or more: every operation under way must end (V1), the replicas of that core must come
/// to the same decided slot and state (V2), all are in one view that does not change any more, at work or at rest (V3), the others cannot prevent it (V7), and at the end
/// nothing is left that anybody holds (V9). A replacement of a member that has begun comes to its end first: the newcomer votes (V12). In a part of the runs every replica of the core is restarted once more first.
/// </summary>
internal static class LivenessPhase
{
    private const long Second = 1_000_000;
    private const long LongestWait = 30 * Second;
    private const long Quiet = 10 * Second;

    public static void Run(Cluster cluster, FaultDirector director)
    {
        RandomStream random = RandomStream.Named(cluster.Options.Seed, "liveness");
        bool[] isCore = ChooseCore(cluster, director, random);
        Heal(cluster, director, isCore, random);
        foreach (SimulatedClient client in cluster.Clients)
        {
            if (!isCore.AsSpan(0, cluster.Options.ReplicaCount).Contains(true))
                client.LookUpMembers();
            client.Drain();
        }

        if (!WaitForReplacement(cluster, director, isCore) || !WaitForClients(cluster, isCore))
            return;
        cluster.RunUntil(cluster.Queue.Now + TimeToSettle(cluster.Options));
        View before = HighestView(cluster, isCore);
        if (random.Chance(1, 2) && !Work(cluster, isCore))
            return;
        cluster.RunUntil(cluster.Queue.Now + Quiet);
        WaitForTheLast(cluster, isCore);
        if (cluster.Checks.Violations.IsBroken)
            return;
        if (HighestView(cluster, isCore) != before)
            cluster.Checks.Violations.Report("V3", $"the view went from {before} to {HighestView(cluster, isCore)} although nothing bad happened any more");
        CheckConvergence(cluster, isCore);
        CheckViews(cluster, isCore, director.Budget.Useless);
        if (!cluster.Checks.Violations.IsBroken)
            RestCheck.Run(cluster, isCore);
        CheckStruck(cluster);
    }

    private static bool Work(Cluster cluster, bool[] isCore)
    {
        foreach (SimulatedClient client in cluster.Clients)
            client.GoOn();
        cluster.RunUntil(cluster.Queue.Now + Second);
        foreach (SimulatedClient client in cluster.Clients)
            client.Drain();
        return WaitForClients(cluster, isCore);
    }

    /// <summary>A replica that fetches what it lacks, perhaps an entry at a time, is given the time as long as it moves on.</summary>
    private static void WaitForTheLast(Cluster cluster, bool[] isCore)
    {
        Slot before;
        do
        {
            before = LowestDecided(cluster, isCore);
            cluster.RunUntil(cluster.Queue.Now + Second);
        }
        while (LowestDecided(cluster, isCore) > before);
    }

    private static Slot LowestDecided(Cluster cluster, bool[] isCore)
    {
        Slot lowest = new(long.MaxValue);
        for (int index = 0; index < isCore.Length; index++)
        {
            if (isCore[index])
                lowest = Slot.Min(lowest, cluster.Replicas[index].Core?.Decided ?? Slot.Zero);
        }

        return lowest;
    }

    // A primary that is not in the core has just gone: its view must be left, and the next one found. Before that, connections
    // that look alive and are not must be given up (one whose peer lost its power before it said hello lasts until its time for that is
    // over); and whoever was stranded above is met then, and has to be passed.
    private static long TimeToSettle(ClusterOptions options)
    {
        long slowest = 0;
        for (int index = 0; index < options.ReplicaCount; index++)
            slowest = Math.Max(slowest, options.TimingsOf(index).Tick * options.TimingsOf(index).ClockRate / 1_000_000);
        long deadConnections = options.Network.UnconfirmedTimeout + Math.Max(IntroductionDesk.Handshake, SimulatedReplica.FrameGrace);
        return deadConnections + (12 * slowest * options.Core.TimeoutTicks);
    }

    private static bool[] ChooseCore(Cluster cluster, FaultDirector director, RandomStream random)
    {
        int quorum = (cluster.Options.ReplicaCount / 2) + 1;
        bool isReplacing = !director.Replaced.AreDone;
        List<int> members = [.. cluster.Checks.Lists.Newest.Machines];
        if (director.Replaced.Pending is { } newcomer && !members.Contains(newcomer.Index))
            members.Add(newcomer.Index);

        int[] order = [.. members.Where(index => index >= 0 && !cluster.Replicas[index].IsLostForGood && !MustStop(cluster, director, index))];

        // With a disk that lost something every whole copy may be needed, and so it may while a newcomer has not caught up.
        int size = director.Budget.WasUsed || isReplacing ? order.Length : random.Between(quorum, order.Length);
        random.Shuffle<int>(order);
        bool[] isCore = new bool[cluster.Replicas.Count];
        for (int index = 0; index < size; index++)
            isCore[order[index]] = true;
        return isCore;
    }

    private static void Heal(Cluster cluster, FaultDirector director, bool[] isCore, RandomStream random)
    {
        director.Stop();
        director.Blocks.HealAll();
        cluster.Network.Unclog();
        cluster.Network.IsCalm = true;
        bool restartsAll = random.Chance(1, 3);
        if (restartsAll)
            cluster.Checks.Marks.Reach(Mark.AllRestarted);
        for (int index = 0; index < isCore.Length; index++)
        {
            SimulatedReplica replica = cluster.Replicas[index];
            replica.SlowDown(1);
            replica.CancelDiskFaults();
            if (isCore[index])
            {
                if (cluster.Checks.IsStruck(index) || (replica.IsListening && !replica.IsRunning))
                    replica.Kill();
                replica.Resume();
                if (restartsAll)
                    replica.Kill();
                replica.Start();
            }
            else if (MustStop(cluster, director, index))
            {
                replica.Resume();
            }
            else if (replica.IsBeingReplaced && !cluster.Checks.Lists.Includes(cluster.Checks.Lists.Newest.Number, index))
            {
                // Who was replaced is on its way too, if it is still there, and cannot prevent anything.
                replica.Resume();
                replica.Start();
            }
            else
            {
                Exclude(cluster, director, index, random.Below(4));
            }
        }
    }

    /// <summary>A bit of its memory was flipped, and the group can do without it: it is left alone, and has to stop by itself.</summary>
    private static bool MustStop(Cluster cluster, FaultDirector director, int index) =>
        cluster.Checks.IsStruck(index) && !director.Budget.WasUsed;

    private static void CheckStruck(Cluster cluster)
    {
        for (int index = 0; index < cluster.Replicas.Count; index++)
        {
            if (cluster.Checks.IsStruck(index) && cluster.Replicas[index].IsRunning)
                cluster.Checks.Violations.Report("S13", $"r{index} goes on, although a bit of its memory was flipped and all others agree on another state");
        }
    }

    private static void Exclude(Cluster cluster, FaultDirector director, int index, int how)
    {
        if (how < SingleStrike.Kinds)
        {
            SingleStrike.Hit(cluster.Replicas[index], how);
            return;
        }

        for (int other = 0; other < cluster.Options.MachineCount; other++)
            director.Blocks.ChangeBoth(index, other, blocked: true);
    }

    /// <summary>A replacement that has begun is brought to its end: the newcomer is a member, has caught up and votes, and whoever had its place is out.</summary>
    private static bool WaitForReplacement(Cluster cluster, FaultDirector director, bool[] isCore)
    {
        if (cluster.Operator is not { } replacer)
            return true;
        long deadline = cluster.Queue.Now + LongestWait;
        while (!(director.Replaced.AreDone && replacer.IsIdle))
        {
            if (cluster.Checks.Violations.IsBroken)
                return false;
            if (cluster.Queue.Now >= deadline)
            {
                cluster.Checks.Violations.Report("V12", $"a replacement does not end although all work since 30 s: {Standing(cluster, isCore)}");
                return false;
            }

            cluster.RunUntil(cluster.Queue.Now + (Second / 10));
        }

        for (int index = 0; index < isCore.Length; index++)
            isCore[index] &= cluster.Checks.Lists.Includes(cluster.Checks.Lists.Newest.Number, index);
        return true;
    }

    private static bool WaitForClients(Cluster cluster, bool[] isCore)
    {
        long deadline = cluster.Queue.Now + LongestWait;
        while (cluster.Queue.Now < deadline)
        {
            cluster.RunUntil(cluster.Queue.Now + (Second / 10));
            if (cluster.Checks.Violations.IsBroken)
                return false;
            if (AllIdle(cluster))
                return true;
        }

        string waiting = "";
        for (int index = 0; index < cluster.Clients.Count; index++)
            waiting += cluster.Clients[index].IsIdle ? "" : $" {index}";
        cluster.Checks.Violations.Report("V1", $"clients{waiting} wait although a quorum works since 30 s: {Standing(cluster, isCore)}");
        return false;
    }

    private static bool AllIdle(Cluster cluster)
    {
        foreach (SimulatedClient client in cluster.Clients)
        {
            if (!client.IsIdle)
                return false;
        }

        return true;
    }

    private static View HighestView(Cluster cluster, bool[] isCore)
    {
        View highest = View.None;
        for (int index = 0; index < isCore.Length; index++)
        {
            if (isCore[index] && cluster.Replicas[index].Core is { } core)
                highest = View.Max(highest, core.View);
        }

        return highest;
    }

    private static void CheckConvergence(Cluster cluster, bool[] isCore)
    {
        int first = Array.IndexOf(isCore, value: true);
        for (int index = first + 1; index < isCore.Length; index++)
        {
            if (!isCore[index])
                continue;
            if (cluster.Replicas[index].Core is { } core
                && cluster.Replicas[first].Core is { } other
                && core.Decided == other.Decided
                && core.Executed == other.Executed
                && core.StateHash == other.StateHash)
                continue;
            cluster.Checks.Violations.Report("V2", $"r{first} and r{index} are not at the same state: {Standing(cluster, isCore)}");
            return;
        }
    }

    /// <summary>Nobody who votes is left in another view than the one in which the others work (rule 6).</summary>
    private static void CheckViews(Cluster cluster, bool[] isCore, int useless)
    {
        View highest = HighestView(cluster, isCore);
        for (int index = 0; index < isCore.Length; index++)
        {
            bool votes = isCore[index] && (useless & (1 << index)) == 0;
            if (votes && cluster.Replicas[index].Core is { } core && core.View != highest && !cluster.Checks.Violations.IsBroken)
                cluster.Checks.Violations.Report("V3", $"r{index} is left behind in another view: {Standing(cluster, isCore)}");
        }
    }

    private static string Standing(Cluster cluster, bool[] isCore)
    {
        string text = "";
        for (int index = 0; index < isCore.Length; index++)
        {
            SimulatedReplica replica = cluster.Replicas[index];
            text += replica.Core is { } core
                ? $"r{index}{(isCore[index] ? "" : " (cut off)")} {core.Role} {core.View} accepted {core.Accepted} decided {core.Decided} executed {core.Executed}, list {core.Members.Number}; "
                : $"r{index} down; ";
        }

        return text;
    }
}
