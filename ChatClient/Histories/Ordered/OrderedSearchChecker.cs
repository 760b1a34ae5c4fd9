using PaxosShard.Hashing;

namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// Searches for one order of all operations of all clients, legal for every key and room, that keeps real time and each session's issue order, which
/// is what ordered multi-dispatch promises. It is told nothing but what the clients saw: for small histories of any commands. What took effect of a
/// session must be a prefix of what it issued together: an operation of unknown outcome may have taken effect or not, but nothing that its session
/// issued later did unless it has, nor what was issued before the session heard of a failure.
/// </summary>
/// <param name="maximumSteps">Steps of the search after which it is given up.</param>
public sealed class OrderedSearchChecker(long maximumSteps)
{
    /// <summary>Sessions that a history may have.</summary>
    public const int SessionLimit = 4;

    /// <summary>Operations that a session may have.</summary>
    public const int OperationLimit = 8;

    private static readonly OrderedModel _model = new();

    /// <summary>Judges a history; undecided when it is too large.</summary>
    /// <param name="history">The operations of all sessions, in any order.</param>
    public OrderedVerdict Check(IReadOnlyList<OrderedOperation> history)
    {
        IReadOnlyList<OrderedOperation[]> sessions = SessionRules.Sessions(history);
        if (sessions.Count > SessionLimit || sessions.Any(static session => session.Length > OperationLimit))
            return OrderedVerdict.Undecided($"more than {SessionLimit} sessions of {OperationLimit} operations");
        return SessionRules.FindFault(sessions) ?? new Search(sessions, maximumSteps).Run();
    }

    // Depth first, at most as deep as there are operations.
    private sealed class Search
    {
        private readonly IReadOnlyList<OrderedOperation[]> _sessions;
        private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
        private readonly long _maximumSteps;
        private readonly HashSet<Point> _seen = [];
        private readonly Stack<OrderedOperation> _order = new();
        private readonly int[] _next;
        private readonly OrderedState[] _states;
        private readonly int _answered;
        private int _most;
        private long _steps;

        public Search(IReadOnlyList<OrderedOperation[]> sessions, long maximumSteps)
        {
            _sessions = [.. sessions.Select(WhatMayTakeEffect)];
            _maximumSteps = maximumSteps;
            _next = new int[sessions.Count];
            foreach (OrderedOperation operation in sessions.SelectMany(static session => session))
            {
                _keys.TryAdd(operation.Key, _keys.Count);
                _answered += operation.IsAnswered ? 1 : 0;
            }

            _states = new OrderedState[_keys.Count];
            Array.Fill(_states, _model.Initial);
        }

        public OrderedVerdict Run()
        {
            if (Explain(_answered))
                return OrderedVerdict.Legal([.. _order.Reverse()]);
            return _steps > _maximumSteps
                ? OrderedVerdict.Undecided($"given up after {_maximumSteps} steps")
                : OrderedVerdict.Illegal(OrderedFault.NoOrder, $"no order explains the answers; the longest one holds {_most} operations, and {_answered} were answered");
        }

        // Failed operations take no effect, and what was issued together with one ends what its session did.
        private static OrderedOperation[] WhatMayTakeEffect(OrderedOperation[] session)
        {
            List<OrderedOperation> operations = [];
            for (int index = 0; index < session.Length; index++)
            {
                if (session[index].HasFailed)
                    continue;
                if (SessionRules.UnheardFailure(session, index) is not null)
                    break;
                operations.Add(session[index]);
            }

            return [.. operations];
        }

        private bool Explain(int answersLeft)
        {
            if (answersLeft == 0)
                return true;
            if (++_steps > _maximumSteps || !_seen.Add(new Point(_next, _states)))
                return false;
            long earliestAnswer = EarliestAnswer();
            for (int session = 0; session < _sessions.Count; session++)
            {
                if (_next[session] == _sessions[session].Length)
                    continue;
                OrderedOperation operation = _sessions[session][_next[session]];
                int key = _keys[operation.Key];
                OrderedState before = _states[key];
                if (operation.Call.Invoked > earliestAnswer || !_model.TryApply(before, operation, out OrderedState after))
                    continue;
                _next[session]++;
                _states[key] = after;
                _order.Push(operation);
                _most = Math.Max(_most, _order.Count);
                if (Explain(answersLeft - (operation.IsAnswered ? 1 : 0)))
                    return true;
                _order.Pop();
                _states[key] = before;
                _next[session]--;
            }

            return false;
        }

        // Of what is not in the order yet: nothing that was issued after it can come first.
        private long EarliestAnswer()
        {
            long earliest = KeyOperation.NoAnswer;
            for (int session = 0; session < _sessions.Count; session++)
            {
                for (int index = _next[session]; index < _sessions[session].Length; index++)
                    earliest = Math.Min(earliest, _sessions[session][index].Call.Returned);
            }

            return earliest;
        }
    }

    /// <summary>A point of the search that need not be visited twice: how much of each session is in the order, and what keys and rooms hold.</summary>
    private readonly struct Point(int[] next, OrderedState[] states) : IEquatable<Point>
    {
        private readonly int[] _next = [.. next];
        private readonly OrderedState[] _states = [.. states];

        public bool Equals(Point other) => _next.AsSpan().SequenceEqual(other._next) && _states.AsSpan().SequenceEqual(other._states);

        public override bool Equals(object? obj) => obj is Point other && Equals(other);

        public override int GetHashCode()
        {
            ulong hash = 0;
            foreach (int count in _next)
                hash = StableHash64.Combine(hash, (ulong)count);
            foreach (OrderedState state in _states)
                hash = StableHash64.Combine(hash, state.Value.Hash);
            return (int)hash;
        }
    }
}
