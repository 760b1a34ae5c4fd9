using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>Makes the encoded answers to queries from the rooms as they are now; changes nothing that is replicated.</summary>
/// <remarks>
/// A history has at most <see cref="MessagesPerReply"/> messages and <see cref="BytesPerReply"/> bytes, and at least one
/// message if there is one to give and it was asked for. A page of rooms has at most <see cref="RoomsPerReply"/> rooms and as many bytes.
/// </remarks>
internal static class RoomReader
{
    /// <summary>Most messages in one history.</summary>
    public const int MessagesPerReply = 1000;

    /// <summary>Most rooms in one page of them.</summary>
    public const int RoomsPerReply = 4096;

    /// <summary>Most bytes of one history or page of rooms; the largest message fits three times.</summary>
    public const int BytesPerReply = 256 * 1024;

    /// <summary>The room a query names; null when nothing was sent to it yet.</summary>
    /// <param name="rooms">All rooms.</param>
    /// <param name="name">At most <see cref="Limits.RoomName"/> bytes, as every decoded query has it.</param>
    public static ChatRoom? Find(ChatRooms rooms, string name)
    {
        Span<byte> bytes = stackalloc byte[Limits.RoomName];
        return Encoding.UTF8.TryGetBytes(name, bytes, out int length) ? rooms.Find(bytes[..length]) : null;
    }

    /// <summary>
    /// Answers a <see cref="ReadHistoryQuery"/>. A position of 0 or less counts from the end, and a count that is not
    /// positive wants no messages.
    /// </summary>
    public static byte[] History(ChatRoom? room, long from, int maximumCount)
    {
        long last = room?.Last ?? 0;
        long first = from > 0 ? from : Math.Max(room?.First ?? 1, last + 1 + from);
        return Encode(room, first, maximumCount);
    }

    /// <summary>A <see cref="HistoryResult"/> with the messages from a number on; there may be none.</summary>
    public static byte[] Encode(ChatRoom? room, long from, int maximumCount)
    {
        using HistoryResultWriter writer = new(BytesPerReply);
        if (room is null)
            return writer.Build(0, 0);
        if (from >= room.First && from <= room.Last)
            Add(writer, room, from, Math.Min(maximumCount, MessagesPerReply));
        return writer.Build(room.First, room.Last);
    }

    /// <summary>A <see cref="ListRoomsResult"/> with the rooms behind a name; says how many are left when there are more than fit.</summary>
    /// <param name="rooms">All rooms.</param>
    /// <param name="after">At most <see cref="Limits.RoomName"/> bytes, as every decoded query has it.</param>
    /// <param name="maximumCount">Most rooms; none when it is not positive.</param>
    /// <param name="isServed">The arcs whose rooms are listed; null: all.</param>
    public static byte[] List(ChatRooms rooms, string after, int maximumCount, Predicate<Arc>? isServed)
    {
        NamePlace place = rooms.Sorted.Behind(Encoding.UTF8.GetBytes(after));
        List<ChatRoom> page = [];
        int bytes = ListRoomsResult.HeaderSize;
        foreach (ChatRoom room in rooms.Sorted.From(place).Where(room => isServed?.Invoke(room.Arc) != false))
        {
            bytes += ListRoomsResult.SizeOfRoom(room.NameBytes.Length);
            if (page.Count >= Math.Min(maximumCount, RoomsPerReply) || bytes > BytesPerReply)
                break;
            page.Add(room);
        }

        // Only while arcs move, and some of the rooms are not served here, they are counted one by one.
        int total = isServed is null ? rooms.Sorted.Count : CountServed(rooms, rooms.Sorted.Behind([]), isServed);
        int behind = isServed is null ? total - rooms.Sorted.CountBefore(place) : CountServed(rooms, place, isServed);
        return Encode(total, behind - page.Count, page);
    }

    private static int CountServed(ChatRooms rooms, NamePlace place, Predicate<Arc> isServed) => rooms.Sorted.From(place).Count(room => isServed(room.Arc));

    private static byte[] Encode(int total, int left, List<ChatRoom> page)
    {
        byte[] bytes = new byte[ListRoomsResult.HeaderSize + page.Sum(room => ListRoomsResult.SizeOfRoom(room.NameBytes.Length))];
        WireWriter writer = new(bytes);
        writer.WriteInt64(total);
        writer.WriteInt64(left);
        writer.WriteInt32(page.Count);
        foreach (ChatRoom room in page)
        {
            writer.WriteBytes(room.NameBytes);
            writer.WriteInt64(room.Last);
        }

        return bytes;
    }

    private static void Add(HistoryResultWriter writer, ChatRoom room, long from, int maximumCount)
    {
        MessageCursor cursor = room.From(from);
        for (int left = maximumCount; left > 0 && cursor.Number <= room.Last; left--)
        {
            long number = cursor.Number;
            StoredMessage message = cursor.Read();
            if (!writer.TryAdd(number, message.Author, message.Wall, message.Text))
                return;
        }
    }
}
