using PaxosShard.Wire;

namespace PaxosShard.Replica.Core;

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
/// <param name="View">The highest view stored for the slot here; learning never lowers it.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">The decided value.</param>
public sealed record LearnedRecord(View View, Slot Slot, Entry Entry) : Record;
