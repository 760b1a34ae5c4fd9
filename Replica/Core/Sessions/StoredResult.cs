using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>What is kept of a number that ran.</summary>
/// <param name="Sequence">The number.</param>
/// <param name="CommandHash">The hash of the command that ran under it.</param>
/// <param name="Arc">The arc of the command.</param>
/// <param name="Result">What it was answered.</param>
public readonly record struct StoredResult(long Sequence, ulong CommandHash, Arc Arc, CommandResult Result)
{
    /// <summary>Which placement of the operation it is of; none in a session that is not ordered (ordered rule M3).</summary>
    public PlacementToken Token { get; init; }
}
