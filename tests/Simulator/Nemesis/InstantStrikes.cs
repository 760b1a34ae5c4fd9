using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>Faults at an instant: the sender or the receiver of a frame is killed, loses power, is paused or cut off just after it was sent.</summary>
/// <param name="cluster">The group.</param>
/// <param name="blocks">Blocked links.</param>
/// <param name="random">What decides.</param>
internal sealed class InstantStrikes(Cluster cluster, LinkBlocks blocks, RandomStream random) : IEventTarget
{
    private const int Happen = 0;
    private const int Recover = 1;
    private const int Actions = 6;

    private readonly List<(int From, int To)> _blocked = [];
    private readonly bool[] _isStruck = new bool[cluster.Options.MachineCount];

    /// <summary>Strikes once the frame has left, or a moment later. One who was struck has to recover first.</summary>
    public void Strike(int from, int to)
    {
        int victim = random.Chance(2, 3) ? from : to;
        if (_isStruck[victim] || random.Chance(1, 3))
            return;
        _isStruck[victim] = true;
        cluster.Checks.Marks.Reach(Mark.StruckAtFrame);
        long delay = random.Chance(1, 2) ? 0 : random.LogUniform(1, 8_000);
        cluster.Queue.Schedule(cluster.Queue.Now + delay, this, Happen, victim);
    }

    /// <summary>Whoever is cut off is free again.</summary>
    public void Release()
    {
        foreach ((int from, int to) in _blocked)
            blocks.Change(from, to, blocked: false);
        _blocked.Clear();
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        int victim = (int)scheduled.Argument;
        SimulatedReplica replica = cluster.Replicas[victim];
        if (scheduled.Kind == Recover)
        {
            if (cluster.Network.IsCalm)
                return;
            _isStruck[victim] = false;
            Free(victim);
            replica.Resume();
            replica.Start();
            return;
        }

        if (cluster.Network.IsCalm)
            return;
        Act(replica);
        cluster.Queue.Schedule(cluster.Queue.Now + random.LogUniform(1_000, 1_500_000), this, Recover, victim);
    }

    private void Act(SimulatedReplica replica)
    {
        int action = random.Below(Actions);
        if (action < SingleStrike.Kinds)
            SingleStrike.Hit(replica, action);
        else
            CutOff(replica.Index);
    }

    // Both ways, or only what it says, or only what it hears; from all others or from some of them.
    private void CutOff(int victim)
    {
        int ways = random.Between(1, 3);
        bool isFromAll = random.Chance(1, 2);
        for (int other = 0; other < cluster.Options.MachineCount; other++)
        {
            if (other == victim || (!isFromAll && random.Chance(1, 2)))
                continue;
            if ((ways & 1) != 0)
                Block(victim, other);
            if ((ways & 2) != 0)
                Block(other, victim);
        }
    }

    private void Block(int from, int to)
    {
        blocks.Change(from, to, blocked: true);
        _blocked.Add((from, to));
    }

    private void Free(int victim)
    {
        foreach ((int from, int to) in _blocked)
        {
            if (from == victim || to == victim)
                blocks.Change(from, to, blocked: false);
        }

        _blocked.RemoveAll(link => link.From == victim || link.To == victim);
    }
}
