namespace PaxosShard.Replica.Core.Steps;

/// <summary>What the machine's clocks show when a step begins, as the driver tells it: the core has no clock of its own.</summary>
/// <param name="Wall">Wall-clock time, milliseconds since 1970 UTC. It may be wrong and may jump; nothing but log time's rate depends on it, and by no more than 1 % (rule 9).</param>
/// <param name="Monotonic">Monotonic time, milliseconds since any moment, pauses of the process included; never less than before.</param>
public readonly record struct Instant(long Wall, long Monotonic);
