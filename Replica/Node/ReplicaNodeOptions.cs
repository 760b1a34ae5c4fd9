using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node;

/// <summary>What a replica's host has to know: of which groups, where its data is, who the others are, how patient it is.</summary>
public sealed record ReplicaNodeOptions
{
    /// <summary>The data directory, of this replica, or of the replicas of this process, alone.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Makes a new, empty data directory; without it only an existing one is opened, so that an emptied one never votes.</summary>
    public bool Create { get; init; }

    /// <summary>
    /// The new data directory is for the place of another replica: it votes only once the group has decided the replacement (rule 13). Only together with <see cref="Create"/> and
    /// <see cref="Cluster"/>; afterwards the directory itself knows it.
    /// </summary>
    public bool Newcomer { get; init; }

    /// <summary>The cluster. Null: that of the data directory; for a new one a number derived from the member list, the same on all members.</summary>
    public Guid? Cluster { get; init; }

    /// <summary>
    /// The groups within the cluster of which the process runs a replica, 1 to 64, no two alike: they have the same members in the same places, and share the directory, the log with its syncs, and the loop.
    /// </summary>
    public required IReadOnlyList<GroupSetup> Groups { get; init; }

    /// <summary>This replica's place in the member list.</summary>
    public required ReplicaId Self { get; init; }

    /// <summary>All replicas of the group, or of each of the groups.</summary>
    public required MemberList Members { get; init; }

    /// <summary>Where to listen; null for this replica's address in the member list.</summary>
    public NetworkAddress? Listen { get; init; }

    /// <summary>Listens on addresses that other machines can reach, although nothing on the connection is authenticated or encrypted.</summary>
    public bool InsecureNetwork { get; init; }

    /// <summary>Length of a tick of the core. Shorter: finer timeouts, more wake-ups.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Time between two heartbeats; rounded up to whole ticks.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Silence after which a primary is suspected; at least three heartbeats; rounded up to whole ticks.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long the driver and the log thread look for work before they sleep. More: shorter waits for a lone request, at the price of a processor.</summary>
    public TimeSpan Spin { get; init; } = TimeSpan.Zero;

    /// <summary>Bytes to be executed before another snapshot is taken; see <see cref="GroupOptions.SnapshotBytes"/>.</summary>
    public long SnapshotBytes { get; init; } = GroupOptions.DefaultSnapshotBytes;

    /// <summary>Operations of ordered sessions get their places before their predecessors take effect; see <see cref="GroupOptions.PlacesEarly"/>.</summary>
    public bool PlacesEarly { get; init; } = true;

    /// <summary>The host's bounds.</summary>
    public NodeLimits Limits { get; init; } = new();

    /// <summary>Sizes of the write-ahead log.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Faults on purpose, for drills; none by default.</summary>
    public FaultOptions Faults { get; init; } = new();

    /// <summary>What was said of a group.</summary>
    public GroupSetup SetupOf(GroupId group) => Groups.First(setup => setup.Group == group);

    /// <summary>What the core has to know, in its own units.</summary>
    /// <param name="identity">Whose data directory it is; null as long as none is open.</param>
    public GroupOptions ToGroupOptions(ReplicaIdentity? identity = null) => new()
    {
        ReplicaCount = Members.Count,
        Self = Self,
        Identity = identity?.Identity ?? 0,
        IsNewcomer = identity is { IsNewcomer: true },
        Seed = (ulong)Random.Shared.NextInt64(),
        TickMilliseconds = (int)Tick.TotalMilliseconds,
        HeartbeatTicks = (int)Math.Ceiling(Heartbeat / Tick),
        TimeoutTicks = (int)Math.Ceiling(Timeout / Tick),
        SnapshotBytes = SnapshotBytes,
        PlacesEarly = PlacesEarly,
    };

    /// <summary>Checks every rule above, those of the parts too.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        Require(DataDirectory.Length > 0, "the data directory has a name");
        Require(Groups.Count is > 0 and <= StoreOptions.MostGroups, $"a process runs replicas of 1 to {StoreOptions.MostGroups} groups");
        Require(Groups.All(static setup => setup.Group.Number is > 0 and <= GroupId.Highest), $"groups are numbered from 1 to {GroupId.Highest}");
        Require(Groups.DistinctBy(static setup => setup.Group).Count() == Groups.Count, "each group is named once");
        Require(Self.Index >= 0 && Self.Index < Members.Count, $"{Self} is not in a group of {Members.Count}");
        Require(!Newcomer || Create, "--newcomer is for a new data directory, together with --create: later the directory itself knows it");
        Require(!Newcomer || Cluster is not null, "--newcomer needs --cluster, that of the group: it cannot be made from a later member list");
        Require(Tick >= TimeSpan.FromMilliseconds(1) && Tick.Ticks % TimeSpan.TicksPerMillisecond == 0, "a tick is a whole number of milliseconds");
        Require(Spin >= TimeSpan.Zero && Spin <= Tick, "Spin is at most a tick");
        NetworkAddress listen = Listen ?? Members[Self];
        Require(InsecureNetwork || listen.IsLoopback, $"{listen} can be reached from other machines, and nothing is authenticated: allow it by --insecure-network");
        Limits.Validate();
        Store.Validate();
        Faults.Validate();
        ToGroupOptions().Validate();
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOptionsException(rule);
    }
}

/// <summary>A group of which a process runs a replica.</summary>
/// <param name="Group">The group within the cluster.</param>
/// <param name="Machine">Makes the machine that the group runs, empty.</param>
public sealed record GroupSetup(GroupId Group, Func<IStateMachine> Machine);
