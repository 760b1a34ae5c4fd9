namespace PaxosShard.Replica.Machines;

/// <summary>A message as a room keeps it: slices of the entry it came in, whose bytes live as long as the message.</summary>
/// <param name="Author">UTF-8.</param>
/// <param name="Text">UTF-8.</param>
/// <param name="Timestamp">The state's time when it was posted, milliseconds since 1970 UTC.</param>
internal readonly record struct StoredMessage(ReadOnlyMemory<byte> Author, ReadOnlyMemory<byte> Text, long Timestamp);
