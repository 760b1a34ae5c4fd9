namespace PaxosShard.Wire.Commands;

/// <summary>How much of something there is, and how much there may be.</summary>
/// <param name="Used">How much there is.</param>
/// <param name="Allowed">Most that there may be; 0 when there is no bound.</param>
public readonly record struct Occupancy(long Used, long Allowed)
{
    /// <summary>Nothing is counted, and there is no bound.</summary>
    public static Occupancy Unbounded => default;

    /// <summary>How full it is, in percent, rounded down, so that 100 is said only of what is full; 0 without a bound.</summary>
    public long Percent => Allowed > 0 ? (long)Int128.Min((Int128)Used * 100 / Allowed, long.MaxValue) : 0;
}
