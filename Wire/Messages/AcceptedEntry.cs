namespace PaxosShard.Wire;

/// <summary>An entry with the slot it was accepted in and the view it was accepted in: Paxos's vote.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="View">The highest view in which the sender accepted it.</param>
/// <param name="Entry">The value.</param>
public readonly record struct AcceptedEntry(Slot Slot, View View, Entry Entry);
