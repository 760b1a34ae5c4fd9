namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// For every key and room the order in which operations took effect on it, as somebody knows it who is not a client: the log of the shard, or who
/// reads the values at the end. Operations that change something have to be in it; a <see cref="KeyAction.Get"/> may be.
/// </summary>
public sealed class VersionOrder
{
    private readonly Dictionary<string, List<OrderedName>> _orders = new(StringComparer.Ordinal);

    /// <summary>The keys and rooms on which something took effect.</summary>
    public IReadOnlyCollection<string> Keys => _orders.Keys;

    /// <summary>What took effect on a key or room, first to last; empty when nothing did.</summary>
    public IReadOnlyList<OrderedName> Of(string key) => _orders.TryGetValue(key, out List<OrderedName>? order) ? order : [];

    /// <summary>An operation took effect behind all that did before on this key or room.</summary>
    public void Add(string key, OrderedName operation)
    {
        if (!_orders.TryGetValue(key, out List<OrderedName>? order))
            _orders.Add(key, order = []);
        order.Add(operation);
    }

    /// <summary>
    /// Finds the order in the values that keys and rooms have at the end, when nothing that is unknown can take effect any more; only for keys and
    /// rooms to which everybody appended, since a value tells nothing of what it has replaced.
    /// </summary>
    /// <param name="history">All operations.</param>
    /// <param name="values">The pieces that every key and room of the history holds at the end.</param>
    /// <param name="fault">What cannot be in the values; null when all of it was appended.</param>
    /// <exception cref="ArgumentException">The values or the operations are not enough to know the order.</exception>
    public static VersionOrder FromFinalValues(
        IReadOnlyList<OrderedOperation> history, IReadOnlyDictionary<string, IReadOnlyList<KeyPiece>> values, out OrderedVerdict? fault)
    {
        VersionOrder orders = new();
        Dictionary<(string Key, KeyPiece Piece), OrderedName> appended = [];
        foreach (OrderedOperation operation in history)
        {
            if (!values.ContainsKey(operation.Key))
                throw new ArgumentException($"the value of {operation.Key} at the end is not known", nameof(values));
            if (operation.Call.Action is not (KeyAction.Get or KeyAction.Append))
                throw new ArgumentException($"{operation} leaves nothing that shows its place", nameof(history));
            if (operation.Call.Action == KeyAction.Append && !appended.TryAdd((operation.Key, operation.Call.Piece), operation.Name))
                throw new ArgumentException($"{operation} appends what another one has appended", nameof(history));
        }

        fault = null;
        foreach ((string key, IReadOnlyList<KeyPiece> pieces) in values)
        {
            foreach (KeyPiece piece in pieces)
            {
                if (appended.TryGetValue((key, piece), out OrderedName name))
                    orders.Add(key, name);
                else
                    fault ??= OrderedVerdict.Illegal(OrderedFault.NeverThere, $"{key} holds {piece.Token} at the end, which nobody has appended to it");
            }
        }

        return orders;
    }
}
