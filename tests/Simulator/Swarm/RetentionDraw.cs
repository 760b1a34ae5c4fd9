using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Swarm;

/// <summary>How much of each room the machines of a run keep: in half of the runs everything, in the others so little that clients find messages trimmed.</summary>
internal static class RetentionDraw
{
    /// <summary>Draws from a stream of its own.</summary>
    public static RoomRetention Draw(RandomStream random)
    {
        if (random.Chance(1, 2))
            return default;
        long messages = random.Chance(1, 2) ? random.LogUniform(1, 64) : 0;
        long bytes = random.Chance(1, 3) ? random.LogUniform(40, 10_000) : 0;
        long age = random.Chance(1, 3) ? random.LogUniform(20, 5_000) : 0;
        return new RoomRetention(messages, bytes, age);
    }
}
