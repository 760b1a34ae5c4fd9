using PaxosShard.Replica.Core;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>
/// Carries out the planned replacements of members (rule 13), one after the other: a machine is lost, or lives on beside the group, and one with an empty disk replaces it.
/// </summary>
public sealed class Replacements : IEventTarget
{
    private const int Begin = 0;
    private const int ComeForIt = 1;
    private const int ComeBack = 2;
    private const int ComeAgain = 3;
    private const long TryAgain = 50_000;

    private readonly Cluster _cluster;
    private readonly IReadOnlyList<Replacement> _plan;
    private readonly FaultBudget _budget;
    private readonly LinkBlocks _blocks;
    private readonly RandomStream _random;
    private readonly HashSet<int> _cutOff = [];
    private bool _isOver;
    private int _next;

    /// <summary>Schedules a plan.</summary>
    internal Replacements(Cluster cluster, IReadOnlyList<Replacement> plan, FaultBudget budget, LinkBlocks blocks)
    {
        _cluster = cluster;
        _plan = plan;
        _budget = budget;
        _blocks = blocks;
        _random = RandomStream.Named(cluster.Options.Seed, "replaced");
        if (plan.Count > 0)
            cluster.Queue.Schedule(plan[0].Time, this, Begin);
    }

    /// <summary>The newcomer that was called for last, and has not caught up with a list that names it yet; null when there is none.</summary>
    public SimulatedReplica? Pending { get; private set; }

    /// <summary>The newcomer is a member and takes part, or none was called for.</summary>
    public bool AreDone
    {
        get
        {
            // A newcomer whose disk was damaged beyond use is one that can be replaced like anybody else.
            if (Pending is { } pending && _cluster.Operator!.IsIdle && (pending.IsLostForGood || _cluster.Checks.HasJoined(pending.Index)))
                Pending = null;
            return Pending is null;
        }
    }

    /// <summary>No further replacement begins. One that has begun is brought to its end.</summary>
    public void Stop() => _isOver = true;

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        switch (scheduled.Kind)
        {
            case Begin:
                if (!_isOver && !TryBegin())
                    _cluster.Queue.Schedule(_cluster.Queue.Now + TryAgain, this, Begin);
                break;
            case ComeForIt:
                Ask((Replacement)scheduled.Payload!, (int)scheduled.Argument);
                break;
            case ComeBack:
                ReturnToGroup((int)scheduled.Argument);
                break;
            case ComeAgain when !_isOver:
                ReturnToGroup((int)scheduled.Argument);
                break;
        }
    }

    private bool TryBegin()
    {
        // If a bit is flipped in one of the others, nobody could tell which state is wrong without this one.
        if (!AreDone || _cluster.Checks.StruckCount > 0)
            return false;
        Replacement replacement = _plan[_next];
        SimulatedReplica old = MachineOf(replacement);
        if (!old.IsLostForGood && !_budget.TryGiveUp(old.Index))
            return false;
        if (old.Core is { Role: ReplicaRole.Primary })
            _cluster.Checks.Marks.Reach(Mark.PrimaryReplaced);
        _cluster.Log?.Write($"r{old.Index} is to be replaced, {replacement.Fate}");
        Meet(old, replacement);
        Pending = _cluster.AddNewcomer(old.Place);
        _cluster.Queue.Schedule(_cluster.Queue.Now + replacement.Delay, this, ComeForIt, Pending.Index, replacement);
        if (++_next < _plan.Count)
            _cluster.Queue.Schedule(Math.Max(_plan[_next].Time, _cluster.Queue.Now + TryAgain), this, Begin);
        return true;
    }

    private SimulatedReplica MachineOf(Replacement replacement)
    {
        SimulatedReplica planned = _cluster.NewestIn(replacement.Place);
        if (!replacement.IsOfPrimary)
            return planned;
        for (int place = 0; place < _cluster.Options.ReplicaCount; place++)
        {
            if (_cluster.NewestIn(place) is { Core.IsServing: true } leader)
                return leader;
        }

        return planned;
    }

    private void Meet(SimulatedReplica old, Replacement replacement)
    {
        old.IsBeingReplaced = true;
        switch (replacement.Fate)
        {
            case ReplacedFate.Lost:
                old.LoseForGood();
                return;
            case ReplacedFate.CutOff:
                _cutOff.Add(old.Index);
                ChangeLinks(old.Index, blocked: true);
                break;
            case ReplacedFate.StartedAgain:
                old.Kill();
                break;
            case ReplacedFate.Alive:
                return;
        }

        _cluster.Queue.Schedule(_cluster.Queue.Now + replacement.Duration, this, ComeBack, old.Index);
    }

    private void Ask(Replacement replacement, int machine)
    {
        // It draws its identity in its first start.
        if (Pending is not { } newcomer || newcomer.Index != machine)
            return;
        newcomer.Start();
        if (newcomer.Identity == 0)
            _cluster.Queue.Schedule(_cluster.Queue.Now + TryAgain, this, ComeForIt, machine, replacement);
        else
            _cluster.Operator!.Replace(newcomer, replacement.LooksFirst);
    }

    private void ReturnToGroup(int machine)
    {
        if (_cutOff.Remove(machine))
            ChangeLinks(machine, blocked: false);
        _cluster.Replicas[machine].Start();

        // Some come again and again.
        if (_random.Chance(1, 2))
            _cluster.Queue.Schedule(_cluster.Queue.Now + _random.Between(10_000L, 500_000L), this, ComeAgain, machine);
    }

    private void ChangeLinks(int machine, bool blocked)
    {
        for (int other = 0; other < _cluster.Options.MachineCount; other++)
            _blocks.ChangeBoth(machine, other, blocked);
    }
}
