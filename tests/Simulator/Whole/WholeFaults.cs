using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Moves;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Whole;

/// <summary>
/// What goes wrong in a whole cluster: within each group whatever its own plan says; and besides, at groups that take part in a move most of all, primaries and whole groups are killed, lose power, or are
/// stopped for a while.
/// </summary>
/// <param name="world">The cluster.</param>
internal sealed class WholeFaults(MoveWorld world) : IMoveFaults
{
    private readonly RandomStream _random = RandomStream.Named(world.Options.Seed, "strikes");
    private readonly Dictionary<ReplicatedGroup, FaultDirector> _directors = [];
    private bool _areOver;

    private ReplicatedGroup[] Groups => [.. world.Groups.OfType<ReplicatedGroup>()];

    /// <summary>Begins.</summary>
    public void Start()
    {
        Direct();
        Plan();
    }

    /// <summary>Ends them: every replica runs, every link carries, and so it stays.</summary>
    public void Stop()
    {
        _areOver = true;
        foreach (ReplicatedGroup group in Groups)
        {
            if (_directors.TryGetValue(group, out FaultDirector? director))
                Heal(group.Cluster, director);
        }
    }

    private static void Heal(Cluster cluster, FaultDirector director)
    {
        director.Stop();
        director.Blocks.HealAll();
        cluster.Network.Unclog();
        cluster.Network.IsCalm = true;
        foreach (SimulatedReplica replica in cluster.Replicas)
        {
            replica.SlowDown(1);
            replica.CancelDiskFaults();
            if (replica.IsListening && !replica.IsRunning)
                replica.Kill();
            replica.Resume();
            replica.Start();
        }
    }

    // Groups are added while the run goes on: each gets a plan of its own when it is there.
    private void Direct()
    {
        foreach (ReplicatedGroup group in Groups.Where(group => !_directors.ContainsKey(group)))
        {
            IReadOnlyList<Fault> plan = WholeDraw.DrawFaults(world.Options, group.Group, group.Cluster.Options.ReplicaCount);
            _directors.Add(group, new FaultDirector(group.Cluster, [.. plan.Select(fault => fault with { Time = fault.Time + world.Time.Now })]));
        }

        world.Time.After(10_000, () =>
        {
            if (!_areOver)
                Direct();
        });
    }

    private void Plan()
    {
        if (world.Options.FaultPause > 0)
            world.Time.After(_random.Exponential(2 * world.Options.FaultPause) + 1, StrikeOne);
    }

    private void StrikeOne()
    {
        if (_areOver)
            return;
        Plan();
        ReplicatedGroup[] moving = [.. Groups.Where(world.IsMoving)];
        ReplicatedGroup[] groups = moving.Length > 0 && _random.Chance(2, 3) ? moving : Groups;
        Strike(groups[_random.Below(groups.Length)]);
    }

    private void Strike(ReplicatedGroup group)
    {
        SimulatedReplica? leader = group.Terms.Leader;
        switch (_random.Below(6))
        {
            case 0:
                world.Note($"all of {group.Group} is killed");
                world.Marks.Reach(MoveMark.GroupDown);
                EndAll(group, static replica => replica.Kill());
                break;
            case 1:
                world.Note($"all of {group.Group} loses power");
                world.Marks.Reach(MoveMark.GroupDown);
                EndAll(group, static replica => replica.LosePower());
                break;
            case 2 when leader is not null:
                leader.Pause();
                world.Time.After(DrawOutage(), leader.Resume);
                break;
            default:
                if (leader is null)
                    break;
                world.Marks.Reach(MoveMark.PrimaryLost);
                End(leader, static replica => replica.Kill());
                break;
        }
    }

    private void EndAll(ReplicatedGroup group, Action<SimulatedReplica> end)
    {
        foreach (SimulatedReplica replica in group.Cluster.Replicas)
            End(replica, end);
    }

    private void End(SimulatedReplica replica, Action<SimulatedReplica> end)
    {
        end(replica);
        world.Time.After(DrawOutage(), replica.Start);
    }

    private long DrawOutage() => _random.Between(10_000L, world.Options.LongestOutage);
}
