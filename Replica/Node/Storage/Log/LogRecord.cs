using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>A record of the log, as it is written and as it is read back.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="View">The view the entry is stored in.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">The value.</param>
internal readonly record struct LogRecord(RecordKind Kind, View View, Slot Slot, Entry Entry);
