using System.Numerics;

namespace PaxosShard.Simulator.Randomness;

/// <summary>
/// A stream of pseudo-random numbers, xoshiro256** seeded by <see cref="SplitMix64"/>. Only integers: probabilities are
/// ratios, so that a seed means the same run on every machine. Streams are named, so that one more draw in one place
/// does not reshuffle all the others.
/// </summary>
public sealed class RandomStream
{
    // ln 2 in 1/65536.
    private const ulong NaturalLogOfTwo = 45426;
    private ulong _state0;
    private ulong _state1;
    private ulong _state2;
    private ulong _state3;

    /// <summary>A stream of its own for this seed.</summary>
    public RandomStream(ulong seed)
    {
        _state0 = SplitMix64.Next(ref seed);
        _state1 = SplitMix64.Next(ref seed);
        _state2 = SplitMix64.Next(ref seed);
        _state3 = SplitMix64.Next(ref seed);
    }

    /// <summary>The stream called <paramref name="name"/> under a root seed.</summary>
    /// <param name="rootSeed">Seed of the whole run.</param>
    /// <param name="name">What the numbers are for.</param>
    /// <param name="index">Which of several of that name.</param>
    public static RandomStream Named(ulong rootSeed, string name, int index = 0)
    {
        ulong hash = SplitMix64.Mix(rootSeed);
        foreach (char letter in name)
            hash = SplitMix64.Fold(hash, letter);
        return new RandomStream(SplitMix64.Fold(hash, (ulong)index));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_state1 * 5, 7) * 9;
        ulong shifted = _state1 << 17;
        _state2 ^= _state0;
        _state3 ^= _state1;
        _state1 ^= _state2;
        _state0 ^= _state3;
        _state2 ^= shifted;
        _state3 = BitOperations.RotateLeft(_state3, 45);
        return result;
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    /// <param name="bound">1 or more.</param>
    public long Below(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (long)Math.BigMul(Next(), (ulong)bound, out _);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    /// <param name="bound">1 or more.</param>
    public int Below(int bound) => (int)Below((long)bound);

    /// <summary>A number from <paramref name="lowest"/> to <paramref name="highest"/>, both included.</summary>
    public long Between(long lowest, long highest) => lowest + Below(highest - lowest + 1);

    /// <summary>A number from <paramref name="lowest"/> to <paramref name="highest"/>, both included.</summary>
    public int Between(int lowest, int highest) => (int)Between((long)lowest, highest);

    /// <summary>True in <paramref name="numerator"/> of <paramref name="denominator"/> cases; draws nothing when it can only be false.</summary>
    public bool Chance(int numerator, int denominator) => numerator > 0 && Below(denominator) < numerator;

    /// <summary>One of the values.</summary>
    public T Pick<T>(ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>A number whose logarithm is spread evenly from <paramref name="lowest"/> (1 or more) to <paramref name="highest"/>.</summary>
    public long LogUniform(long lowest, long highest)
    {
        int doublings = BitOperations.Log2((ulong)(highest / lowest)) + 1;
        long floor = lowest << Below(doublings);
        return Math.Min(highest, floor + Below(floor));
    }

    /// <summary>An exponentially distributed number with about this mean: what waiting times look like. At most 64 times the mean.</summary>
    public long Exponential(long mean)
    {
        ulong bits = Next();
        int zeros = BitOperations.LeadingZeroCount(bits | 1);
        ulong mantissa = ((bits << zeros) >> 47) & 0xFFFF;

        // -log2 of a fraction 0.0…01m is (zeros + 1) - log2(1.m), and log2(1.m) is close to 0.m.
        ulong negativeLog = (((ulong)zeros + 1) << 16) - mantissa;
        return (long)(((ulong)mean * ((negativeLog * NaturalLogOfTwo) >> 16)) >> 16);
    }

    /// <summary>Puts the values into a random order.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }
}
