namespace PaxosShard.Wire;

/// <summary>The only chance in the two cores: SplitMix64 from a given seed, the same everywhere, so that a seed repeats a run. It is no secret.</summary>
/// <param name="seed">Any number.</param>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    /// <param name="limit">1 or more.</param>
    public long Below(long limit)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (long)(mixed % (ulong)limit);
    }

    /// <summary>A number from <paramref name="lowest"/> to <paramref name="highest"/>, both included.</summary>
    public long Between(long lowest, long highest) => lowest + Below(highest - lowest + 1);
}
