using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>What <c>up</c> is asked for when there are to be shards.</summary>
internal sealed record ClusterPlan
{
    private const int DefaultMasters = 1;
    private const int DefaultReplicas = 3;
    private const int HighestPort = 65535;

    /// <summary>How many shards; null for what the directory has.</summary>
    public int? Shards { get; init; }

    /// <summary>Replicas of the masters; null for what the directory has, or 1.</summary>
    public int? Masters { get; init; }

    /// <summary>Replicas of each shard; null for what the directory has, or 3.</summary>
    public int? Replicas { get; init; }

    /// <summary>The port of the first master, the others follow; null: free ones, or what the directory has.</summary>
    public int? BasePort { get; init; }

    /// <summary>The shards are to share processes; false for what the directory has, or processes of their own.</summary>
    public bool IsTogether { get; init; }

    /// <summary>Each master is to have a gateway; false for what the directory has, or none.</summary>
    public bool HasGateway { get; init; }

    /// <summary>How much each shard holds, as words for the command line of its replicas; none for what the directory has.</summary>
    public IReadOnlyList<string> MachineOptions { get; init; } = [];

    /// <summary>Tells at which address others find a replica or master, as <see cref="GroupPlan.KnownAs"/>; null when it is where that listens.</summary>
    public Func<string, string>? KnownAs { get; init; }

    /// <summary>More words for the command line of every replica and master, for drills.</summary>
    public IReadOnlyList<string> ReplicaArguments { get; init; } = [];

    /// <summary>How long to wait until all shards serve.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The masters can be so many.</summary>
    public static bool IsMasterCount(int count) => count is 1 or 3;

    /// <summary>Checks what no cluster can be, before anything is touched.</summary>
    /// <exception cref="ReportedException">A number is out of its range.</exception>
    public void Validate()
    {
        if (Shards is < 1 or > PlacementLimits.ShardsPerCommand)
            throw new ReportedException(ErrorKinds.Usage, $"--shards is 1 to {PlacementLimits.ShardsPerCommand}");
        if (Masters is { } masters && !IsMasterCount(masters))
            throw new ReportedException(ErrorKinds.Usage, $"--masters is 1 or 3, not {masters}");
        new GroupPlan { Replicas = Replicas, BasePort = BasePort }.Validate();
        if (BasePort is { } port && port + Processes - 1 > HighestPort)
            throw new ReportedException(ErrorKinds.Usage, $"--base-port is at most {HighestPort - Processes + 1} for {Processes} processes");
    }

    /// <summary>The cluster that a directory is to have which has none.</summary>
    public ClusterState Fresh() =>
        new(Guid.NewGuid(), Masters ?? DefaultMasters, Replicas ?? DefaultReplicas, [.. Enumerable.Range(1, Shards ?? 1).Select(static number => new GroupId(number))])
        {
            BasePort = BasePort,
            MachineOptions = MachineOptions,
            HasGateway = HasGateway,
            IsTogether = IsTogether,
            FirstShards = Shards ?? 1,
        };

    /// <summary>What is asked for and the cluster of a directory does not have; null when there is nothing.</summary>
    public string? Violation(ClusterState known)
    {
        // The same command as the first time is right for as long as the cluster lives, whatever came and left since.
        if (Shards is { } shards && shards != known.Shards.Count && shards != known.FirstShards)
            return $"has {Spoken.Count(known.Shards.Count, "shard")}, not {shards}";
        if (IsTogether && !known.IsTogether)
            return "has processes for each shard, not --together";
        if (Masters is { } masters && masters != known.Masters)
            return $"has {known.Masters} masters, not {masters}";
        if (Replicas is { } replicas && replicas != known.Replicas)
            return $"has {Spoken.Count(known.Replicas, "replica")} in each shard, not {replicas}";
        if (BasePort is { } port && port != known.BasePort)
            return known.BasePort is { } first ? $"has its first port at {first}, not at {port}" : $"has ports that were free, not those from {port} on";
        return MachineOptions.Count > 0 && !MachineOptions.SequenceEqual(known.MachineOptions, StringComparer.Ordinal)
            ? $"was made with {GroupPlan.Describe(known.MachineOptions)}, not with {GroupPlan.Describe(MachineOptions)}"
            : null;
    }

    private int Processes => (Masters ?? DefaultMasters) + ((IsTogether ? 1 : Shards ?? 1) * (Replicas ?? DefaultReplicas));
}
