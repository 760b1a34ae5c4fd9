using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Clusters;

/// <summary>Everything a simulated group is made of.</summary>
public sealed record ClusterOptions
{
    /// <summary>Root seed of all randomness.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Replicas: 1, 3, 5 or 7.</summary>
    public int ReplicaCount { get; init; } = 3;

    /// <summary>Most machines with an empty disk that may replace members.</summary>
    public int Newcomers { get; init; }

    /// <summary>Machines that there may be: the founders, then the newcomers.</summary>
    public int MachineCount => ReplicaCount + Newcomers;

    /// <summary>Rooms the clients use.</summary>
    public int Rooms { get; init; } = 2;

    /// <summary>Keys the clients use.</summary>
    public int Keys { get; init; }

    /// <summary>Most bytes of the state that the machines take.</summary>
    public long StateBytes { get; init; } = ShardMachine.DefaultStateBytes;

    /// <summary>How much of each room the machines keep.</summary>
    public RoomRetention Retention { get; init; }

    /// <summary>What the machines are, when they are no shard without masters; then <see cref="Judge"/> judges what they do.</summary>
    public Func<IStateMachine>? OtherMachine { get; init; }

    /// <summary>Judges what commands do; null: the checkers of one group.</summary>
    public IExecutionJudge? Judge { get; init; }

    /// <summary>What the group has in common with others; null: it is alone.</summary>
    public SharedRun? Shared { get; init; }

    /// <summary>What its lines in the log of the run begin with.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the machines are.</summary>
    public MachineKind Kind => new() { StateBytes = StateBytes, Retention = Retention, Other = OtherMachine };

    /// <summary>The network.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Options of the cores; replica count, place and seed are filled in for each.</summary>
    public GroupOptions Core { get; init; } = new() { ReplicaCount = 3, Self = new ReplicaId(0) };

    /// <summary>What differs in the core's options of single replicas, by place; null when nothing does.</summary>
    public Func<int, GroupOptions, GroupOptions>? CoreDifference { get; init; }

    /// <summary>How fast each replica is; the last one counts for all that follow.</summary>
    public IReadOnlyList<ReplicaTimings> Timings { get; init; } = [new()];

    /// <summary>The clients.</summary>
    public IReadOnlyList<ClientOptions> Clients { get; init; } = [];

    /// <summary>Sizes of the replicas' logs on disk.</summary>
    public StoreOptions Store { get; init; } = new() { SegmentBytes = 256 * 1024, FirstSegmentBytes = 64 * 1024, PreparationBytes = 64 * 1024 };

    /// <summary>Each so many system calls of a replica's storage one is interrupted or cut short; 0 for never.</summary>
    public int InterruptsEvery { get; init; }

    /// <summary>Bounds of the replicas' hosts.</summary>
    public NodeLimits Limits { get; init; } = new();

    /// <summary>Where the log of the run goes; null for nowhere.</summary>
    public TextWriter? Log { get; init; }

    /// <summary>The log tells of messages too.</summary>
    public bool IsLogFull { get; init; }

    /// <summary>The core's options of one founder.</summary>
    public GroupOptions CoreOf(int replica) => CoreOf(replica, replica);

    /// <summary>The core's options of one machine.</summary>
    /// <param name="replica">Its place in the group.</param>
    /// <param name="machine">Its number.</param>
    public GroupOptions CoreOf(int replica, int machine)
    {
        GroupOptions options = Core with
        {
            ReplicaCount = ReplicaCount,
            Self = new ReplicaId(replica),
            Seed = Randomness.SplitMix64.Fold(Seed, (ulong)machine),
        };
        return CoreDifference is null ? options : CoreDifference(replica, options);
    }

    /// <summary>
    /// What the identities and starts of one machine are drawn from: no machine draws what another one has drawn, not even in the same place. The offset keeps the seeds of
    /// newcomers apart from those of their cores (<see cref="CoreOf(int, int)"/>).
    /// </summary>
    public ulong SeedOf(int machine) => machine < ReplicaCount ? Seed : Randomness.SplitMix64.Fold(Seed, 1_000UL + (ulong)machine);

    /// <summary>The timings of one machine; the last one counts for all that follow.</summary>
    public ReplicaTimings TimingsOf(int replica) => Timings[Math.Min(replica, Timings.Count - 1)];
}

/// <summary>What several groups of one run have in common.</summary>
/// <param name="Queue">Virtual time.</param>
/// <param name="Trace">The digest of the run.</param>
/// <param name="Violations">What was found.</param>
public sealed record SharedRun(EventQueue Queue, TraceHash Trace, ViolationLog Violations)
{
    /// <summary>The disk of a founder, where the groups share machines; null for one of its own.</summary>
    public Func<int, StoreDisk?> DiskOf { get; init; } = static _ => null;
}
