namespace PaxosShard.Client.Core.Search;

/// <summary>
/// When a primary that does not answer is suspected: after a short silence the others are asked who leads; after a longer one a new
/// connection to the same replica will do as well, because what was sent on this one may be lost. Each new connection sends again all that
/// is under way, and a group that has more to do than it can would be kept from it by the copies. So each further connection to the same
/// primary, in place of one that was silent, takes twice as long, until answers to what was sent once show how long they take.
/// </summary>
/// <param name="silence">How long a primary may be silent before another one is looked for, in milliseconds.</param>
internal sealed class SilenceWatch(long silence)
{
    private const long LongestPatience = 4_800;

    private long _patience = 2 * silence;
    private long _silentFor;
    private long _answeredAt = long.MinValue;

    /// <summary>So long that a new connection to the same replica will do.</summary>
    public bool IsTimeToReconnect => _silentFor >= _patience;

    /// <summary>Something was answered, so the connection works: what was sent on it before has arrived.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="took">How long a result took; null when it is none, or what it answers was sent more than once.</param>
    public void Answered(long now, long? took)
    {
        _answeredAt = now;
        _silentFor = 0;
        if (took is { } usual)
            _patience = Math.Max(2 * silence, Math.Min(_patience, 2 * usual));
    }

    /// <summary>A new connection.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="isSamePrimary">It leads to the same primary in the same view as the one before.</param>
    /// <param name="wasSilent">It takes the place of one that was silent, not of one that has ended.</param>
    public void Reconnected(long now, bool isSamePrimary, bool wasSilent)
    {
        if (!isSamePrimary)
            _patience = 2 * silence;
        else if (wasSilent)
            _patience = Math.Min(2 * _patience, LongestPatience);
        _silentFor = 0;
        _answeredAt = now;
    }

    /// <summary>An answer is overdue, and nothing else was answered either, for longer than a primary may be silent.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="overdueSince">Since when one is overdue; null when none is.</param>
    public bool IsTooLong(long now, long? overdueSince)
    {
        _silentFor = overdueSince is { } since ? Math.Max(0, now - Math.Max(since, _answeredAt)) : 0;
        return _silentFor >= silence;
    }
}
