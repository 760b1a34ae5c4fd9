using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Rooms;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>The room with the oldest message is found, however many rooms there are.</summary>
public sealed class RoomsByAgeTests
{
    [Test]
    public void Rooms_come_in_the_order_of_their_first_messages_and_then_of_their_names()
    {
        const int Count = (2 * RoomsByAge.BlockLength) + 10;
        Random random = new(1);
        ByteStore store = new();
        RoomsByAge order = new();
        List<ChatRoom> rooms = [];
        for (int number = 0; number < Count; number++)
        {
            ChatRoom room = new(Encoding.UTF8.GetBytes($"{number:d6}"), store);
            room.Append(new StoredMessage(wall: 0, random.Next(Count / 4), "ann"u8, "hello"u8));
            rooms.Add(room);
            order.Update(room);
        }

        foreach (ChatRoom room in rooms.OrderBy(static made => made.FirstLogTime).ThenBy(static made => made.Name, StringComparer.Ordinal))
        {
            Assert.That(order.Oldest, Is.SameAs(room));
            room.TrimWithoutHash(room.Last + 1);
            order.Update(room);
        }

        Assert.That(order.Oldest, Is.Null);
    }

    [Test]
    public void A_room_from_which_something_is_trimmed_goes_to_its_new_place_and_others_may_follow_when_all_were_gone()
    {
        ByteStore store = new();
        RoomsByAge order = new();
        ChatRoom first = new("first"u8.ToArray(), store);
        ChatRoom second = new("second"u8.ToArray(), store);
        foreach ((ChatRoom room, long logTime) in new[] { (first, 1L), (second, 2L), (first, 3L) })
        {
            room.Append(new StoredMessage(wall: 0, logTime, "ann"u8, "hello"u8));
            order.Update(room);
        }

        Assert.That(order.Oldest, Is.SameAs(first));
        Trim(order, first, 2);
        Assert.That(order.Oldest, Is.SameAs(second));
        Trim(order, second, 2);
        Trim(order, first, 3);
        Assert.That(order.Oldest, Is.Null);
        second.Append(new StoredMessage(wall: 0, 4, "ann"u8, "hello"u8));
        order.Update(second);
        Assert.That(order.Oldest, Is.SameAs(second));
    }

    private static void Trim(RoomsByAge order, ChatRoom room, long first)
    {
        room.TrimWithoutHash(first);
        order.Update(room);
    }
}
