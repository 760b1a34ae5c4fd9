using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>What <c>up</c> is asked for.</summary>
internal sealed record GroupPlan
{
    private const int HighestBasePort = 65535 - 7;

    /// <summary>Replicas; null for what the directory has, or 3.</summary>
    public int? Replicas { get; init; }

    /// <summary>The port of the first replica, the others follow; null: free ones.</summary>
    public int? BasePort { get; init; }

    /// <summary>Which group of a cluster it is; null for what the directory has, or a group that is all there is.</summary>
    public ClusterPlace? Place { get; init; }

    /// <summary>How many points a shard that is made gets on the ring; null for as many as most have.</summary>
    public int? Points { get; init; }

    /// <summary>The shards whose replicas are to run in the same processes as those of this one, itself among them; none for processes of its own.</summary>
    public IReadOnlyList<GroupId> Together { get; init; } = [];

    /// <summary>Each of the masters takes requests of clients too, a line each, at an address of its own.</summary>
    public bool HasGateway { get; init; }

    /// <summary>How much the group holds, as words for the command line of every replica; none for what the directory has.</summary>
    public IReadOnlyList<string> MachineOptions { get; init; } = [];

    /// <summary>More words for the command line of every replica, for drills.</summary>
    public IReadOnlyList<string> ReplicaArguments { get; init; } = [];

    /// <summary>
    /// Tells at which address others find a replica that listens at this one, as behind a proxy; null when it is the same. Asked once for each replica of a group that is made at free ports.
    /// </summary>
    public Func<string, string>? KnownAs { get; init; }

    /// <summary>How long to wait until the group commits.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time that the user gave for all groups of a cluster, of which <see cref="Timeout"/> is what was left; null for a group of its own.</summary>
    public TimeSpan? TimeoutOfAll { get; init; }

    /// <summary>A group can have so many replicas.</summary>
    public static bool IsReplicaCount(int count) => count is 1 or 3 or 5 or 7;

    /// <summary>Options of how much a group holds, for people.</summary>
    public static string Describe(IReadOnlyList<string> options) => options.Count == 0 ? "no option of what it holds" : string.Join(' ', options);

    /// <summary>Checks what no group can be, before anything is touched.</summary>
    /// <exception cref="ReportedException">A number is out of its range.</exception>
    public void Validate()
    {
        if (Replicas is { } count && !IsReplicaCount(count))
            throw new ReportedException(ErrorKinds.Usage, $"a group has 1, 3, 5 or 7 replicas, not {Replicas}");
        if (BasePort is < 1 or > HighestBasePort)
            throw new ReportedException(ErrorKinds.Usage, $"--base-port is 1 to {HighestBasePort}");
    }
}
