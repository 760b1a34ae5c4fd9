namespace PaxosShard.Replica.Core.Invariants;

/// <summary>A relation that must always hold does not: memory, disk or program can no longer be trusted.</summary>
/// <param name="relation">The relation, as it stands in the source.</param>
internal sealed class InvariantBrokenException(string relation) : Exception($"invariant broken: {relation}");
