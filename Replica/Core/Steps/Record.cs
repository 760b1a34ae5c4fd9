using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>Something that must be durable before what rests on it is said (rule 1).</summary>
public abstract record Record;

/// <summary>The view record: kept in a file of its own, durable before any record that follows it.</summary>
/// <param name="Promised">The highest view this replica promised or accepted in.</param>
/// <param name="Owned">The highest view it ever led or tried to lead; <see cref="View.None"/> before the first. After a restart all of them are spent (rule 2).</param>
public sealed record ViewRecord(View Promised, View Owned) : Record;

/// <summary>This replica accepted an entry.</summary>
/// <param name="View">The view it accepted it in.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">The value.</param>
public sealed record AcceptedRecord(View View, Slot Slot, Entry Entry) : Record;

/// <summary>This replica learned a decided entry from another one: stored with a decided mark (rule 5).</summary>
/// <remarks>It is no vote, so it has no view; it outranks every vote of its slot, before it and behind it.</remarks>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">The decided value.</param>
public sealed record LearnedRecord(Slot Slot, Entry Entry) : Record;

/// <summary>
/// The open end of lost slots is closed (see <c>FaultySlots</c>): of the votes that the disk had lost when this was written, none
/// above <see cref="Through"/> matters any more.
/// </summary>
/// <param name="View">The view whose primary found that out in its phase 1; all lost votes are of lower ones.</param>
/// <param name="Through">The highest slot that the primary inherited or that any record before this one may speak of.</param>
public sealed record OpenEndClosedRecord(View View, Slot Through) : Record;
