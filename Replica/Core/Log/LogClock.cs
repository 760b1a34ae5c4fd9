using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Log;

/// <summary>
/// Log time as this replica knows it: the highest stamp of all entries it holds, or what a primary told or an arc brought along, and the monotonic time since, bent towards the
/// wall clock by at most 1 %. It never goes back and never stands still, however wrong the wall clocks are and however they jump: expiries are compared with it (rule 9). A log
/// without any entry takes the wall clock.
/// </summary>
/// <remarks>While the whole group is down log time stands, so that it may be behind the wall clock afterwards; it comes nearer by 1 %.</remarks>
internal sealed class LogClock
{
    // Hundredths of a millisecond: one for each millisecond that passes is the most by which it is bent.
    private const int Parts = 100;

    private long _parts;
    private long? _lastMonotonic;
    private bool _isSet;

    /// <summary>Log time now, milliseconds since 1970 UTC.</summary>
    public long Now => _parts / Parts;

    /// <summary>A step begins.</summary>
    public void OnStep(Instant now)
    {
        long wall = Math.Clamp(now.Wall, 0, Limits.HighestTime);
        long passed = Math.Max(0, now.Monotonic - (_lastMonotonic ?? now.Monotonic));
        _lastMonotonic = Math.Max(now.Monotonic, _lastMonotonic ?? now.Monotonic);
        if (!_isSet)
        {
            _parts = wall * Parts;
            return;
        }

        long straight = _parts + (passed * Parts);
        _parts = Math.Min(straight + Math.Clamp((wall * Parts) - straight, -passed, passed), Limits.HighestTime * Parts);
    }

    /// <summary>
    /// A primary told its log time; 0 when it told none. A follower that was started anew knows the stamps of its log only: in an idle group they are long ago, and what
    /// clients reckon from the primary's log time would be too far ahead for the next one.
    /// </summary>
    public void OnHeard(long logTime)
    {
        if (logTime > 0)
            OnStamp(logTime);
    }

    /// <summary>An entry with this stamp is stored here, or executing one has raised log time to this.</summary>
    public void OnStamp(long logTime)
    {
        _parts = _isSet ? Math.Max(_parts, logTime * Parts) : logTime * Parts;
        _isSet = true;
    }
}
