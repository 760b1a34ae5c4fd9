namespace PaxosShard.Simulator.Time;

/// <summary>One entry of the event queue.</summary>
/// <param name="Time">When, in virtual microseconds.</param>
/// <param name="Sequence">Number of the event in the order they were scheduled: decides between equal times.</param>
/// <param name="Target">To whom it happens.</param>
/// <param name="Kind">What happens, in the target's own numbering.</param>
/// <param name="Argument">A number that goes with it, for example the epoch in which it was scheduled.</param>
/// <param name="Payload">An object that goes with it.</param>
public readonly record struct ScheduledEvent(
    long Time,
    long Sequence,
    IEventTarget Target,
    int Kind,
    long Argument,
    object? Payload);
