using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Node;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Hosting;

/// <summary>What a program says of the group whose replica it runs.</summary>
public sealed record GroupRun
{
    /// <summary>The group within the cluster.</summary>
    public required GroupId Group { get; init; }

    /// <summary>Makes the machine that the group runs, empty.</summary>
    public required Func<IStateMachine> Machine { get; init; }

    /// <summary>
    /// Begins what goes on beside the replica once that runs; null for nothing. The token is cancelled when the process is asked to stop; what was begun is disposed of when
    /// the replica has ended.
    /// </summary>
    public Func<ReplicaHost, CancellationToken, IAsyncDisposable>? Beside { get; init; }
}
