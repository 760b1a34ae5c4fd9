using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Tests.Simulation.Linearizability;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>A legal history: operations that run one after the other, each issued some time before its moment and answered some time behind it.</summary>
internal sealed class RandomOrderedHistory
{
    private readonly RandomStream _random;
    private readonly KeyAction[] _actions;
    private readonly string[] _keys;
    private readonly SessionState[] _sessions;
    private readonly List<OrderedOperation> _history = [];
    private readonly Dictionary<string, List<KeyState>> _states;
    private readonly Dictionary<string, OrderedState> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<KeyPiece>> _pieces;
    private readonly OrderedModel _model = new();

    private RandomOrderedHistory(RandomStream random, int sessions, int keys, KeyAction[] actions)
    {
        _random = random;
        _actions = actions;
        _keys = [.. Enumerable.Range(0, keys).Select(static key => $"key{key}")];
        _sessions = [.. Enumerable.Range(0, sessions).Select(static _ => new SessionState())];
        _states = _keys.ToDictionary(static key => key, static _ => new List<KeyState> { KeyState.Absent }, StringComparer.Ordinal);
        _pieces = _keys.ToDictionary(static key => key, static _ => new List<KeyPiece>(), StringComparer.Ordinal);
    }

    /// <summary>What the clients saw.</summary>
    public IReadOnlyList<OrderedOperation> History => _history;

    /// <summary>In which order it took effect; some reads have a place in it.</summary>
    public VersionOrder Order { get; } = new();

    /// <summary>What each key holds at the end, if everybody appended.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<KeyPiece>> FinalValues => _pieces.ToDictionary(static pair => pair.Key, static pair => (IReadOnlyList<KeyPiece>)pair.Value, StringComparer.Ordinal);

    /// <summary>What the keys have held.</summary>
    public IReadOnlyDictionary<string, List<KeyState>> States => _states;

    /// <summary>Makes one.</summary>
    public static RandomOrderedHistory Make(RandomStream random, int sessions, int operations, int keys, KeyAction[] actions)
    {
        RandomOrderedHistory made = new(random, sessions, keys, actions);
        for (int index = 0; index < operations; index++)
        {
            int session = random.Below(sessions);
            if (made._sessions[session].Count < OrderedSearchChecker.OperationLimit)
                made.Add(session, 10 * (index + 1));
        }

        return made;
    }

    /// <summary>What one more session sees that reads every key when all is over.</summary>
    public IReadOnlyList<OrderedOperation> FinalReads()
    {
        List<OrderedOperation> reads = [];
        long time = 1 + _history.Select(static operation => operation.Call.IsUnknown ? operation.Call.Invoked : operation.Call.Returned).DefaultIfEmpty().Max();
        foreach (string key in _keys)
        {
            KeyOperation read = new(_sessions.Length, time, time + 1, KeyAction.Get);
            reads.Add(new OrderedOperation(time, key, RandomKeyHistory.Run(read, runs: true, _states[key])));
            time += 2;
        }

        return reads;
    }

    private void Add(int session, long moment)
    {
        SessionState state = _sessions[session];
        string key = _random.Pick<string>(_keys);
        List<KeyState> past = _states[key];
        long invoked = Math.Max(state.Invoked, moment - _random.Between(1, 60));
        long returned = Math.Max(state.Returned, moment + _random.Between(1, 60));
        KeyOperation call = new(session, invoked, returned, _random.Pick<KeyAction>(_actions))
        {
            Piece = new KeyPiece(1000 + _history.Count, 1),
            Expected = past[^_random.Between(1, Math.Min(2, past.Count))],
        };
        if (!state.IsUnknown && (_random.Chance(1, 12) || !state.TryIssueAfterFailure(_random, moment, ref call)))
        {
            state.Failed = returned;
            Remember(state, new OrderedOperation(state.Count + 1, key, call) { HasFailed = true });
            return;
        }

        state.IsUnknown |= _random.Chance(1, 10);
        state.IsGone |= state.IsUnknown && _random.Chance(1, 2);
        if (state.IsGone)
        {
            Remember(state, new OrderedOperation(state.Count + 1, key, call with { Returned = KeyOperation.NoAnswer }));
            return;
        }

        OrderedOperation operation = Run(new OrderedOperation(state.Count + 1, key, call));
        Remember(state, state.IsUnknown ? Unknown(operation) : operation);
    }

    private OrderedOperation Run(OrderedOperation operation)
    {
        OrderedOperation run = operation with { Call = RandomKeyHistory.Run(operation.Call, runs: true, _states[operation.Key]) };
        _model.TryApply(_counted.GetValueOrDefault(run.Key), run, out OrderedState next);
        _counted[run.Key] = next;
        if (run.Call.Action == KeyAction.Append)
        {
            _pieces[run.Key].Add(run.Call.Piece);
            if (_random.Chance(1, 4))
                run = run with { MessageNumber = next.Count };
        }

        if (run.Call.Action != KeyAction.Get || _random.Chance(1, 4))
            Order.Add(run.Key, run.Name);
        return run;
    }

    private void Remember(SessionState state, OrderedOperation operation)
    {
        state.Count++;
        state.Invoked = operation.Call.Invoked;
        if (!operation.Call.IsUnknown)
            state.Returned = operation.Call.Returned;
        _history.Add(operation);
    }

    /// <summary>The same operation without an answer.</summary>
    public static OrderedOperation Unknown(OrderedOperation operation) => operation with
    {
        Call = operation.Call with { Returned = KeyOperation.NoAnswer, Answer = KeyAnswer.None, Found = KeyState.Absent },
        MessageNumber = 0,
    };

    private sealed class SessionState
    {
        public int Count { get; set; }

        public long Invoked { get; set; }

        public long Returned { get; set; }

        /// <summary>When it heard of its last failure.</summary>
        public long Failed { get; set; } = long.MinValue;

        /// <summary>It hears no answers any more.</summary>
        public bool IsUnknown { get; set; }

        /// <summary>Nothing of it takes effect any more.</summary>
        public bool IsGone { get; set; }

        /// <summary>After a failure it may go on, once it has heard of it.</summary>
        public bool TryIssueAfterFailure(RandomStream random, long moment, ref KeyOperation call)
        {
            if (call.Invoked >= Failed)
                return true;
            if (Failed > moment || random.Chance(1, 2))
                return false;
            call = call with { Invoked = Failed };
            return true;
        }
    }
}
