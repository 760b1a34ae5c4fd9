using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Checks.Linearizability;

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
            hash = SplitMix64.Fold(hash, word);
        return (int)hash;
    }
}
