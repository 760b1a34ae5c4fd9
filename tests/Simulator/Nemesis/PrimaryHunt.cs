using PaxosShard.Replica.Core;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>
/// Faults that know whom to strike: whoever leads, again and again, just when it has begun to propose. What it had reached one
/// follower with is then in the log of that one alone, in a view that the next primary has to tell from older ones.
/// </summary>
/// <param name="cluster">The group.</param>
/// <param name="blocks">Blocked links.</param>
/// <param name="random">What decides.</param>
internal sealed class PrimaryHunt(Cluster cluster, LinkBlocks blocks, RandomStream random)
{
    private readonly List<(int From, int To)> _blocked = [];
    private int _down = -1;

    /// <summary>Lets go of the last victim and strikes the one that leads now.</summary>
    /// <returns>Virtual microseconds until it should be called again.</returns>
    public long Strike()
    {
        bool wasCut = _blocked.Count > 0;
        Release();
        if (FindLeader() is not { } leader)
            return random.Between(500L, 10_000L);
        if (wasCut || random.Chance(1, 3))
            TakeDown(leader);
        else
            LeaveOneFollower(leader.Index);
        return random.Between(500L, 60_000L);
    }

    /// <summary>The last victim is free again.</summary>
    public void Release()
    {
        foreach ((int from, int to) in _blocked)
            blocks.Change(from, to, blocked: false);
        _blocked.Clear();
        if (_down >= 0)
            cluster.Replicas[_down].Start();
        _down = -1;
    }

    private SimulatedReplica? FindLeader()
    {
        SimulatedReplica? leader = null;
        View highest = View.None;
        foreach (SimulatedReplica replica in cluster.Replicas)
        {
            if (replica.Core is not { Role: ReplicaRole.Primary or ReplicaRole.Candidate } core || core.View <= highest)
                continue;
            (leader, highest) = (replica, core.View);
        }

        return leader;
    }

    private void TakeDown(SimulatedReplica leader)
    {
        _down = leader.Index;
        if (random.Chance(1, 2))
            leader.Kill();
        else
            leader.LosePower();
    }

    private void LeaveOneFollower(int leader)
    {
        int replicas = cluster.Replicas.Count;
        int left = random.Below(replicas);
        for (int other = 0; other < replicas; other++)
        {
            if (other == leader || other == left)
                continue;
            blocks.Change(leader, other, blocked: true);
            _blocked.Add((leader, other));
        }
    }
}
