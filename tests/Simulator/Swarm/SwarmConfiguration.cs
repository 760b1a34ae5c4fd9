using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Nemesis;

namespace PaxosShard.Simulator.Swarm;

/// <summary>Everything that a seed decides about a run before it begins.</summary>
/// <param name="Cluster">The group and its clients.</param>
/// <param name="Faults">The bad luck, in order of time.</param>
/// <param name="SafetyLength">Length of the first phase, in which anything may happen, in virtual microseconds.</param>
public sealed record SwarmConfiguration(ClusterOptions Cluster, IReadOnlyList<Fault> Faults, long SafetyLength);
