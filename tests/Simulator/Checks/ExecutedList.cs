namespace PaxosShard.Simulator.Checks;

/// <summary>A member list as the log makes it when it is executed from its beginning (rule 13).</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Slot">The slot of the replacement that made it; the slots above it belong to the list. 0 for the founders.</param>
/// <param name="Hash">The product's hash of it.</param>
/// <param name="Machines">The machine in each place; -1 for an identity that no machine has.</param>
public sealed record ExecutedList(long Number, long Slot, ulong Hash, IReadOnlyList<int> Machines);
