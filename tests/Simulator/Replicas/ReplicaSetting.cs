using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>What a simulated replica lives in.</summary>
/// <param name="Queue">The run's events.</param>
/// <param name="Network">The network; the machines' addresses are their numbers, those of the founders their places. The clients come behind them.</param>
/// <param name="Checks">The checkers.</param>
/// <param name="Trace">The run's digest.</param>
/// <param name="Random">The replica's own random stream.</param>
/// <param name="Options">The core's options.</param>
/// <param name="Timings">How fast it is.</param>
/// <param name="Disk">Its disk.</param>
public sealed record ReplicaSetting(
    EventQueue Queue,
    SimulatedNetwork Network,
    ClusterChecks Checks,
    TraceHash Trace,
    RandomStream Random,
    GroupOptions Options,
    ReplicaTimings Timings,
    StoreDisk Disk)
{
    /// <summary>What a right wall clock shows when a run begins, milliseconds since 1970 UTC.</summary>
    public const long Beginning = 1_700_000_000_000;

    /// <summary>The group's number on the wire.</summary>
    public static readonly GroupId Group = new(1);

    /// <summary>Which machine it is; a founder's number is its place.</summary>
    public required int Number { get; init; }

    /// <summary>Machines that there may be: from this address on there are clients.</summary>
    public required int Machines { get; init; }

    /// <summary>The machines that it takes for the members before it has executed anything, by place.</summary>
    public required IReadOnlyList<int> Members { get; init; }

    /// <summary>Bounds of what waits for the log.</summary>
    public NodeLimits Limits { get; init; } = new();

    /// <summary>What it runs.</summary>
    public MachineKind Kind { get; init; } = new();

    /// <summary>Decides over single frames; null in runs without a script.</summary>
    public IFrameTap? Tap { get; set; }

    /// <summary>Takes the replies to clients that have no connection; null when there are none such.</summary>
    public Action<ClientHandle, ClientReply>? ReplySink { get; set; }

    /// <summary>Takes what the replica asks and tells other groups; null when there are none.</summary>
    public Action<SimulatedReplica, IReadOnlyList<GroupQuestion>, IReadOnlyList<GroupAnswer>>? GroupSink { get; set; }

    /// <summary>By how much the wall clock jumped so far, in milliseconds.</summary>
    public long WallClockJump { get; set; }

    /// <summary>How many times as long as usual a sync takes.</summary>
    public long DiskSlowness { get; set; } = 1;

    /// <summary>Prints what happens; null when nobody wants to read it.</summary>
    public RunLog? Log { get; set; }
}
