using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>Holds the order with which a checker explains a history against what was promised, pair by pair: slow, and simple enough to be believed.</summary>
internal static class OrderWitness
{
    /// <summary>What the order does not keep; null when it explains the history.</summary>
    public static string? FindFault(IReadOnlyList<OrderedOperation> history, IReadOnlyList<OrderedOperation> order)
    {
        if (order.Distinct().Count() != order.Count || order.Any(operation => operation.HasFailed || !history.Contains(operation)))
            return "something is in the order twice, has failed, or was never issued";
        if (history.Except(order).FirstOrDefault(static operation => operation.IsAnswered) is { } missing)
            return $"{missing} was answered and is not in the order";
        for (int later = 0; later < order.Count; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                if (order[later].Call.Returned < order[earlier].Call.Invoked)
                    return $"{order[later]} was answered before {order[earlier]} was issued";
                if (order[later].Name.Session == order[earlier].Name.Session && order[later].Number < order[earlier].Number)
                    return $"{order[later]} was issued before {order[earlier]}";
            }
        }

        return FindHole(history, order) ?? FindWrongAnswer(order);
    }

    private static string? FindHole(IReadOnlyList<OrderedOperation> history, IReadOnlyList<OrderedOperation> order)
    {
        foreach (OrderedOperation effective in order)
        {
            foreach (OrderedOperation other in history.Where(other => other.Name.Session == effective.Name.Session && other.Number < effective.Number))
            {
                bool isHeard = other.HasFailed && other.Call.Returned <= effective.Call.Invoked;
                bool leavesNothing = other.Call is { Action: KeyAction.Get, IsUnknown: true };
                if (!isHeard && !leavesNothing && !order.Contains(other))
                    return $"{effective} is in the order, and {other} is not";
            }
        }

        return null;
    }

    private static string? FindWrongAnswer(IReadOnlyList<OrderedOperation> order)
    {
        OrderedModel model = new();
        Dictionary<string, OrderedState> states = new(StringComparer.Ordinal);
        foreach (OrderedOperation operation in order)
        {
            if (!model.TryApply(states.GetValueOrDefault(operation.Key), operation, out OrderedState next))
                return $"{operation} gives another answer there";
            states[operation.Key] = next;
        }

        return null;
    }
}
