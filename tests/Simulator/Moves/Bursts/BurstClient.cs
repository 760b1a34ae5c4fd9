using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Simulator.Moves.Scenarios;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Moves.Bursts;

/// <summary>
/// A client that issues bursts of operations on keys and rooms of all shards in an ordered session, without waiting, while arcs move. Some of them are called off, and its process dies, most often in the middle
/// of a burst; the next one has a session of its own.
/// </summary>
internal sealed class BurstClient
{
    private const int Shortest = 2;
    private const int Longest = 16;

    // More are begun only when some have ended.
    private const int MostUnderWay = 40;

    // How long after a burst has begun its client dies or calls something off, at most, microseconds.
    private const long Middle = 30_000;

    // Until the user knows of a failure that was told, at most, microseconds: often longer than until the next burst.
    private const long LongestHearing = 400_000;

    // The numbers of the lives of one client.
    private const int LivesPerClient = 10_000;

    private readonly int _number;
    private readonly MoveWorld _world;
    private readonly RandomStream _random;
    private readonly BurstDraw _draw;
    private readonly BurstHistory _history;
    private readonly Dictionary<ReadOnlyMemory<byte>, (BurstOperation Operation, Burst Burst)> _underWay = [];
    private ScriptedMoveClient _client;
    private OrderedLine _line = new();
    private int _session;
    private int _life;
    private bool _isDraining;

    /// <summary>A client that wants nothing yet.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="world">What it lives in.</param>
    /// <param name="history">Takes what it does.</param>
    public BurstClient(int number, MoveWorld world, BurstHistory history)
    {
        (_number, _world, _history) = (number, world, history);
        _random = RandomStream.Named(world.Options.Seed, "burst", number);
        _draw = new BurstDraw(world.Options, _random, world.Checks.Ghost, history.NewToken);
        _client = Live();
    }

    /// <summary>Operations that ended well.</summary>
    public long Completed { get; private set; }

    /// <summary>Nothing is under way.</summary>
    public bool IsIdle => _underWay.Count == 0;

    /// <summary>What is under way, for whoever reads a finding.</summary>
    public string UnderWay => $"burst client {_number} waits for {string.Join(", ", _underWay.Values.Select(static one => $"{one.Operation.Call.Action} {one.Operation.Key}"))}";

    /// <summary>Begins.</summary>
    public void Start() => PlanThought();

    /// <summary>Wants nothing more: what is under way has to end.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>Whoever listened somewhere is gone for a moment, and with it the connections to it.</summary>
    public void Break(IGroupEndpoint end) => _client.Break(end);

    /// <summary>A group has lost its primary: connections to it may break.</summary>
    public void OnLost(GroupLog log)
    {
        if (!log.IsUp || _random.Chance(1, 2))
            Break(log);
    }

    private ScriptedMoveClient Live()
    {
        _line = new OrderedLine();
        _session = _history.NewSession();
        return new ScriptedMoveClient(_world, (LivesPerClient * (_number + 1)) + ++_life, _world.Options.Lifetime)
        {
            Hears = OnTold,
            HearingTakes = () => _random.Chance(1, 2) ? _random.Below(LongestHearing) : 0,
        };
    }

    private void Die()
    {
        _client.Die();
        _underWay.Clear();
        _client = Live();
    }

    private void PlanThought() => _world.Time.After(_random.Exponential(8 * _world.Options.ThinkTime) + 1, () =>
    {
        if (_isDraining)
            return;
        PlanThought();
        Think();
    });

    private void Think()
    {
        if (_underWay.Count > MostUnderWay)
            return;
        if (_line.Ended is not null && IsIdle)
            Die();
        if (_line.Ended is null)
            Begin();
    }

    private void Begin()
    {
        Burst burst = new(_random.Between(Shortest, Longest));
        long? timeout = _random.Chance(1, 2) ? _world.Options.Timeout : null;
        OrderedCall[] calls = new OrderedCall[burst.Count];
        for (int index = 0; index < calls.Length; index++)
        {
            BurstOperation operation = _draw.Draw(_session, _world.Time.Now);
            _underWay.Add(operation.Command, (operation, burst));
            calls[index] = _client.Order(_line, operation.Command, timeout);
            if (calls[index].Sequence != SequenceNumber.None)
                _history.OnBegun(_line.Session, calls[index].Sequence, operation);
        }

        int life = _life;
        if (_random.Chance(1, 6))
            InTheMiddle(life, () => _client.CallOff(calls[_random.Below(calls.Length)]));
        if (_random.Chance(1, 10))
            InTheMiddle(life, DieInTheMiddle);
    }

    private void InTheMiddle(int life, Action act) => _world.Time.After(_random.Below(Middle) + 1, () =>
    {
        if (life == _life && !IsIdle)
            act();
    });

    private void DieInTheMiddle()
    {
        _world.Marks.Reach(MoveMark.BurstLeftAlone);
        Die();
    }

    private void OnTold(OrderedCall call, Completion completion)
    {
        if (!_underWay.Remove(call.Command, out (BurstOperation Operation, Burst Burst) ended))
            return;
        ended.Operation.Tell(in completion, _world.Time.Now);
        Completed += ended.Operation.HasResult ? 1 : 0;
        ended.Burst.OnEnded(ended.Operation, call.Group, _world.Marks);
    }

    /// <summary>Operations that were issued together.</summary>
    /// <param name="count">How many.</param>
    private sealed class Burst(int count)
    {
        private readonly HashSet<GroupId> _groups = [];
        private int _results;
        private int _failures;

        public int Count => count;

        public void OnEnded(BurstOperation operation, GroupId group, MoveMarks marks)
        {
            _results += operation.HasResult ? 1 : 0;
            _failures += operation.HasFailed ? 1 : 0;
            if (operation.HasResult)
                _groups.Add(group);
            if (_results == count && _groups.Count > 1)
                marks.Reach(MoveMark.BurstOverShards);
            if (_results + _failures == count && _results > 0 && _failures > 0)
                marks.Reach(MoveMark.BurstFailedFromSomewhere);
        }
    }
}
