namespace PaxosShard.Client.Histories.Ordered;

/// <summary>The versions of one key or room, found by running what took effect on it in its order, and who has made and seen each.</summary>
internal sealed class KeyVersions
{
    private readonly List<OrderedState> _states = [];
    private readonly List<int> _writers = [];
    private readonly List<(int Operation, int Version)> _readers = [];
    private readonly Dictionary<KeyState, List<int>> _versionsOf = [];

    // Of each version: the latest issue of it and what lies before it, and the earliest answer of what lies behind it.
    private readonly List<long> _latestIssue = [];
    private long[] _earliestAnswer = [];

    private KeyVersions()
    {
    }

    /// <summary>The operations that made the versions from 1; version 0 was there from the start.</summary>
    public IReadOnlyList<int> Writers => _writers;

    /// <summary>The operations that have a place in the order and changed nothing, with the version that they saw.</summary>
    public IReadOnlyList<(int Operation, int Version)> Readers => _readers;

    /// <summary>Runs the operations; null when one was answered otherwise, with the fault.</summary>
    public static KeyVersions? Replay(string key, VersionOrder order, EffectiveOperations operations, OrderedModel model, out OrderedVerdict? fault)
    {
        KeyVersions versions = new();
        versions.AddVersion(model.Initial, long.MinValue);
        foreach (OrderedName name in order.Of(key))
        {
            int index = operations.IndexOf(name);
            OrderedState state = versions._states[^1];
            if (!model.TryApply(state, operations[index], out OrderedState next))
            {
                fault = OrderedVerdict.Illegal(OrderedFault.WrongAnswer, $"{operations[index]} took effect when {key} held {state.Value}, {state.Count} pieces");
                return null;
            }

            if (next == state)
            {
                versions._readers.Add((index, versions._writers.Count));
                continue;
            }

            versions._writers.Add(index);
            versions.AddVersion(next, operations[index].Call.Invoked);
        }

        versions.FindEarliestAnswers(operations);
        fault = null;
        return versions;
    }

    /// <summary>
    /// The versions that a read without a place can have seen; none when what it found was never there. Only a key without a value has more than
    /// one, and of these only those are given that were there while the read ran, or one for all when none was.
    /// </summary>
    public IReadOnlyList<int> SeenBy(OrderedOperation read)
    {
        KeyState found = read.Call.Answer == KeyAnswer.Missing ? KeyState.Absent : read.Call.Found;
        bool isAnswerOfRead = read.Call.Answer == KeyAnswer.Missing || (read.Call.Answer == KeyAnswer.Done && !found.IsAbsent);
        if (!isAnswerOfRead || !_versionsOf.TryGetValue(found, out List<int>? same))
            return [];
        if (same.Count == 1)
            return same;
        int first = same.BinarySearch(FirstUnanswered(read.Call.Invoked));
        List<int> inTime = [];
        for (int index = first < 0 ? ~first : first; index < same.Count && _latestIssue[same[index]] <= read.Call.Returned; index++)
            inTime.Add(same[index]);
        return inTime.Count > 0 ? inTime : [same[0]];
    }

    private void AddVersion(OrderedState state, long issued)
    {
        if (!_versionsOf.TryGetValue(state.Value, out List<int>? same))
            _versionsOf.Add(state.Value, same = []);
        same.Add(_states.Count);
        _latestIssue.Add(_states.Count == 0 ? issued : Math.Max(issued, _latestIssue[^1]));
        _states.Add(state);
    }

    private void FindEarliestAnswers(EffectiveOperations operations)
    {
        _earliestAnswer = new long[_states.Count];
        _earliestAnswer[^1] = long.MaxValue;
        for (int version = _writers.Count - 1; version >= 0; version--)
            _earliestAnswer[version] = Math.Min(_earliestAnswer[version + 1], operations[_writers[version]].Call.Returned);
    }

    // The first version behind which nothing lies that was answered before this time.
    private int FirstUnanswered(long time)
    {
        int low = 0;
        int high = _states.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_earliestAnswer[middle] >= time)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
