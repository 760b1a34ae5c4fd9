using PaxosShard.Hashing;

namespace PaxosShard.Client.Histories;

/// <summary>
/// Searches for an order of concurrent operations that a sequential object could have shown (Wing and Gong's search, with
/// the memory of Lowe): general, exponential in the number of operations that overlap. An operation without an answer
/// stays open to the end, where it may take effect without anybody seeing it.
/// </summary>
/// <typeparam name="TState">The object's state.</typeparam>
/// <typeparam name="TOperation">Its operations.</typeparam>
/// <param name="model">What it does alone.</param>
/// <param name="maximumSteps">Steps of the search after which it is given up.</param>
public sealed class WingGongChecker<TState, TOperation>(ISequentialModel<TState, TOperation> model, long maximumSteps)
    where TState : IEquatable<TState>
{
    /// <summary>Judges a history.</summary>
    /// <param name="operations">The operations, in any order.</param>
    /// <param name="interval">When an operation was asked and answered.</param>
    public Verdict Check(IReadOnlyList<TOperation> operations, Func<TOperation, (long Invoked, long Returned)> interval)
    {
        TimelineNode head = Timeline.Build(operations.Count, index => interval(operations[index]));
        HashSet<SearchState<TState>> seen = [];
        Stack<(TimelineNode Call, TState Before)> taken = new();
        ulong[] done = new ulong[(operations.Count + 63) / 64];
        TState state = model.Initial;
        TimelineNode? node = head.Next;
        int deepest = 0;
        for (long steps = 0; head.Next is not null; steps++)
        {
            if (steps == maximumSteps)
                return new Verdict(HistoryOutcome.Undecided, $"given up after {steps} steps");
            if (node!.Answer is not null && TryTake(operations[node.Operation], node.Operation, done, seen, ref state, out TState before))
            {
                taken.Push((node, before));
                deepest = Math.Max(deepest, taken.Count);
                node.Lift();
                node = head.Next;
            }
            else if (node.Answer is not null)
            {
                node = node.Next;
            }
            else
            {
                // An answer is reached whose operation could not be placed before it: the last choice was wrong.
                if (!taken.TryPop(out (TimelineNode Call, TState Before) last))
                    return Verdict.Illegal($"no order explains {operations[node.Operation]}; the longest one holds {deepest} of {operations.Count}");
                state = last.Before;
                done[last.Call.Operation / 64] &= ~(1UL << (last.Call.Operation % 64));
                last.Call.PutBack();
                node = last.Call.Next;
            }
        }

        return Verdict.Legal;
    }

    private bool TryTake(TOperation operation, int index, ulong[] done, HashSet<SearchState<TState>> seen, ref TState state, out TState before)
    {
        before = state;
        if (!model.TryApply(state, operation, out TState next))
            return false;
        ulong[] with = [.. done];
        with[index / 64] |= 1UL << (index % 64);
        if (!seen.Add(new SearchState<TState>(with, next)))
            return false;
        done[index / 64] = with[index / 64];
        state = next;
        return true;
    }
}

/// <summary>A point of the search that need not be visited twice: which operations are placed, and the state after them.</summary>
internal readonly struct SearchState<TState>(ulong[] done, TState state) : IEquatable<SearchState<TState>>
    where TState : IEquatable<TState>
{
    private readonly ulong[] _done = done;
    private readonly TState _state = state;

    public bool Equals(SearchState<TState> other) =>
        _done.AsSpan().SequenceEqual(other._done) && _state.Equals(other._state);

    public override bool Equals(object? obj) => obj is SearchState<TState> other && Equals(other);

    public override int GetHashCode()
    {
        ulong hash = (ulong)_state.GetHashCode();
        foreach (ulong word in _done)
            hash = StableHash64.Combine(hash, word);
        return (int)hash;
    }
}
