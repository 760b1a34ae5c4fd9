using PaxosShard.Client;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Sharding;

/// <summary>What a <see cref="ShardAgent"/> has to know.</summary>
public sealed record ShardAgentOptions
{
    // How long a call may take, apart from the time in which the masters hold a question: long enough for failovers, and short enough to be told soon of an outage.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The shard's group.</summary>
    public required GroupId Group { get; init; }

    /// <summary>The number of the cluster, which the masters have too: those of another one are not listened to.</summary>
    public required Guid Cluster { get; init; }

    /// <summary>Where the masters listen, <c>host:port</c>; at least one.</summary>
    public required IReadOnlyList<string> Masters { get; init; }

    /// <summary>Where the replicas of the group listen, <c>host:port</c>.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        ForMasters().Validate();
        ForGroup().Validate();
    }

    /// <summary>How the masters are reached.</summary>
    internal ClientOptions ForMasters() => new() { Endpoints = Masters, Cluster = Cluster, RequestTimeout = _patience };

    /// <summary>How the own group is reached.</summary>
    internal ClientOptions ForGroup() => ForOther(Group, Members);

    /// <summary>How another group of the cluster is reached.</summary>
    /// <param name="group">The group.</param>
    /// <param name="addresses">Where its replicas listen.</param>
    internal ClientOptions ForOther(GroupId group, IReadOnlyList<string> addresses) => new() { Endpoints = addresses, Group = group, Cluster = Cluster, RequestTimeout = _patience };
}
