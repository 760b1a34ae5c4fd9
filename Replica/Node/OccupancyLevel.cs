using PaxosShard.Wire.Commands;

namespace PaxosShard.Replica.Node;

/// <summary>
/// Says once when something becomes full to 80 %, again at 95 %, and when it falls below 75 %: what goes to and fro around one of them is not told each time.
/// </summary>
internal sealed class OccupancyLevel
{
    private const int First = 80;
    private const int Second = 95;
    private const int Over = 75;

    // The highest of the two that was told since it was last below the third.
    private long _told;

    /// <summary>How full it is now.</summary>
    public OccupancyChange Observe(Occupancy occupancy)
    {
        long percent = occupancy.Percent;
        long reached = percent >= Second ? Second : percent >= First ? First : 0;
        if (reached > _told)
        {
            _told = reached;
            return OccupancyChange.Fuller;
        }

        if (_told == 0 || percent >= Over)
            return OccupancyChange.None;
        _told = 0;
        return OccupancyChange.Emptier;
    }
}

/// <summary>What is to be said of how full something is.</summary>
internal enum OccupancyChange
{
    /// <summary>Nothing that was not said before.</summary>
    None,

    /// <summary>It has become full to 80 %, or to 95 %.</summary>
    Fuller,

    /// <summary>It was full to 80 % or more, and is below 75 % again.</summary>
    Emptier,
}
