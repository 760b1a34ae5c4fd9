namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// Says which messages are to be trimmed. It depends on the state and on log time alone, and so little is trimmed at once that no step is long.
/// </summary>
/// <remarks>
/// A message that comes makes space for itself in its room. Rooms in which nothing comes are trimmed by age, the one with the oldest message first. Neither goes on once as
/// many bytes went as the longest message has: so much is enough to make space for any, and to trim as fast as messages come.
/// </remarks>
/// <param name="rooms">The rooms.</param>
/// <param name="retention">How much of each is kept.</param>
internal sealed class RoomTrimmer(ChatRooms rooms, RoomRetention retention)
{
    /// <summary>Most rooms that are trimmed by age at one command.</summary>
    public const int RoomsPerCommand = 4;

    /// <summary>Most messages of these rooms together.</summary>
    public const int MessagesPerCommand = 256;

    /// <summary>The number of the first message of a room that is left when one more comes: that one's own if none is.</summary>
    /// <param name="room">The room.</param>
    /// <param name="message">The one that comes.</param>
    /// <param name="bytes">What those that go count for in bytes.</param>
    public long FirstLeft(ChatRoom room, in StoredMessage message, out long bytes)
    {
        bytes = 0;
        long first = room.First;
        if (!retention.IsBounded || first > room.Last)
            return first;
        MessageCursor cursor = room.From(first);
        while (cursor.Number <= room.Last && bytes < ChatRoom.LargestMessage)
        {
            StoredMessage oldest = cursor.Read();
            bool isTooMany = retention.Messages > 0 && room.Last + 2 - first > retention.Messages;
            bool isTooLong = retention.Bytes > 0 && room.Bytes - bytes + ChatRoom.SizeOf(in message) > retention.Bytes;
            if (!isTooMany && !isTooLong && !retention.IsTooOld(in oldest, message.LogTime))
                return first;
            bytes += ChatRoom.SizeOf(in oldest);
            first++;
        }

        return first;
    }

    /// <summary>Trims the room whose first message is the oldest of all, if that is too old.</summary>
    /// <param name="logTime">Log time now.</param>
    /// <param name="messages">How many messages may be trimmed; becomes less.</param>
    /// <param name="bytes">How many bytes of them, and the message that passes it; becomes less.</param>
    /// <returns>The room; null when nothing was trimmed.</returns>
    public ChatRoom? TrimOldest(long logTime, ref int messages, ref long bytes)
    {
        if (rooms.WithOldest is not { } room)
            return null;
        MessageCursor cursor = room.From(room.First);
        long first = room.First;
        while (first <= room.Last && messages > 0 && bytes > 0)
        {
            StoredMessage oldest = cursor.Read();
            if (!retention.IsTooOld(in oldest, logTime))
                break;
            messages--;
            bytes -= ChatRoom.SizeOf(in oldest);
            first++;
        }

        if (first == room.First)
            return null;
        rooms.Trim(room, first);
        return room;
    }
}
