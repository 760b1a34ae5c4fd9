namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>The segments of the log, and which of them speak only of slots that are in a snapshot. The last one is in use.</summary>
internal sealed class LiveSegments
{
    private readonly List<LiveSegment> _segments = [];

    /// <summary>A segment behind those before it.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="highestBefore">No record of the log before it is of a higher slot; <see cref="SlotTable.UnknownSlot"/> when that is not known.</param>
    public void Add(int number, long highestBefore) => _segments.Add(new LiveSegment(number, highestBefore));

    /// <summary>
    /// Whether a segment behind the oldest one says that no record before is of a slot above <paramref name="inSnapshot"/>. Where that is not known
    /// of the next one a later one may say it, and it holds for all before that one.
    /// </summary>
    public bool HasOldest(long inSnapshot)
    {
        for (int index = 1; index < _segments.Count; index++)
        {
            long highest = _segments[index].HighestBefore;
            if (highest != SlotTable.UnknownSlot && highest <= inSnapshot)
                return true;
        }

        return false;
    }

    /// <summary>Takes the oldest one out, for good.</summary>
    public int TakeOldest()
    {
        int number = _segments[0].Number;
        _segments.RemoveAt(0);
        return number;
    }

    private readonly record struct LiveSegment(int Number, long HighestBefore);
}
