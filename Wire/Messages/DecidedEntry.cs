namespace PaxosShard.Wire;

/// <summary>
/// An entry that is known to be decided, with its slot. It is no vote: it stands in no view, counts for no quorum, and outranks
/// every vote there is in its slot (rule 3).
/// </summary>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">The decided value.</param>
public readonly record struct DecidedEntry(Slot Slot, Entry Entry);
