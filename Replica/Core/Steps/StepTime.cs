using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>The time of a step.</summary>
internal sealed class StepTime
{
    /// <summary>Ticks of monotonic time since the start; everything that times out counts these.</summary>
    public long Tick { get; set; }

    /// <summary>What the clocks show: only log time is made of it.</summary>
    public Instant Now { get; set; }

    /// <summary>The wall clock, as far as it shows a time that entries can carry.</summary>
    public long WallInRange => Math.Clamp(Now.Wall, 0, Limits.HighestTime);
}
