using System.Reflection;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Mutants;

/// <summary>How often the wrong branch of a mutant was taken. What counts it is in no source: it is in the copy of the sources that mutants are built from.</summary>
public static class MutantCount
{
    private static readonly Func<long>? _count =
        typeof(Message).Assembly.GetType("PaxosShard.Mutant")?.GetProperty("Count", BindingFlags.Public | BindingFlags.Static)?.GetMethod?.CreateDelegate<Func<long>>();

    /// <summary>This program was built to be a mutant.</summary>
    public static bool IsMutant => _count is not null;

    /// <summary>How often the wrong branch was taken since the program began; 0 when there is no mutant in it.</summary>
    public static long Reached => _count?.Invoke() ?? 0;
}
