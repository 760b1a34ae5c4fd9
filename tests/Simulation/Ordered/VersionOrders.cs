using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>All orders in which the changes of a small history can have taken effect, with each choice of those of unknown outcome.</summary>
internal static class VersionOrders
{
    /// <summary>How many there are at most.</summary>
    public static long Count(IReadOnlyList<OrderedOperation> history)
    {
        long count = 1L << Changes(history).Count(static change => change.Call.IsUnknown);
        foreach (IGrouping<string, OrderedOperation> key in Changes(history).GroupBy(static change => change.Key, StringComparer.Ordinal))
        {
            for (int factor = 2; factor <= key.Count(); factor++)
                count *= factor;
        }

        return count;
    }

    public static IEnumerable<VersionOrder> Of(IReadOnlyList<OrderedOperation> history)
    {
        OrderedOperation[] unknown = [.. Changes(history).Where(static change => change.Call.IsUnknown)];
        for (int chosen = 0; chosen < 1 << unknown.Length; chosen++)
        {
            HashSet<OrderedOperation> left = [.. unknown.Where((_, index) => (chosen & (1 << index)) == 0)];
            OrderedName[][] keys = [.. Changes(history).Where(change => !left.Contains(change)).GroupBy(static change => change.Key, StringComparer.Ordinal).Select(static key => key.Select(static change => change.Name).ToArray())];
            string[] names = [.. Changes(history).Where(change => !left.Contains(change)).Select(static change => change.Key).Distinct(StringComparer.Ordinal)];
            foreach (OrderedName[][] orders in Products(keys, 0))
            {
                VersionOrder order = new();
                for (int key = 0; key < names.Length; key++)
                {
                    foreach (OrderedName name in orders[key])
                        order.Add(names[key], name);
                }

                yield return order;
            }
        }
    }

    private static IEnumerable<OrderedOperation> Changes(IReadOnlyList<OrderedOperation> history) =>
        history.Where(static operation => operation.Call.Action != KeyAction.Get && !operation.HasFailed);

    // Every permutation of each key with every one of the others.
    private static IEnumerable<OrderedName[][]> Products(OrderedName[][] keys, int from)
    {
        if (from == keys.Length)
        {
            yield return [.. keys.Select(static key => key.ToArray())];
            yield break;
        }

        foreach (OrderedName[] permutation in Permutations(keys[from], 0))
        {
            OrderedName[][] fixedHere = [.. keys];
            fixedHere[from] = permutation;
            foreach (OrderedName[][] product in Products(fixedHere, from + 1))
                yield return product;
        }
    }

    private static IEnumerable<OrderedName[]> Permutations(OrderedName[] names, int from)
    {
        if (from >= names.Length - 1)
        {
            yield return [.. names];
            yield break;
        }

        for (int index = from; index < names.Length; index++)
        {
            OrderedName[] swapped = [.. names];
            (swapped[from], swapped[index]) = (swapped[index], swapped[from]);
            foreach (OrderedName[] permutation in Permutations(swapped, from + 1))
                yield return permutation;
        }
    }
}
