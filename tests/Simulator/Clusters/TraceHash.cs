using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Clusters;

/// <summary>A 64-bit digest of everything that happened in a run: equal for two runs of the same seed, or the run was not deterministic.</summary>
public sealed class TraceHash
{
    /// <summary>The digest so far.</summary>
    public ulong Value { get; private set; }

    /// <summary>Takes in an event.</summary>
    public void Add(in ScheduledEvent scheduled) =>
        Value = SplitMix64.Fold(Value, ((ulong)scheduled.Time << 20) ^ ((ulong)scheduled.Kind << 12) ^ (ulong)scheduled.Sequence);

    /// <summary>Takes in a number that an event came to.</summary>
    public void Add(ulong number) => Value = SplitMix64.Fold(Value, number);
}
