using PaxosShard.Simulator.Moves.Groups;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>A connection of a client.</summary>
/// <param name="number">Its number, as the client's core gave it.</param>
/// <param name="end">Where it goes; null when there is nothing at the address.</param>
internal sealed class ClientLink(int number, IGroupEndpoint? end)
{
    private long _requestsUntil;
    private long _repliesUntil;

    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>Where it goes.</summary>
    public IGroupEndpoint? End => end;

    /// <summary>The group has said hello.</summary>
    public bool IsUp { get; set; }

    /// <summary>It has ended: what was sent on it may still arrive, and no answer comes.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Requests and replies that are under way on it.</summary>
    public int UnderWay { get; set; }

    /// <summary>When a request that takes so long arrives, if none overtakes another: how long it takes then.</summary>
    /// <param name="now">The time, microseconds.</param>
    /// <param name="delay">How long it takes alone.</param>
    public long BehindRequests(long now, long delay) => Behind(ref _requestsUntil, now, delay);

    /// <summary>The same for a reply.</summary>
    public long BehindReplies(long now, long delay) => Behind(ref _repliesUntil, now, delay);

    private static long Behind(ref long until, long now, long delay)
    {
        until = Math.Max(until, now + delay);
        return until - now;
    }
}
