using PaxosShard.Wire;

namespace PaxosShard.Client.Core.Search;

/// <summary>
/// When a primary that does not answer is suspected: after a short silence the others are asked who leads; after a longer one a new
/// connection to the same replica will do as well, because what was sent on this one may be lost. Both grow with how long answers were seen to take, so that a group that is slow
/// because many ask it is not asked still more. Each new connection sends again all that
/// is under way, and a group that has more to do than it can would be kept from it by the copies. So each further connection to the same
/// primary, in place of one that was silent, takes twice as long, until answers to what was sent once show how long they take.
/// </summary>
/// <param name="silence">How long a primary that answers promptly may be silent before another one is looked for, in milliseconds.</param>
/// <param name="random">Chance, so that clients that were slowed down together do not begin to search together.</param>
internal sealed class SilenceWatch(long silence, SeededRandom random)
{
    private const long LongestPatience = 4_800;
    private const long LongestSilence = LongestPatience / 2;
    private const int Decay = 8;

    // How long a primary may be silent whose answers take long; 0 when they do not.
    private long _grown;
    private long _patience = 2 * silence;
    private long _usual;
    private long _silentFor;
    private long _attachedAt = long.MinValue;
    private long _answeredAt = long.MinValue;

    /// <summary>So long that a new connection to the same replica will do.</summary>
    public bool IsTimeToReconnect => _silentFor >= _patience;

    private long Allowed => Math.Max(silence, _grown);

    /// <summary>Something was answered, so the connection works: what was sent on it before has arrived.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="took">How long a result took; null when it is none, or what it answers was sent more than once.</param>
    /// <param name="sentAt">When what a result answers was sent first, on this connection or before; null when it is none.</param>
    public void Answered(long now, long? took, long? sentAt)
    {
        _answeredAt = now;
        _silentFor = 0;
        if (sentAt is { } sent)
            Observe(now - Math.Max(sent, _attachedAt));
        if (took is { } usual)
            _patience = Math.Max(2 * Allowed, Math.Min(_patience, 2 * usual));
    }

    /// <summary>A new connection.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="isSamePrimary">It leads to the same primary in the same view as the one before.</param>
    /// <param name="wasSilent">It takes the place of one that was silent, not of one that has ended.</param>
    /// <param name="took">How long connecting there and the first answer took.</param>
    public void Reconnected(long now, bool isSamePrimary, bool wasSilent, long took)
    {
        if (!isSamePrimary)
            (_usual, _patience) = (0, 2 * silence);
        else if (wasSilent)
            _patience = Math.Min(2 * _patience, LongestPatience);
        _silentFor = 0;
        _answeredAt = now;
        _attachedAt = now;
        Observe(took);
    }

    // The longest lately: an answer that came soon says little of the next one while many ask.
    private void Observe(long took)
    {
        _usual = Math.Max(took, _usual - ((_usual + Decay - 1) / Decay));
        long grown = Math.Min(2 * _usual, LongestSilence);
        _grown = grown <= silence ? 0 : random.Between(grown, Math.Min(grown + (grown / 2), LongestSilence));
        _patience = Math.Max(_patience, Math.Min(2 * Allowed, LongestPatience));
    }

    /// <summary>An answer is overdue, and nothing else was answered either, for longer than a primary may be silent.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="overdueSince">Since when one is overdue; null when none is.</param>
    public bool IsTooLong(long now, long? overdueSince)
    {
        _silentFor = overdueSince is { } since ? Math.Max(0, now - Math.Max(since, _answeredAt)) : 0;
        return _silentFor >= Allowed;
    }
}
