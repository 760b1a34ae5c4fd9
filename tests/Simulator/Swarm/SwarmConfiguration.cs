using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Swarm;

/// <summary>Everything that a seed decides about a run before it begins.</summary>
/// <param name="Cluster">The group and its clients.</param>
/// <param name="Faults">The faults, in order of time.</param>
/// <param name="SafetyLength">Length of the first phase, in which anything may happen, in virtual microseconds.</param>
/// <param name="IsBeyondBudget">More may be damaged than a group can stand: then it may come to a halt, but never say anything untrue.</param>
public sealed record SwarmConfiguration(ClusterOptions Cluster, IReadOnlyList<Fault> Faults, long SafetyLength, bool IsBeyondBudget)
{
    /// <summary>Nothing bad happens: no fault strikes, no connection breaks, nothing is much later than usual, no disk stalls.</summary>
    public bool IsCalm =>
        Faults.Count == 0
        && Replacements.Count == 0
        && Cluster.Network is { BreakPerMillion: 0, FlipPerMillion: 0, LatePerMillion: 0 }
        && Cluster.Timings.All(static timings => timings.StallPerMillion == 0);

    /// <summary>The members that are replaced, in order of time.</summary>
    public IReadOnlyList<Replacement> Replacements { get; init; } = [];

    /// <summary>A replica that has promised a view far above before the others begin; null for none.</summary>
    public int? Stranded { get; init; }

    /// <summary>That view.</summary>
    public View StrandedView { get; init; }
}
