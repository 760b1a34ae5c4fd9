namespace PaxosShard.Simulator.Time;

/// <summary>Something that events happen to.</summary>
public interface IEventTarget
{
    /// <summary>An event is due.</summary>
    /// <param name="scheduled">What was scheduled; its time is now.</param>
    void OnEvent(in ScheduledEvent scheduled);
}
