using System.Runtime.CompilerServices;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>Always-on checks (rule 12): a relation that must hold in production too.</summary>
internal static class Invariant
{
    /// <summary>Stops the step when <paramref name="condition"/> is false; nothing of that step leaves the replica.</summary>
    /// <exception cref="InvariantBrokenException">It does not hold.</exception>
    public static void Holds(bool condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!condition)
            throw new InvariantBrokenException(text);
    }
}

/// <summary>A relation that must always hold does not: memory, disk or program can no longer be trusted.</summary>
/// <param name="relation">The relation, as it stands in the source.</param>
internal sealed class InvariantBrokenException(string relation) : Exception($"invariant broken: {relation}");
