namespace PaxosShard.Client.Histories;

/// <summary>What an object does when nobody else is there.</summary>
/// <typeparam name="TState">Its state: immutable, compared by value.</typeparam>
/// <typeparam name="TOperation">What can be asked of it, with the answer that was given.</typeparam>
public interface ISequentialModel<TState, in TOperation>
    where TState : IEquatable<TState>
{
    /// <summary>The state before the first operation.</summary>
    TState Initial { get; }

    /// <summary>Runs an operation; false when the answer in it is not the one this state gives.</summary>
    bool TryApply(TState state, TOperation operation, out TState next);
}
