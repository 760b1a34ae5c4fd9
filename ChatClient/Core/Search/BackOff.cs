namespace PaxosShard.Client.Core.Search;

/// <summary>Pauses that double from a first to a last, each between half and all of its length, so that clients do not come in step.</summary>
/// <param name="first">The first pause, in milliseconds.</param>
/// <param name="jitter">Chance.</param>
internal sealed class BackOff(long first, Jitter jitter)
{
    private int _doublings;

    /// <summary>The next pause, in milliseconds.</summary>
    /// <param name="last">The longest pause.</param>
    public long Next(long last)
    {
        long pause = first << _doublings;
        if (pause < last)
            _doublings++;
        else
            pause = last;
        return jitter.Between((pause + 1) / 2, pause);
    }

    /// <summary>Starts from the first again.</summary>
    public void Reset() => _doublings = 0;
}

/// <summary>The chance in a client's pauses: SplitMix64 from a given seed, the same everywhere. It is no secret.</summary>
/// <param name="seed">Any number.</param>
internal sealed class Jitter(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    public long Between(long lowest, long highest)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return lowest + (long)(mixed % (ulong)(highest - lowest + 1));
    }
}
