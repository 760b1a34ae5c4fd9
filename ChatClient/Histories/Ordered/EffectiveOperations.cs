namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// What took effect of a history, session by session and in issue order: what has a place in the version order, and each read that was answered. An
/// operation of unknown outcome counts only if it was seen to take effect.
/// </summary>
internal sealed class EffectiveOperations
{
    private readonly List<OrderedOperation> _operations = [];
    private readonly Dictionary<OrderedName, int> _indexOf = [];

    private EffectiveOperations()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => _operations.Count;

    /// <summary>One of them; those of a session stand together, in issue order.</summary>
    public OrderedOperation this[int index] => _operations[index];

    /// <summary>The index of an operation that took effect.</summary>
    public int IndexOf(OrderedName name) => _indexOf[name];

    /// <summary>Collects them; null when what took effect cannot have, with the fault.</summary>
    public static EffectiveOperations? Collect(IReadOnlyList<OrderedOperation[]> sessions, VersionOrder order, out OrderedVerdict? fault)
    {
        HashSet<OrderedName> placed = [];
        fault = FindPlaceFault(sessions, order, placed);
        EffectiveOperations effective = new();
        foreach (OrderedOperation[] session in sessions)
            fault ??= effective.AddSession(session, placed);
        return fault is null ? effective : null;
    }

    private static OrderedVerdict? FindPlaceFault(IReadOnlyList<OrderedOperation[]> sessions, VersionOrder order, HashSet<OrderedName> placed)
    {
        Dictionary<OrderedName, OrderedOperation> issued = sessions.SelectMany(static session => session).ToDictionary(static operation => operation.Name);
        foreach (string key in order.Keys)
        {
            foreach (OrderedName name in order.Of(key))
            {
                if (!issued.TryGetValue(name, out OrderedOperation? operation))
                    return OrderedVerdict.Illegal(OrderedFault.Recording, $"{name} took effect on {key}, and was never issued");
                if (!string.Equals(operation.Key, key, StringComparison.Ordinal))
                    return OrderedVerdict.Illegal(OrderedFault.Recording, $"{operation} took effect on {key}");
                if (!placed.Add(name))
                    return OrderedVerdict.Illegal(OrderedFault.Twice, $"{operation} took effect twice");
                if (operation.HasFailed)
                    return OrderedVerdict.Illegal(OrderedFault.FailedEffect, $"{operation} was reported to have failed, and took effect");
            }
        }

        return null;
    }

    // What took effect of a session is a prefix of what it has issued together.
    private OrderedVerdict? AddSession(OrderedOperation[] session, HashSet<OrderedName> placed)
    {
        OrderedOperation? missing = null;
        for (int index = 0; index < session.Length; index++)
        {
            OrderedOperation operation = session[index];
            bool isRead = operation.Call.Action == KeyAction.Get;
            if (placed.Contains(operation.Name) || (isRead && operation.IsAnswered))
            {
                if (missing is not null)
                    return OrderedVerdict.Illegal(OrderedFault.Hole, $"{operation} took effect, and {missing} did not, which its session issued earlier");
                if (SessionRules.UnheardFailure(session, index) is { } failure)
                    return OrderedVerdict.Illegal(OrderedFault.EffectAfterFailure, $"{operation} took effect, and was issued together with {failure}, which has failed");
                _indexOf.Add(operation.Name, _operations.Count);
                _operations.Add(operation);
            }
            else if (operation.IsAnswered)
            {
                return OrderedVerdict.Illegal(OrderedFault.NoEffect, $"{operation} was answered, and never took effect");
            }
            else if (!operation.HasFailed && !isRead)
            {
                // A read of unknown outcome leaves nothing behind by which anybody could know that it did not run.
                missing ??= operation;
            }
        }

        return null;
    }
}
