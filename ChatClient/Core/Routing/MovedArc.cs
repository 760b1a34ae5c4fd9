using PaxosShard.Client.Core.Groups;
using PaxosShard.Client.Core.Search;
using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Routing;

/// <summary>An arc with requests that another group serves than the one to which they were given, or that nobody serves for a moment.</summary>
/// <param name="arc">The arc.</param>
/// <param name="home">Where its requests are.</param>
/// <param name="pauses">The pauses between two refusals.</param>
internal sealed class MovedArc(Arc arc, GroupClient home, BackOff pauses)
{
    /// <summary>The arc.</summary>
    public Arc Arc { get; } = arc;

    /// <summary>For so long after its first refusal an arc is likely to be handed over just now, milliseconds.</summary>
    public const long HandOver = 250;

    /// <summary>The longest pause meanwhile, milliseconds: clients are held up by it for nothing once the arc is served.</summary>
    public const long HandOverPause = 8;

    private long? _refusedSince;

    /// <summary>Where all of its requests are that have no result, and where new ones go while <see cref="IsHeld"/>.</summary>
    public GroupClient Home { get; private set; } = home;

    /// <summary>Nothing on it is sent to its home's group.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Where those that may have been taken are sent, under their names; null when there are none.</summary>
    public GroupClient? Host { get; set; }

    /// <summary>The lowest number of a configuration that can say who serves it.</summary>
    public long Required { get; private set; }

    /// <summary>Who refused it last; none when nobody did.</summary>
    public GroupId RefusedBy { get; private set; }

    /// <summary>When that one may be asked again, in milliseconds.</summary>
    public long NotBefore { get; private set; }

    /// <summary>Its home does not serve it.</summary>
    public void Hold(GroupClient by)
    {
        Home = by;
        IsHeld = true;
    }

    /// <summary>A group refused it.</summary>
    /// <param name="by">The group.</param>
    /// <param name="configuration">The configuration of this number or a later one says who serves it.</param>
    /// <param name="now">The present time.</param>
    /// <param name="longestPause">Longest pause before that group is asked again, in milliseconds.</param>
    public void Refused(GroupId by, long configuration, long now, long longestPause)
    {
        Required = Math.Max(Required, configuration);
        RefusedBy = by;
        _refusedSince ??= now;
        NotBefore = now + pauses.Next(LongestPause(_refusedSince.Value, now, longestPause));
    }

    /// <summary>The longest pause before a group is asked again that does not serve an arc yet.</summary>
    /// <param name="refusedSince">When the arc was refused first.</param>
    /// <param name="now">The present time.</param>
    /// <param name="longest">The longest pause for what takes longer than a hand-over.</param>
    public static long LongestPause(long refusedSince, long now, long longest) => now - refusedSince < HandOver ? Math.Min(HandOverPause, longest) : longest;

    /// <summary>One more copy was refused that had left before the first refusal came.</summary>
    public void RefusedAgain(long configuration) => Required = Math.Max(Required, configuration);

    /// <summary>Its requests are with somebody who may serve it, and are sent.</summary>
    public void Settle(GroupClient at)
    {
        Home = at;
        IsHeld = false;
        Host = null;
    }
}
