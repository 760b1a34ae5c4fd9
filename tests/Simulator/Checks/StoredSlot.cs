namespace PaxosShard.Simulator.Checks;

/// <summary>What one replica's disk holds for a slot.</summary>
/// <param name="IsStored">It holds something.</param>
/// <param name="View">The view it was accepted in; -1 for what was learned.</param>
/// <param name="Value">Hash of the value.</param>
/// <param name="IsLearned">It was stored with a decided mark: no vote.</param>
public readonly record struct StoredSlot(bool IsStored, long View, ulong Value, bool IsLearned);
