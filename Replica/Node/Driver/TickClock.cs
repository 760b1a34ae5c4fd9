namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// Says when a tick is due. Ticks that come late are not made up for: however long the process did not run, it is one tick. And that one
/// waits until what lies in the sockets has been read, because ticks measure the silence of others: first read, then judge. It does
/// not wait for ever, so that heartbeats go on under any load. Used by the driver's thread alone.
/// </summary>
/// <param name="time">The monotonic time of the system, or a test's.</param>
/// <param name="tick">Length of a tick.</param>
internal sealed class TickClock(TimeProvider time, TimeSpan tick)
{
    /// <summary>Most ticks that are left out after a gap because nothing has been read.</summary>
    public const int LongestPatience = 20;

    private readonly long _length = LengthOf(time, tick);
    private long _due = time.GetTimestamp() + LengthOf(time, tick);
    private int _patience;
    private bool _isWaiting;

    /// <summary>Milliseconds until the next tick, rounded up; 0 when it is due.</summary>
    public int MillisecondsLeft
    {
        get
        {
            long left = _due - time.GetTimestamp();
            return left <= 0 ? 0 : (int)Math.Ceiling(left * 1000.0 / time.TimestampFrequency);
        }
    }

    /// <summary>A tick is due and counts; the next one is set.</summary>
    /// <param name="hasRead">This turn brought something from outside.</param>
    /// <param name="hasUnread">Whether something of a peer lies unread; asked only when it matters.</param>
    public bool TryTake(bool hasRead, Func<bool> hasUnread)
    {
        long now = time.GetTimestamp();
        if (now < _due)
            return false;
        if (!_isWaiting && now - _due > _length)
            (_isWaiting, _patience) = (true, LongestPatience);
        if (_isWaiting && !hasRead && _patience-- > 0 && hasUnread())
        {
            _due = now + _length;
            return false;
        }

        _isWaiting = false;
        long next = _due + _length;
        _due = next > now ? next : now + _length;
        return true;
    }

    private static long LengthOf(TimeProvider time, TimeSpan tick) => Math.Max(1, (long)(tick.TotalSeconds * time.TimestampFrequency));
}
