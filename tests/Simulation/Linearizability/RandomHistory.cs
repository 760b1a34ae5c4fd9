using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Tests.Simulation.Linearizability;

/// <summary>Histories of a real room with overlapping operations, some of which then lie.</summary>
internal static class RandomHistory
{
    public static IReadOnlyList<RoomOperation> Make(RandomStream random)
    {
        List<RoomOperation> operations = [];
        List<long> room = [];
        int count = random.Between(3, 14);
        int liesPerHundred = random.Pick<int>([0, 10, 20]);
        for (int index = 0; index < count; index++)
        {
            // It takes effect at this moment, and lasts some time before and after it.
            long moment = 10 * (index + 1);
            long invoked = moment - random.Between(1, 25);
            long returned = moment + random.Between(1, 25);
            operations.Add(random.Chance(1, 2)
                ? Send(random, room, index, invoked, returned, liesPerHundred)
                : Read(random, room, index, invoked, returned, liesPerHundred));
        }

        return operations;
    }

    private static SendOperation Send(RandomStream random, List<long> room, int index, long invoked, long returned, int liesPerHundred)
    {
        long text = 'a' + index;
        bool unknown = random.Chance(1, 4);
        if (!unknown || random.Chance(1, 2))
            room.Add(text);
        if (unknown)
            return new SendOperation(index, invoked, RoomOperation.NoAnswer, text, 0);
        long number = room.Count;
        if (random.Chance(liesPerHundred, 100))
            number += random.Between(-1, 1);
        return new SendOperation(index, invoked, returned, text, number);
    }

    private static ReadOperation Read(RandomStream random, List<long> room, int index, long invoked, long returned, int liesPerHundred)
    {
        List<long> seen = [.. room];
        if (seen.Count > 0 && random.Chance(liesPerHundred, 100))
        {
            int victim = random.Below(seen.Count);
            if (random.Chance(1, 2))
                seen.RemoveAt(victim);
            else
                (seen[0], seen[victim]) = (seen[victim], seen[0]);
        }

        return new ReadOperation(index, invoked, returned, seen.Count, 1, seen);
    }
}
