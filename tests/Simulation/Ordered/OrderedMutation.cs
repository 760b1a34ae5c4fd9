using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Tests.Simulation.Linearizability;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>Changes something in a legal history that may make it illegal.</summary>
internal static class OrderedMutation
{
    /// <summary>The history with one operation, or two of a session, that are not as they were.</summary>
    public static IReadOnlyList<OrderedOperation> Apply(RandomStream random, IReadOnlyList<OrderedOperation> history, IReadOnlyDictionary<string, List<KeyState>> states)
    {
        List<OrderedOperation> mutated = [.. history];
        int index = random.Below(mutated.Count);
        OrderedOperation operation = mutated[index];
        int next = mutated.FindIndex(index + 1, other => other.Name.Session == operation.Name.Session);
        OrderedOperation? follower = next < 0 ? null : mutated[next];
        switch (random.Below(6))
        {
            case 0 when operation.IsAnswered:
                bool lies = false;
                mutated[index] = operation with { Call = RandomKeyHistory.Lie(random, operation.Call, states[operation.Key], ref lies) };
                break;
            case 1 when follower is not null && operation.IsAnswered == follower.IsAnswered && operation.HasFailed == follower.HasFailed:
                mutated[index] = AtTimesOf(operation, follower);
                mutated[next] = AtTimesOf(follower, operation);
                break;
            case 2 when !operation.Call.IsUnknown:
                mutated[index] = operation with { Call = operation.Call with { Returned = random.Between(operation.Call.Invoked, operation.Call.Returned) } };
                break;
            case 3 when !operation.Call.IsUnknown:
                mutated[index] = operation with { Call = operation.Call with { Invoked = random.Between(operation.Call.Invoked, Math.Min(operation.Call.Returned, follower?.Call.Invoked ?? long.MaxValue)) } };
                break;
            case 4 when operation.IsAnswered:
                mutated[index] = RandomOrderedHistory.Unknown(operation) with { HasFailed = true };
                mutated[index] = mutated[index] with { Call = mutated[index].Call with { Returned = operation.Call.Returned } };
                break;
            case 5 when operation.IsAnswered:
                mutated[index] = RandomOrderedHistory.Unknown(operation);
                break;
            default:
                break;
        }

        return mutated;
    }

    // The one of the two takes the other one's place in the issue order, with its times.
    private static OrderedOperation AtTimesOf(OrderedOperation place, OrderedOperation content) => content with
    {
        Number = place.Number,
        Call = content.Call with { Invoked = place.Call.Invoked, Returned = place.Call.Returned },
    };
}
