using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>Makes the planned faults happen and end.</summary>
public sealed class FaultDirector : IEventTarget
{
    private const int Strike = 0;
    private const int End = 1;
    private const int Again = 2;
    private const int RestartOne = 3;

    private readonly Cluster _cluster;
    private readonly RandomStream _random;
    private readonly bool[] _isFlapped;
    private readonly PrimaryHunt _hunt;
    private readonly FrameMischief _mischief;
    private readonly DiskFaults _disks;
    private readonly MemoryFaults _memory;
    private bool _isOver;

    /// <summary>Schedules a plan.</summary>
    /// <param name="cluster">The group.</param>
    /// <param name="plan">The faults.</param>
    /// <param name="isBeyondBudget">More may be damaged than a group can stand.</param>
    /// <param name="replacements">The members that are replaced; null for none.</param>
    public FaultDirector(Cluster cluster, IReadOnlyList<Fault> plan, bool isBeyondBudget = false, IReadOnlyList<Replacement>? replacements = null)
    {
        _cluster = cluster;
        _random = RandomStream.Named(cluster.Options.Seed, "director");
        Blocks = new LinkBlocks(cluster.Network);
        _isFlapped = new bool[plan.Count];
        _hunt = new PrimaryHunt(cluster, Blocks, _random);
        Budget = new FaultBudget(cluster, isBeyondBudget);
        Replaced = new Replacements(cluster, replacements ?? [], Budget, Blocks);
        _disks = new DiskFaults(cluster, RandomStream.Named(cluster.Options.Seed, "disks"), Budget);
        _memory = new MemoryFaults(cluster, RandomStream.Named(cluster.Options.Seed, "memory"));
        _mischief = new FrameMischief(cluster, Blocks, RandomStream.Named(cluster.Options.Seed, "mischief"));
        if (plan.Any(fault => FrameMischief.IsAbout(fault.Kind)))
            cluster.SetTap(_mischief);
        for (int index = 0; index < plan.Count; index++)
            cluster.Queue.Schedule(plan[index].Time, this, Strike, index, plan[index]);
    }

    /// <summary>Blocked links.</summary>
    public LinkBlocks Blocks { get; }

    /// <summary>The members that are replaced.</summary>
    public Replacements Replaced { get; }

    /// <summary>What was damaged.</summary>
    internal FaultBudget Budget { get; }

    private int Replicas => _cluster.Options.ReplicaCount;

    /// <summary>No fault strikes, ends or goes on any more.</summary>
    public void Stop()
    {
        _isOver = true;
        Replaced.Stop();
        _mischief.Stop();
        _cluster.SetTap(null);
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        if (_isOver)
            return;
        Fault fault = (Fault)scheduled.Payload!;
        switch (scheduled.Kind)
        {
            case Strike:
                _cluster.Log?.Write($"fault {fault}");
                _cluster.Queue.Schedule(_cluster.Queue.Now + fault.Duration, this, End, scheduled.Argument, fault);
                Begin(fault, scheduled.Argument);
                break;
            case End:
                Finish(fault, scheduled.Argument);
                break;
            case Again:
                Repeat(fault, scheduled.Argument);
                break;
            case RestartOne:
                _cluster.Replicas[(int)scheduled.Argument].Start();
                break;
        }
    }

    private void Begin(Fault fault, long number)
    {
        SimulatedReplica replica = _cluster.NewestIn(fault.First);
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                replica.Kill();
                break;
            case FaultKind.LosePower:
                replica.LosePower();
                break;
            case FaultKind.LosePowerEverywhere:
                LosePowerEverywhere(fault);
                break;
            case FaultKind.RestartStorm or FaultKind.Flap or FaultKind.HuntPrimaries:
                Repeat(fault, number);
                break;
            case FaultKind.Pause:
                replica.Pause();
                break;
            case FaultKind.BreakConnections:
                _cluster.Checks.Marks.Reach(Mark.HalfOpen);
                _cluster.Network.Cut(replica.Index, _cluster.NewestIn(fault.Second).Index, (fault.Detail & 1) == 0, (fault.Detail & 2) == 0);
                break;
            case FaultKind.Clog:
                _cluster.Network.Clog(replica.Index, _cluster.NewestIn(fault.Second).Index, _cluster.Queue.Now + fault.Duration);
                break;
            case FaultKind.Swizzle:
                Swizzle(fault);
                break;
            case FaultKind.JumpClock:
                replica.JumpClock(JumpOf(fault.Detail));
                break;
            case FaultKind.SlowDisk:
                replica.SlowDown(1 + (fault.Detail % 50));
                break;
            case FaultKind.LosePowerInRecovery:
                replica.LosePower();
                replica.RecoveryCrashes = 1 + (int)(fault.Detail % 3);
                break;
            case FaultKind.DieAfterSync:
                replica.DiesAfterSync = true;
                break;
            case FaultKind.FlipMemory:
                _memory.Flip(fault);
                break;
            case { } kind when DiskFaults.IsAbout(kind):
                _disks.Begin(fault);
                break;
            case { } kind when FrameMischief.IsAbout(kind):
                _mischief.Begin(fault);
                break;
            default:
                ChangeLinks(fault, blocked: true);
                break;
        }
    }

    private void Finish(Fault fault, long number)
    {
        SimulatedReplica replica = _cluster.NewestIn(fault.First);
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.LosePower or FaultKind.RestartStorm or FaultKind.LosePowerInRecovery:
                replica.Start();
                break;
            case FaultKind.FlipMemory:
                _memory.Renew(fault);
                break;
            case { } kind when DiskFaults.IsAbout(kind):
                _disks.End(fault);
                break;
            case FaultKind.DieAfterSync:
                replica.DiesAfterSync = false;
                replica.Start();
                break;
            case { } kind when FrameMischief.IsAbout(kind):
                _mischief.End(fault);
                break;
            case FaultKind.Pause:
                replica.Resume();
                break;
            case FaultKind.SlowDisk:
                replica.SlowDown(1);
                break;
            case FaultKind.Flap:
                if (_isFlapped[number])
                    ChangeLinks(fault, blocked: false);
                _isFlapped[number] = false;
                break;
            case FaultKind.HuntPrimaries:
                _hunt.Release();
                break;
            case FaultKind.LosePowerEverywhere or FaultKind.BreakConnections or FaultKind.Clog or FaultKind.Swizzle or FaultKind.JumpClock:
                break;
            default:
                _cluster.Checks.Marks.Reach(Mark.Healed);
                ChangeLinks(fault, blocked: false);
                break;
        }
    }

    private void Repeat(Fault fault, long number)
    {
        if (_cluster.Queue.Now >= fault.Time + fault.Duration)
            return;
        if (fault.Kind == FaultKind.HuntPrimaries)
        {
            _cluster.Queue.Schedule(_cluster.Queue.Now + _hunt.Strike(), this, Again, number, fault);
            return;
        }

        if (fault.Kind == FaultKind.RestartStorm)
        {
            SimulatedReplica replica = _cluster.NewestIn(fault.First);
            if (replica.IsListening)
                replica.Kill();
            else
                replica.Start();
        }
        else
        {
            _isFlapped[number] = !_isFlapped[number];
            ChangeLinks(fault, _isFlapped[number]);
        }

        _cluster.Queue.Schedule(_cluster.Queue.Now + _random.Between(2_000L, 200_000L), this, Again, number, fault);
    }

    private void ChangeLinks(Fault fault, bool blocked)
    {
        foreach ((int from, int to) in LinkSets.Of(fault, Replicas, _cluster.Options.MachineCount, _cluster.Network.Links.Addresses))
        {
            foreach (int sender in AddressesOf(from))
            {
                foreach (int receiver in AddressesOf(to))
                    Blocks.Change(sender, receiver, blocked);
            }
        }
    }

    // All machines that have ever had a place are at the same spot of the network.
    private IEnumerable<int> AddressesOf(int address)
    {
        if (address >= Replicas)
            return [address];
        return _cluster.Replicas.Where(machine => machine.Place == address).Select(static machine => machine.Index);
    }

    private void LosePowerEverywhere(Fault fault)
    {
        _cluster.Checks.Marks.Reach(Mark.PowerLost);
        for (int index = 0; index < _cluster.Replicas.Count; index++)
        {
            _cluster.Replicas[index].LosePower();
            _cluster.Queue.Schedule(_cluster.Queue.Now + _random.Below(fault.Duration) + 1, this, RestartOne, index, fault);
        }
    }

    private void Swizzle(Fault fault)
    {
        for (int from = 0; from < _cluster.Replicas.Count; from++)
        {
            for (int to = 0; to < _cluster.Replicas.Count; to++)
            {
                if (from != to && _random.Chance(1, 2))
                    _cluster.Network.Clog(from, to, _cluster.Queue.Now + _random.Below(fault.Duration) + 1);
            }
        }
    }

    // Mostly by up to an hour, now and then by up to a year.
    private static long JumpOf(long detail)
    {
        long hours = detail % 4 == 0 ? 365 * 24 : 1;
        long most = hours * 3_600_000;
        return (detail / 4 % ((2 * most) + 1)) - most;
    }
}
