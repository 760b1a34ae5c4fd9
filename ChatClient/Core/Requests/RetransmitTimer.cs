namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// When the oldest message is sent once more on the same connection: after several times as long as answers usually take, and
/// twice as long again each time nothing comes of it. Pure; a copy too many is recognised by its number and harmless.
/// </summary>
internal sealed class RetransmitTimer
{
    private const long Shortest = 40;
    private const long Longest = 1000;
    private const int RoundTripsWaited = 4;
    private const int Smoothing = 8;

    private double _roundTrip;
    private int _doublings;

    /// <summary>How long a copy may be without an answer, in milliseconds.</summary>
    public long Patience
    {
        get
        {
            long usual = Math.Clamp((long)(RoundTripsWaited * _roundTrip), Shortest, Longest);
            return Math.Min(usual << _doublings, Longest);
        }
    }

    /// <summary>An answer came to a message of which only one copy was sent.</summary>
    /// <param name="milliseconds">After so long.</param>
    public void Answered(long milliseconds)
    {
        _roundTrip += (milliseconds - _roundTrip) / Smoothing;
        _doublings = 0;
    }

    /// <summary>A message was sent once more.</summary>
    public void Retransmitted() => _doublings = Math.Min(_doublings + 1, 5);
}
