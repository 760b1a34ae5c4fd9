using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// How much of each room is kept; the oldest messages beyond that are trimmed. What is 0 is not bounded. Numbers of messages never change: a room whose first messages
/// were trimmed begins at a higher number. Results depend on it: all replicas of a group have the same.
/// </summary>
/// <param name="Messages">Most messages.</param>
/// <param name="Bytes">Most bytes of authors and texts, with 32 for each message. The newest message is kept however long it is.</param>
/// <param name="Age">
/// Longest age in milliseconds of log time, which does not follow wall clocks when they jump. Older ones are trimmed by the commands that follow in the group, a few by each.
/// </param>
public readonly record struct RoomRetention(long Messages, long Bytes, long Age)
{
    /// <summary>It bounds something.</summary>
    public bool IsBounded => Messages > 0 || Bytes > 0 || Age > 0;

    /// <summary>Checks the bounds.</summary>
    /// <exception cref="InvalidOptionsException">One is below 0.</exception>
    public void Validate()
    {
        if (Messages < 0 || Bytes < 0 || Age < 0)
            throw new InvalidOptionsException("messages, bytes and age of a room are bounded by 1 or more, or by 0 not at all");
    }

    /// <summary>A message is too old.</summary>
    /// <param name="message">The message.</param>
    /// <param name="logTime">Log time now.</param>
    internal bool IsTooOld(in StoredMessage message, long logTime) => Age > 0 && message.LogTime < logTime - Age;
}
