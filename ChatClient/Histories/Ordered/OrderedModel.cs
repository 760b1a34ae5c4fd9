namespace PaxosShard.Client.Histories.Ordered;

/// <summary>What a key or a room holds.</summary>
/// <param name="Value">Its pieces.</param>
/// <param name="Count">How many they are: of a room, the number of its last message.</param>
public readonly record struct OrderedState(KeyState Value, long Count);

/// <summary>A key or a room without concurrency: a <see cref="KeyModel"/> that counts what was appended.</summary>
public sealed class OrderedModel : ISequentialModel<OrderedState, OrderedOperation>
{
    private readonly KeyModel _keys = new();

    /// <inheritdoc/>
    public OrderedState Initial => new(_keys.Initial, 0);

    /// <inheritdoc/>
    public bool TryApply(OrderedState state, OrderedOperation operation, out OrderedState next)
    {
        next = state;
        if (!_keys.TryApply(state.Value, operation.Call, out KeyState value))
            return false;
        if (value != state.Value)
            next = new OrderedState(value, CountOf(state, operation.Call.Action));
        return operation.MessageNumber == 0 || operation.MessageNumber == next.Count;
    }

    private static long CountOf(OrderedState state, KeyAction action) => action switch
    {
        KeyAction.Append => state.Count + 1,
        KeyAction.Delete => 0,
        _ => 1,
    };
}
