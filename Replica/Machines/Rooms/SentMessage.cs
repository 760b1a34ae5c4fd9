namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>A message that the last executed slot put into a room: what an export of the log prints.</summary>
/// <param name="Room">Name of the room.</param>
/// <param name="Number">The message's number in it.</param>
/// <param name="Timestamp">Wall-clock time of the entry that brought it, milliseconds since 1970 UTC; it may be earlier than that of the message before.</param>
/// <param name="Author">UTF-8; a slice of the entry, valid as long as the entry is.</param>
/// <param name="Text">UTF-8; a slice of the entry, valid as long as the entry is.</param>
public readonly record struct SentMessage(
    string Room,
    long Number,
    long Timestamp,
    ReadOnlyMemory<byte> Author,
    ReadOnlyMemory<byte> Text);
