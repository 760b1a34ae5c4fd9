using PaxosShard.Client.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Swarm;

/// <summary>
/// Draws a configuration from a seed. Every feature is left out in a part of the runs: a bug that hides behind one feature
/// shows where that feature is missing.
/// </summary>
public static class SwarmDraw
{
    private const int Block = SimulatedDisk.BlockBytes;

    // So far above the others a replica may begin that has failed to lead again and again.
    private const long FarthestView = 1_000;
    private const long Year = 365L * 24 * 60 * 60 * 1000;

    private const long ShortestLife = 2_000;
    private const long UsualLife = 120_000;

    // As many sessions as may be, for a while: it has to be over long before a client that waits for one is given up.
    private const int FewSessions = 40;
    private const long LongestLifeOfFew = 8_000;

    /// <summary>The configuration of a seed.</summary>
    public static SwarmConfiguration Draw(ulong seed)
    {
        RandomStream random = RandomStream.Named(seed, "swarm");
        int replicas = random.Pick<int>([1, 3, 3, 3, 3, 5, 5, 7]);
        int rooms = random.Between(1, 4);
        long length = random.Between(1_500_000L, 6_000_000L);
        bool manyShort = random.Chance(1, 2);
        long meanGap = manyShort ? random.LogUniform(20_000, 200_000) : random.LogUniform(200_000, 1_500_000);
        long meanDuration = manyShort ? random.LogUniform(5_000, 100_000) : random.LogUniform(100_000, 2_000_000);
        NetworkOptions network = DrawNetwork(random);
        ReplicaTimings[] timings = DrawTimings(random, replicas);
        KeyUse keys = KeyUse.Draw(RandomStream.Named(seed, "keys"));
        SnapshotUse snapshots = SnapshotUse.Draw(RandomStream.Named(seed, "snapshots"));
        GroupOptions core = snapshots.AppliedTo(DrawCore(random, LeastTimeout(network, timings), timings[0].Tick));
        long lifetime = DrawLifetime(RandomStream.Named(seed, "lifetime"), core.Sessions);
        IReadOnlyList<Replacement> replacements = ReplacementDraw.Draw(RandomStream.Named(seed, "replacements"), replicas, length);
        ClusterOptions cluster = new()
        {
            Seed = seed,
            ReplicaCount = replicas,
            Newcomers = replacements.Count,
            Rooms = rooms,
            Keys = keys.Keys,
            StateBytes = keys.Bytes,
            Retention = RetentionDraw.Draw(RandomStream.Named(seed, "retention")),
            Network = network,
            Core = core,
            Store = snapshots.AppliedTo(DrawStore(random)),
            InterruptsEvery = Sometimes(RandomStream.Named(seed, "interruptions"), 2, 200),
            Limits = DrawLimits(RandomStream.Named(seed, "limits")),
            Timings = timings,
            Clients = [.. DrawClients(random, rooms).Select(client => WithLifetime(keys.AppliedTo(client), lifetime))],
        };

        // Faults of frames have a plan of their own, so that neither of the two leaves less space for the other.
        List<FaultKind> kinds = DrawKinds(random, isAboutFrames: false);
        IReadOnlyList<Fault> faults = FaultPlan.Draw(RandomStream.Named(seed, "faults"), kinds, replicas, length, meanGap, meanDuration);
        IReadOnlyList<Fault> mischief = FaultPlan.Draw(
            RandomStream.Named(seed, "frames"),
            kinds.Count == 0 && random.Chance(1, 2) ? [] : DrawKinds(random, isAboutFrames: true),
            replicas,
            length,
            random.LogUniform(20_000, 500_000),
            random.LogUniform(5_000, 1_000_000));
        return new SwarmConfiguration(cluster, [.. faults, .. mischief], length, IsBeyondBudget: random.Chance(1, 20) && replacements.Count == 0)
        {
            Stranded = replicas > 1 && random.Chance(1, 12) ? random.Below(replicas) : null,
            Replacements = replacements,
            StrandedView = new View(random.LogUniform(40, FarthestView)),
        };
    }

    private static List<FaultKind> DrawKinds(RandomStream random, bool isAboutFrames)
    {
        List<FaultKind> kinds = [];
        int percent = random.Pick<int>([0, 15, 30, 50]);
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            if (FrameMischief.IsAbout(kind) == isAboutFrames && random.Chance(percent, 100))
                kinds.Add(kind);
        }

        return kinds;
    }

    private static NetworkOptions DrawNetwork(RandomStream random) => new()
    {
        MinimumDelay = random.LogUniform(10, 2_000),
        MeanExtraDelay = random.LogUniform(10, 2_000),
        LatePerMillion = Sometimes(random, 1, 30_000),
        MeanLateness = random.LogUniform(2_000, 100_000),
        SplitPerMillion = Sometimes(random, 1_000, 500_000),
        ReplayPerMillion = Sometimes(random, 1_000, 200_000),
        LongestReplay = random.LogUniform(1_000, 2_000_000),
        BreakPerMillion = Sometimes(random, 10, 3_000),
        FlipPerMillion = Sometimes(random, 10, 2_000),
        WindowBytes = (int)random.LogUniform(512, 512 * 1024),
        SendBufferBytes = (int)random.LogUniform(4 * 1024 * 1024, 32 * 1024 * 1024),
        DialTimeout = random.LogUniform(50_000, 500_000),
        UnconfirmedTimeout = random.LogUniform(200_000, 4_000_000),
    };

    // A timeout that healthy but slow replicas hardly ever exceed: views must be able to last (V3).
    private static long LeastTimeout(NetworkOptions network, ReplicaTimings[] timings)
    {
        long slowest = 0;
        foreach (ReplicaTimings timing in timings)
            slowest = Math.Max(slowest, (4 * timing.SyncMinimum) + (25 * timing.SyncMeanExtra) + (20 * timing.Turn));
        long round = (4 * network.MinimumDelay) + (40 * network.MeanExtraDelay);
        return 1 + ((slowest + round) / timings[0].Tick);
    }

    private static GroupOptions DrawCore(RandomStream random, long leastTimeout, long tick)
    {
        int heartbeat = random.Between(2, 8);
        int slots = (int)random.LogUniform(1, 128);
        return new GroupOptions
        {
            ReplicaCount = 3,
            Self = new ReplicaId(0),
            TickMilliseconds = (int)Math.Max(1, tick / 1000),
            HeartbeatTicks = heartbeat,
            TimeoutTicks = (heartbeat * random.Between(3, 8)) + (int)leastTimeout,
            UndecidedSlots = slots,
            UndecidedBytes = random.Chance(1, 2) ? random.LogUniform(256, 64 * 1024) : 16 * 1024 * 1024,
            CommandsPerEntry = (int)random.LogUniform(1, 256),
            EntryBytes = (int)random.LogUniform(256, 64 * 1024),
            // Space for the whole window of one client: where its later requests are taken and its first one is not, it might never get on.
            WaitingRequests = (int)random.LogUniform(4, 4096),
            WaitingBytes = random.Chance(1, 2) ? random.LogUniform(256, 64 * 1024) : 16 * 1024 * 1024,
            WaitsPerClient = (int)random.LogUniform(1, 64),
            LongestWaitMilliseconds = (int)random.LogUniform(10, 60_000),
            WaitingReads = (int)random.LogUniform(4, 1024),
            ResendSlots = slots + (int)random.LogUniform(1, 512),
            PartBytes = (int)random.LogUniform(128, 256 * 1024),
            Sessions = random.Chance(1, 5) ? (int)random.LogUniform(4, FewSessions) : 1000,
            SessionWindow = (int)random.LogUniform(1, 256),
        };
    }

    // A log that is often full stops its replica from taking anything in: one record may always wait.
    private static NodeLimits DrawLimits(RandomStream random) => random.Chance(3, 4) ? new NodeLimits() : new NodeLimits
    {
        Log = new LogLimits { Records = (int)random.LogUniform(1, 256), Bytes = random.LogUniform(256, 64 * 1024) },
    };

    private static StoreOptions DrawStore(RandomStream random)
    {
        int segment = (int)random.LogUniform(StoreOptions.SmallestSegment, 512 * 1024) / Block * Block;
        return new StoreOptions
        {
            SegmentBytes = segment,
            FirstSegmentBytes = Math.Max(StoreOptions.SmallestSegment, segment / 2 / Block * Block),
            PreparationBytes = (int)random.LogUniform(StoreOptions.SmallestSegment, 128 * 1024),
            ReturnBytes = Math.Max(StoreOptions.SmallestSegment / 4, segment / 3),
        };
    }

    private static ReplicaTimings[] DrawTimings(RandomStream random, int replicas)
    {
        ReplicaTimings[] timings = new ReplicaTimings[replicas];
        long tick = random.LogUniform(1_000, 20_000);
        bool skews = random.Chance(1, 2);
        long error = skews ? random.LogUniform(1_000, Year) : 0;
        int stall = Sometimes(random, 100, 20_000);
        for (int index = 0; index < replicas; index++)
        {
            timings[index] = new ReplicaTimings
            {
                Tick = tick,
                ClockRate = skews ? random.Between(800_000L, 1_200_000L) : 1_000_000,
                WallClockOffset = random.Between(-error, error),
                Turn = random.LogUniform(1, 200),
                Input = random.Below(20L),
                SyncMinimum = random.LogUniform(20, 2_000),
                SyncMeanExtra = random.LogUniform(20, 4_000),
                StallPerMillion = stall,
                MeanStall = random.LogUniform(10_000, 1_000_000),
                Redial = random.LogUniform(2_000, 100_000),
            };
        }

        return timings;
    }

    private static ClientOptions[] DrawClients(RandomStream random, int rooms)
    {
        ClientOptions[] clients = new ClientOptions[random.Between(1, 6)];
        long think = random.LogUniform(4_000, 60_000) * clients.Length / 2;
        int late = Sometimes(random, 5, 200);
        int twice = Sometimes(random, 5, 300);
        int shuffle = Sometimes(random, 100, 1000);
        for (int index = 0; index < clients.Length; index++)
        {
            long? timeout = random.Chance(1, 3) ? random.LogUniform(100, 2_000) : null;
            clients[index] = new ClientOptions
            {
                Core = DrawClientCore(random, timeout),
                Rooms = rooms,
                ThinkTime = think + 1,
                Operations = (int)random.LogUniform(2, 128),
                TextBytes = (int)random.LogUniform(16, random.Chance(1, 10) ? 16_384 : 256),
                Timeout = timeout,
                WaitsForRoom = random.Chance(1, 3),
                CallOffPerThousand = Sometimes(random, 1, 50),
                RestartPerThousand = Sometimes(random, 1, 20),
                PausePerThousand = Sometimes(random, 1, 20),
                LongestPause = random.LogUniform(20_000, 3_000_000),
                LongestDigestion = Sometimes(random, 100, 100_000),
                ReadsPerThousand = random.Pick<int>([0, 100, 300, 700]),
                Follows = random.Chance(1, 3),
                FollowsFrom = random.Chance(1, 3) ? random.LogUniform(2, 64) : 1,
                DoublePerThousand = twice,
                LateCopyPerThousand = late,
                ShufflePerThousand = shuffle,
                RejectPerThousand = Sometimes(random, 1, 100),
                HangUpPerThousand = Sometimes(random, 1, 50),
                UsedNumberPerThousand = Sometimes(random, 1, 100),
            };
        }

        return clients;
    }

    private static long DrawLifetime(RandomStream random, int sessions)
    {
        if (sessions <= FewSessions)
            return random.LogUniform(ShortestLife, LongestLifeOfFew);
        return random.Below(3) switch
        {
            0 => random.LogUniform(ShortestLife, 3 * ShortestLife),
            1 => random.LogUniform(ShortestLife, UsualLife),
            _ => UsualLife,
        };
    }

    // Where requests expire within a run, late copies come before and after that.
    private static ClientOptions WithLifetime(ClientOptions client, long lifetime) => client with
    {
        Core = client.Core with { Lifetime = lifetime },
        LongestLateness = Math.Clamp(2_000 * lifetime, client.LongestLateness, 2 * client.LongestLateness),
    };

    private static ClientCoreOptions DrawClientCore(RandomStream random, long? timeout) => new()
    {
        Seed = default,
        Window = (int)random.LogUniform(1, 64),
        WindowBytes = random.Chance(1, 4) ? random.LogUniform(16, 4096) : 1024 * 1024,
        Waiting = (int)random.LogUniform(1, 32),
        StopAtFailure = random.Chance(1, 6),
        StandStill = timeout ?? 1_000,
        Silence = random.LogUniform(30, 300),
        ProbeTimeout = random.LogUniform(100, 1_000),
        BackOffFirst = random.LogUniform(1, 20),
        BackOffLast = random.LogUniform(20, 100),
        AskPause = random.LogUniform(20, 50),
        BackOffIdle = random.LogUniform(100, 1_000),
        FollowWait = (int)random.LogUniform(20, 1_000),
        OutageNotice = random.LogUniform(100, 1_000),
    };

    private static int Sometimes(RandomStream random, int lowest, int highest) =>
        random.Chance(1, 2) ? (int)random.LogUniform(lowest, highest) : 0;
}
