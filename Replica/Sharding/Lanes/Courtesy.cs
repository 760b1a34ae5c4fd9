namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>
/// How long a lane rests behind work that no client waits for. How long such work takes tells how busy those are who take part in it, so the rest is so many times as long; and once more as many times as the
/// work took longer than the fastest of its kind. Where processors are short the clients have nearly all of the time, and where they are not, the next piece follows soon, also from a group that is far away.
/// </summary>
/// <param name="times">How many times as long as the work took the rest is at least.</param>
internal sealed class Courtesy(long times)
{
    // Faster than this is not told apart: a millisecond is the unit of the time; milliseconds.
    private const long Brisk = 2;

    // However slow it all is, the work gets on.
    private const long MostSlower = 4;

    private long _fastest = Lane.LongPause;

    /// <summary>How long to rest, at most <see cref="Lane.LongPause"/>; milliseconds.</summary>
    /// <param name="begunAt">When the work began.</param>
    /// <param name="now">The time.</param>
    /// <param name="isWhole">It was work of the kind that the fastest one is looked for in, and not only a part of it.</param>
    public long RestBehind(long begunAt, long now, bool isWhole = true)
    {
        long took = Math.Clamp(now - begunAt, 0, Lane.LongPause);
        if (isWhole)
            _fastest = Math.Min(_fastest, Math.Max(took, Brisk));
        return Math.Min(times * took * Math.Clamp(took, _fastest, MostSlower * _fastest) / _fastest, Lane.LongPause);
    }
}
