using PaxosShard.Replica.Node;

namespace PaxosShard.Replica.Hosting;

/// <summary>What a program says of the groups whose replicas it runs.</summary>
public sealed record GroupRun
{
    /// <summary>The groups within the cluster, and their machines.</summary>
    public required IReadOnlyList<GroupSetup> Groups { get; init; }

    /// <summary>
    /// Begins what goes on beside each replica once that runs; null for nothing. The token is cancelled when the process is asked to stop; what was begun is disposed of when
    /// the replicas have ended.
    /// </summary>
    public Func<HostedReplica, CancellationToken, IAsyncDisposable>? Beside { get; init; }
}
