using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Moves;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Swarm;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Whole;

/// <summary>Draws from a seed what a whole cluster is made of, and what goes wrong in each of its groups.</summary>
internal static class WholeDraw
{
    // Those that end by themselves or are ended, and take nothing from a disk that was synced. Disks that rot, lie or are exchanged, memory, and frames that nobody has sent are for a group alone.
    private static readonly FaultKind[] _kinds =
    [
        FaultKind.Kill, FaultKind.LosePower, FaultKind.LosePowerEverywhere, FaultKind.RestartStorm, FaultKind.Pause, FaultKind.Isolate, FaultKind.Deafen, FaultKind.Mute, FaultKind.Split,
        FaultKind.SplitOneWay, FaultKind.CutLink, FaultKind.CutOneWay, FaultKind.Flap, FaultKind.BreakConnections, FaultKind.Clog, FaultKind.Swizzle, FaultKind.JumpClock, FaultKind.SlowDisk,
        FaultKind.LosePowerInWrite, FaultKind.LosePowerInRecovery, FaultKind.HuntPrimaries, FaultKind.DieAfterSync, FaultKind.LosePowerInSnapshot,
    ];

    private const int Shards = 2;

    private static readonly StoreOptions _store = new() { SegmentBytes = 1024 * 1024, FirstSegmentBytes = 256 * 1024, PreparationBytes = 64 * 1024 };

    /// <summary>The cluster and its clients.</summary>
    public static MoveOptions Draw(ulong seed)
    {
        RandomStream random = RandomStream.Named(seed, "whole");
        MoveOptions drawn = MoveDraw.Draw(seed);
        SharedMachines? machines = DrawMachines(seed);
        return drawn with
        {
            FaultyTime = random.Between(2_000_000L, 5_000_000L),
            Shards = Shards,
            Clients = random.Between(2, 3),
            IsCrowded = random.Chance(1, 5),
            LargePerThousand = 0,
            HeldPerThousand = 0,
            StateBytes = random.Chance(1, 8) ? drawn.StateBytes : ShardMachine.DefaultStateBytes,
            NewGroup = (world, group, machine) => new ReplicatedGroup(
                world,
                group,
                DrawGroup(world.Options, group, machines) with { OtherMachine = machine },
                world.Options.ClocksAhead.GetValueOrDefault(machines?.Has(group) == true ? 1 : group.Number),
                machines?.Has(group) == true ? machines : null),
        };
    }

    // The shards that are there from the beginning may share machines.
    private static SharedMachines? DrawMachines(ulong seed)
    {
        RandomStream random = RandomStream.Named(seed, "machines");
        return random.Chance(2, 5)
            ? new SharedMachines(Shards, random.Pick<int>([1, 3, 3, 3, 5]), SnapshotUse.Draw(random).AppliedTo(_store), seed)
            : null;
    }

    /// <summary>What goes wrong in a group, from its beginning on.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="group">The group.</param>
    /// <param name="replicas">Its replicas.</param>
    public static IReadOnlyList<Fault> DrawFaults(MoveOptions options, GroupId group, int replicas)
    {
        RandomStream random = RandomStream.Named(options.Seed, "faults of a group", group.Number);
        if (random.Chance(1, 4))
            return [];
        bool manyShort = random.Chance(1, 2);
        FaultKind[] kinds = [.. _kinds.Where(_ => random.Chance(1, 3))];
        return FaultPlan.Draw(
            random,
            kinds,
            replicas,
            options.FaultyTime,
            manyShort ? random.LogUniform(50_000, 300_000) : random.LogUniform(300_000, 1_500_000),
            manyShort ? random.LogUniform(5_000, 100_000) : random.LogUniform(100_000, 1_000_000));
    }

    private static ClusterOptions DrawGroup(MoveOptions options, GroupId group, SharedMachines? machines)
    {
        RandomStream random = RandomStream.Named(options.Seed, "group", group.Number);
        int replicas = group == GroupId.Masters ? random.Pick<int>([1, 3, 3]) : random.Pick<int>([1, 3, 3, 3, 3, 5]);
        SnapshotUse snapshots = SnapshotUse.Draw(random);
        StoreOptions store = snapshots.AppliedTo(_store);
        if (machines?.Has(group) == true)
            (replicas, store) = (machines.Replicas, machines.Store);
        return new ClusterOptions
        {
            Seed = SplitMix64.Fold(options.Seed, (ulong)group.Number),
            ReplicaCount = replicas,
            Network = DrawNetwork(random),
            Core = snapshots.AppliedTo(DrawCore(random, options, group)),
            Store = store,
            Timings = DrawTimings(random, replicas, options.ClocksAhead.GetValueOrDefault(group.Number)),
        };
    }

    private static GroupOptions DrawCore(RandomStream random, MoveOptions options, GroupId group) => new()
    {
        ReplicaCount = 3,
        Self = new ReplicaId(0),
        TickMilliseconds = 5,
        HeartbeatTicks = random.Between(3, 6),
        TimeoutTicks = random.Between(25, 40),
        UndecidedSlots = (int)random.LogUniform(1, 64),
        CommandsPerEntry = (int)random.LogUniform(1, 64),
        PlacesEarly = options.PlacesEarly,
        Sessions = group == GroupId.Masters ? MoveOptions.DefaultSessions : options.Sessions,
    };

    private static NetworkOptions DrawNetwork(RandomStream random) => new()
    {
        MinimumDelay = random.LogUniform(20, 500),
        MeanExtraDelay = random.LogUniform(20, 500),
        LatePerMillion = random.Chance(1, 2) ? (int)random.LogUniform(100, 20_000) : 0,
        BreakPerMillion = random.Chance(1, 2) ? (int)random.LogUniform(10, 500) : 0,
    };

    private static ReplicaTimings[] DrawTimings(RandomStream random, int replicas, long clockAhead) =>
    [
        .. Enumerable.Range(0, replicas).Select(_ => new ReplicaTimings
        {
            ClockRate = random.Between(990_000L, 1_010_000L),
            WallClockOffset = clockAhead + random.Between(-100L, 100L),
            SyncMeanExtra = random.LogUniform(50, 1_000),
            StallPerMillion = random.Chance(1, 4) ? (int)random.LogUniform(100, 5_000) : 0,
            MeanStall = random.LogUniform(10_000, 300_000),
        }),
    ];
}
