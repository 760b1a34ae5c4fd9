namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>
/// How long a lane rests behind work that no client waits for. How long such work takes tells how busy those are who take part in it, so the rest is so many times as long; and once more as many times as the
/// work took longer than the fastest of its kind and size. Compared is with the fastest, and not with a fixed time, because to a group that is far away everything takes long.
/// </summary>
/// <param name="times">How many times as long as the work took the rest is at least.</param>
internal sealed class Courtesy(long times)
{
    /// <summary>The longest rest, milliseconds: a move gets on however slow it all is, and so it does when it is far that is slow and not busy.</summary>
    public const long Longest = 250;

    // What is shorter is not told apart, because the time comes in whole milliseconds.
    private const long Shortest = 2;

    private long _fastest = Lane.LongPause;

    /// <summary>How long to rest, at most <see cref="Longest"/>; milliseconds.</summary>
    /// <param name="begunAt">When the work began.</param>
    /// <param name="now">The time.</param>
    /// <param name="size">How many times as much work it was as the least of its kind: as many times as long it may take. 0: only a part of such work was done, which is no measure for the others.</param>
    public long RestBehind(long begunAt, long now, long size = 1)
    {
        // What takes less than a millisecond counts as one: without a rest a few such parts in a row would keep clients waiting for as long as a large one.
        long took = Math.Clamp(now - begunAt, 1, Lane.LongPause);
        if (size > 0)
            _fastest = Math.Min(_fastest, Math.Max(took / size, Shortest));
        long expected = _fastest * Math.Max(size, 1);
        return Math.Min(times * took * Math.Max(took, expected) / expected, Longest);
    }
}
