using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Moves;

/// <summary>Virtual time of a run of moves: what is to be done, and when. What is to be done at the same time is done in the order in which it was wanted.</summary>
internal sealed class Timeline : IEventTarget
{
    /// <summary>The events.</summary>
    public EventQueue Queue { get; } = new();

    /// <summary>The time in microseconds.</summary>
    public long Now => Queue.Now;

    /// <summary>The time in milliseconds, which is what drivers and clients reckon in.</summary>
    public long Milliseconds => Queue.Now / 1000;

    /// <summary>Does something later.</summary>
    /// <param name="microseconds">How much later; 0: behind all that is due now.</param>
    /// <param name="action">What is done.</param>
    public void After(long microseconds, Action action) => Queue.Schedule(Queue.Now + microseconds, this, kind: 0, argument: 0, action);

    /// <summary>Lets time pass.</summary>
    /// <param name="time">Until then, microseconds.</param>
    /// <param name="isOver">It ends at once when this is so.</param>
    public void RunUntil(long time, Func<bool> isOver)
    {
        while (!isOver() && Queue.NextTime <= time)
        {
            ScheduledEvent next = Queue.Take();
            next.Target.OnEvent(in next);
        }

        if (!isOver())
            Queue.AdvanceTo(time);
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled) => ((Action)scheduled.Payload!)();
}
