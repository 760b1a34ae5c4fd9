using PaxosShard.Client;
using PaxosShard.Wire;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Driving;

/// <summary>What a <see cref="JobAgent"/> has to know.</summary>
public sealed record JobAgentOptions
{
    // How long a call may take, apart from the time in which the masters hold a question.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The number of the cluster.</summary>
    public required Guid Cluster { get; init; }

    /// <summary>Where the masters listen, <c>host:port</c>; at least one.</summary>
    public required IReadOnlyList<string> Masters { get; init; }

    /// <summary>Told each answer of the masters, before the requests that are under way are counted for it.</summary>
    public Action<WatchJobResult> OnNews { get; init; } = static _ => { };

    /// <summary>How many requests are under way here that a job which drains has to wait for; asked often, from any thread.</summary>
    public Func<JobUnderWay, long> CountUnderWay { get; init; } = static _ => 0;

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate() => ForMasters().Validate();

    /// <summary>How the masters are reached.</summary>
    internal ClientOptions ForMasters() => new() { Endpoints = Masters, Cluster = Cluster, RequestTimeout = _patience };
}
