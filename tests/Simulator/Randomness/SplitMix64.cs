namespace PaxosShard.Simulator.Randomness;

/// <summary>The mixing function that turns seeds, names and counters into well-spread 64-bit numbers. Integers only, equal on every machine.</summary>
public static class SplitMix64
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>Steps the state and returns the next number.</summary>
    public static ulong Next(ref ulong state)
    {
        state += Increment;
        return Mix(state);
    }

    /// <summary>Spreads the bits of one number over all 64.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Folds <paramref name="value"/> into <paramref name="hash"/>; the order of the calls matters.</summary>
    public static ulong Fold(ulong hash, ulong value) => Mix((hash * Increment) ^ value);
}
