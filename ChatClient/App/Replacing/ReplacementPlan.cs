using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Replacing;

/// <summary>Which replica is to be replaced, by which new one, and where to ask for it.</summary>
internal sealed record ReplacementPlan
{
    /// <summary>The place.</summary>
    public required ReplicaId Replica { get; init; }

    /// <summary>Where the new replica listens.</summary>
    public required string Address { get; init; }

    /// <summary>Addresses of replicas of the group.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The group that is meant, where the processes at the addresses run replicas of several; none for whichever answers there.</summary>
    public GroupId Group { get; init; } = GroupId.None;

    /// <summary>The cluster; empty for that of the replicas that answer there.</summary>
    public Guid Cluster { get; init; }

    /// <summary>How long all of it may take, from now on.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The command that goes on where this one ends.</summary>
    public required string Again { get; init; }
}
