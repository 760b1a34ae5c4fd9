namespace PaxosShard.Simulator.Time;

/// <summary>
/// Virtual time: a heap of events ordered by (time, sequence), so that equal times keep the order in which they were
/// scheduled. Nothing is ever removed: targets recognise what is out of date by the argument they gave.
/// </summary>
public sealed class EventQueue
{
    private const int Branches = 4;
    private ScheduledEvent[] _heap = new ScheduledEvent[1024];
    private long _sequence;

    /// <summary>Virtual time in microseconds.</summary>
    public long Now { get; private set; }

    /// <summary>Events that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Events that were taken out so far.</summary>
    public long Processed { get; private set; }

    /// <summary>Schedules an event; one in the past is due now.</summary>
    public void Schedule(long time, IEventTarget target, int kind, long argument = 0, object? payload = null)
    {
        if (Count == _heap.Length)
            Array.Resize(ref _heap, Count * 2);
        ScheduledEvent scheduled = new(Math.Max(time, Now), _sequence++, target, kind, argument, payload);
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) / Branches;
            if (!IsBefore(scheduled, _heap[parent]))
                break;
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = scheduled;
    }

    /// <summary>The time of the next event; <see cref="long.MaxValue"/> when there is none.</summary>
    public long NextTime => Count == 0 ? long.MaxValue : _heap[0].Time;

    /// <summary>Takes the next event out and moves time on to it.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public ScheduledEvent Take()
    {
        if (Count == 0)
            throw new InvalidOperationException("no event is scheduled");
        ScheduledEvent first = _heap[0];
        ScheduledEvent last = _heap[--Count];
        _heap[Count] = default;
        if (Count > 0)
            SiftDown(last);
        Now = first.Time;
        Processed++;
        return first;
    }

    /// <summary>Moves time on without an event.</summary>
    /// <param name="time">Not beyond the next event.</param>
    public void AdvanceTo(long time)
    {
        if (time > NextTime)
            throw new ArgumentOutOfRangeException(nameof(time), time, "an event is due before that");
        Now = Math.Max(Now, time);
    }

    private static bool IsBefore(in ScheduledEvent left, in ScheduledEvent right) =>
        left.Time < right.Time || (left.Time == right.Time && left.Sequence < right.Sequence);

    private void SiftDown(in ScheduledEvent moved)
    {
        int hole = 0;
        while (true)
        {
            int first = (hole * Branches) + 1;
            if (first >= Count)
                break;
            int best = first;
            int end = Math.Min(first + Branches, Count);
            for (int child = first + 1; child < end; child++)
            {
                if (IsBefore(_heap[child], _heap[best]))
                    best = child;
            }

            if (!IsBefore(_heap[best], moved))
                break;
            _heap[hole] = _heap[best];
            hole = best;
        }

        _heap[hole] = moved;
    }
}
