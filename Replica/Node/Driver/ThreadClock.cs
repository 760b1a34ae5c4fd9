namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// The processor time of the loop's thread, for all replicas that share it. Asking the system costs as much as a small part of a step, and many replicas on one loop make many small steps: so it is asked
/// when a millisecond has gone by, and about what took longer than that. Used by the loop's thread alone.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="threadTime">Asks the system.</param>
internal sealed class ThreadClock(TimeProvider time, Func<TimeSpan> threadTime)
{
    private TimeSpan _recent;
    private long _askedAt = long.MinValue;

    /// <summary>How much older than now <see cref="Recent"/> may be.</summary>
    public static TimeSpan Precision { get; } = TimeSpan.FromMilliseconds(1);

    /// <summary>As of now.</summary>
    public TimeSpan Now => threadTime();

    /// <summary>As of now, or of up to <see cref="Precision"/> before.</summary>
    /// <param name="timestamp">The clock's timestamp of now.</param>
    public TimeSpan Recent(long timestamp)
    {
        if (_askedAt == long.MinValue || time.GetElapsedTime(_askedAt, timestamp) > Precision)
            (_recent, _askedAt) = (threadTime(), timestamp);
        return _recent;
    }
}
