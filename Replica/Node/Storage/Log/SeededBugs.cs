using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>Names of the seeded bugs that several places of the log share; all false in the product.</summary>
internal static class SeededBugs
{
    /// <summary>Old records of a recycled segment are taken for new ones: neither position nor incarnation nor chain is checked.</summary>
    public static bool IgnoreGeneration => SeededBug.Is(59);
}
