namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>The segments of the log, and which of them speak only of slots that are in snapshots. The last one is in use.</summary>
internal sealed class LiveSegments
{
    private readonly List<LiveSegment> _segments = [];

    /// <summary>How many there are.</summary>
    public int Count => _segments.Count;

    /// <summary>Whether a segment says that no record of any group before it is of a slot above that of the group's snapshot.</summary>
    /// <param name="before">What it says of each group; null when nothing of it can be read.</param>
    /// <param name="snapshots">The slot of the snapshot of each group, 0 for none.</param>
    public static bool IsBehind(GroupSummary[]? before, ReadOnlySpan<long> snapshots)
    {
        for (int group = 0; group < snapshots.Length; group++)
        {
            if (before is null || !IsBehind(in before[group], snapshots[group]))
                return false;
        }

        return true;
    }

    /// <summary>A segment behind those before it.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="before">What it says of the log before it, of each group; null when nothing of it can be read.</param>
    public void Add(int number, GroupSummary[]? before) => _segments.Add(new LiveSegment(number, before));

    /// <summary>
    /// Whether a segment behind the oldest one says that no record before is of a slot above those of the snapshots. Where that is not known
    /// of the next one a later one may say it, and it holds for all before that one.
    /// </summary>
    public bool HasOldest(ReadOnlySpan<long> snapshots)
    {
        for (int index = 1; index < _segments.Count; index++)
        {
            if (IsBehind(_segments[index].Before, snapshots))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether it is this group that holds the oldest segment back: what it has before the next one is not all in its snapshot. Where nothing can be read of the next one, the first behind it that says
    /// something counts.
    /// </summary>
    public bool IsHeldBackBy(int group, long snapshot)
    {
        int next = _segments.Count == 0 ? -1 : _segments.FindIndex(1, static segment => segment.Before is not null);
        return next > 0 && !IsBehind(in _segments[next].Before![group], snapshot);
    }

    /// <summary>Takes the oldest one out, for good.</summary>
    public int TakeOldest()
    {
        int number = _segments[0].Number;
        _segments.RemoveAt(0);
        return number;
    }

    private static bool IsBehind(in GroupSummary before, long snapshot) => before.HighestBefore != SlotTable.UnknownSlot && before.HighestBefore <= snapshot;

    private readonly record struct LiveSegment(int Number, GroupSummary[]? Before);
}
