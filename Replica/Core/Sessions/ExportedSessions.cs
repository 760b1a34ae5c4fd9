using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>What the head of an export says of its sessions.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">Bytes that they take, as <see cref="SessionTable.Bytes"/> counts them.</param>
/// <param name="Slot">The slot of the export.</param>
/// <param name="LogTime">Log time at it.</param>
internal readonly record struct ExportedSessions(long Count, long Bytes, Slot Slot, long LogTime);
