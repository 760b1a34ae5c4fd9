namespace PaxosShard.Client.Core.Search;

/// <summary>
/// When a primary that does not answer is suspected: after a short silence the others are asked who leads; after a longer one a new
/// connection to the same replica will do as well, because what was sent on this one may be lost.
/// </summary>
/// <param name="silence">How long a primary may be silent before another one is looked for, in milliseconds.</param>
internal sealed class SilenceWatch(long silence)
{
    private const long LongestPatience = 2400;

    private long _patience = 2 * silence;
    private long _silentFor;

    /// <summary>So long that a new connection to the same replica will do.</summary>
    public bool IsTimeToReconnect => _silentFor >= _patience;

    /// <summary>Something was answered.</summary>
    public void Progress()
    {
        _patience = 2 * silence;
        _silentFor = 0;
    }

    /// <summary>A new connection. When nothing was answered on the one before, the next change to the same replica takes twice as long.</summary>
    /// <param name="hadProgress">Something was answered on the one before.</param>
    public void Reconnected(bool hadProgress)
    {
        if (!hadProgress)
            _patience = Math.Min(2 * _patience, LongestPatience);
        _silentFor = 0;
    }

    /// <summary>An answer is overdue for longer than a primary may be silent.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="overdueSince">Since when one is overdue; null when none is.</param>
    public bool IsTooLong(long now, long? overdueSince)
    {
        _silentFor = overdueSince is { } since ? Math.Max(0, now - since) : 0;
        return _silentFor >= silence;
    }
}
