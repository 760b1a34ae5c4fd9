namespace PaxosShard.Replica.Core.Steps;

/// <summary>The time of a step, as the driver tells it: the core has no clock of its own.</summary>
internal sealed class StepTime
{
    /// <summary>Ticks of monotonic time since the start; everything that times out counts these.</summary>
    public long Tick { get; set; }

    /// <summary>Wall-clock time, milliseconds since 1970 UTC: stamped on entries, and nothing here depends on it.</summary>
    public long Wall { get; set; }
}
