using PaxosShard.Hashing;
using PaxosShard.Replica.Machines;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Moves;

/// <summary>Draws what a run is made of from its seed: no two runs test the same thing.</summary>
internal static class MoveDraw
{
    // As far as a clock may be wrong without a request being too far ahead in another group: less than a quarter of an hour by the lifetime of requests.
    private const long FarAhead = 600_000;

    // Two groups, and those that join.
    private const int ClocksDrawn = 12;

    /// <summary>The options of a seed.</summary>
    public static MoveOptions Draw(ulong seed)
    {
        RandomStream random = RandomStream.Named(seed, "options");
        bool isShort = random.Chance(1, 2);
        bool isFull = random.Chance(1, 8);
        bool isCrowded = !isFull && random.Chance(1, 6);
        return new MoveOptions
        {
            Seed = seed,
            FaultyTime = random.Between(4_000_000L, 10_000_000L),
            Shards = random.Between(2, 3),
            Clients = random.Between(2, 4),
            BurstClients = DrawBurstClients(seed),
            PlacesEarly = RandomStream.Named(seed, "places").Chance(3, 4),
            Arcs = DrawArcs(random, random.Between(6, 10)),
            KeysPerArc = random.Between(1, 3),
            RoomsPerArc = random.Between(1, 2),
            IsCrowded = isCrowded,
            LargePerThousand = !isFull && random.Chance(1, 4) ? 20 : 0,
            StateBytes = isFull ? random.Between(6_000L, 20_000L) : ShardMachine.DefaultStateBytes,
            Lifetime = isShort ? random.Between(1_500L, 4_000L) : 120_000,
            Timeout = random.Chance(1, 2) ? random.Between(500L, 5_000L) : null,
            ThinkTime = random.Between(8_000L, 40_000L),
            Operations = random.Between(2, 10),
            JobPause = random.Between(100_000L, 600_000L),
            FaultPause = random.Chance(1, 10) ? 0 : random.Between(100_000L, 800_000L),
            LongestOutage = random.Between(200_000L, 2_000_000L),
            LongestDelay = random.Between(20_000L, 800_000L),
            SlowPerThousand = random.Between(0, 40),
            LostPerThousand = random.Between(0, 30),
            DoubledPerThousand = random.Between(0, 60),
            LatePerThousand = random.Between(0, 60),
            LongestLateness = random.Between(500_000L, 8_000_000L),
            SpoiltPerThousand = random.Chance(1, 4) ? random.Between(20, 200) : 0,
            KeepsOrder = random.Chance(1, 2),
            CommandsPerEntry = random.Between(1, 12),
            ClocksAhead = DrawClocks(random),
            HeldPerThousand = random.Chance(1, 2) ? random.Between(5, 60) : 0,
            LongestPast = random.LogUniform(100_000L, 4_000_000L),
        };
    }

    // By chance of its own: runs without such clients are what they were.
    private static int DrawBurstClients(ulong seed)
    {
        RandomStream random = RandomStream.Named(seed, "burst clients");
        return random.Chance(1, 2) ? random.Between(1, 3) : 0;
    }

    private static int[] DrawArcs(RandomStream random, int count)
    {
        SortedSet<int> arcs = [];
        while (arcs.Count < count)
            arcs.Add(random.Below(Arc.Count));
        return [.. arcs];
    }

    private static Dictionary<int, long> DrawClocks(RandomStream random)
    {
        Dictionary<int, long> clocks = [];
        for (int group = 1; group <= ClocksDrawn; group++)
            clocks.Add(group, random.Between(0L, 2_000L));
        if (random.Chance(1, 3))
            clocks[random.Between(1, 3)] = FarAhead;
        return clocks;
    }
}
