using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Very many rooms: their bound is the state's own, and their list comes in pages that together leave none out.</summary>
public sealed class ManyRoomsTests
{
    private static readonly SessionId _session = new(1);

    private long _sequence;

    [SetUp]
    public void StartTheNumbers() => _sequence = 0;

    [Test]
    public void One_room_more_than_the_limit_is_rejected_and_those_that_exist_go_on()
    {
        ExecutedLog log = new(window: 100_000, rooms: 3);
        foreach (string room in new[] { "a", "b", "c" })
            Assert.That(Say(log, room).Status, Is.EqualTo(ReplyStatus.Ok));

        ClientReply reply = Say(log, "d");

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(Encoding.UTF8.GetString(reply.Payload.Span), Is.EqualTo("the group has as many rooms as its limit allows: no new room is made, existing ones go on"));
        Assert.That(Number(Say(log, "b")), Is.EqualTo(2));
        Assert.That(Page(log, "", 10).Total, Is.EqualTo(3));
    }

    [Test]
    public void A_group_needs_place_for_one_room() => Assert.That(() => new ShardMachine(rooms: 0), Throws.TypeOf<InvalidOptionsException>());

    [Test]
    public void More_rooms_than_fit_in_one_reply_are_made_and_all_of_them_are_listed_in_order()
    {
        const int count = 20_000;
        ExecutedLog log = new(window: 100_000);
        string[] names = [.. Enumerable.Range(0, count).Select(number => $"{number * 7919L % count:d5}-{new string('x', 60)}")];
        foreach (string name in names)
            Assert.That(Say(log, name).Status, Is.EqualTo(ReplyStatus.Ok));

        List<RoomSummary> listed = [];
        ListRoomsResult page;
        do
        {
            page = Page(log, listed.Count == 0 ? "" : listed[^1].Room, int.MaxValue);
            listed.AddRange(page.Rooms);
            Assert.That((page.Total, page.Left), Is.EqualTo(((long)count, (long)(count - listed.Count))), "no list is cut in silence");
        }
        while (page.Left > 0);

        Assert.That(listed.Select(room => room.Room), Is.EqualTo(names.Order(StringComparer.Ordinal)));
    }

    [Test]
    public void No_table_in_which_rooms_are_found_becomes_so_large_that_it_takes_long_to_make_it_larger()
    {
        const int count = 100_000;
        ShardMachine machine = new();
        for (int number = 0; number < count; number++)
            machine.Rooms.Add(Encoding.UTF8.GetBytes($"room {number}"));

        Assert.That(machine.Rooms.LargestTable, Is.LessThan(200), "25 rooms of 100,000 are in an arc");
        for (int number = 0; number < count; number++)
            Assert.That(machine.Rooms.Find(Encoding.UTF8.GetBytes($"room {number}"))!.Name, Is.EqualTo($"room {number}"));
    }

    [Test]
    public void A_page_of_the_longest_names_stays_within_its_bytes()
    {
        ExecutedLog log = new(window: 100_000);
        for (int number = 0; number < 300; number++)
            Say(log, $"{number:d1024}");

        ClientReply reply = log.State.Read(Query(new ListRoomsQuery("", 1000).Encode()));

        Assert.That(reply.Payload.Length, Is.InRange(255 * 1024, 256 * 1024));
        Assert.That(ListRoomsResult.Decode(reply.Payload.Span).Left, Is.EqualTo(300 - ((256 * 1024) - 20) / (12 + 1024)));
    }

    [TestCase("", 2, "a b", 2)]
    [TestCase("b", 2, "c e", 0)]
    [TestCase("c", 2, "e", 0)]
    [TestCase("d", 2, "e", 0)]
    [TestCase("e", 2, "", 0)]
    [TestCase("A", 9, "a b c e", 0)]
    [TestCase("\uFFFD", 9, "", 0)]
    [TestCase("", 0, "", 4)]
    [TestCase("b", -1, "", 2)]
    public void A_page_begins_behind_a_name_whether_there_is_such_a_room_or_not(string after, int count, string expected, int left)
    {
        ExecutedLog log = new();
        foreach (string room in new[] { "e", "b", "a", "c" })
            Say(log, room);

        ListRoomsResult page = Page(log, after, count);

        Assert.That(string.Join(' ', page.Rooms.Select(room => room.Room)), Is.EqualTo(expected));
        Assert.That((page.Total, page.Left), Is.EqualTo((4, left)));
    }

    private static ListRoomsResult Page(ExecutedLog log, string after, int count) =>
        ListRoomsResult.Decode(log.State.Read(Query(new ListRoomsQuery(after, count).Encode())).Payload.Span);

    private ClientReply Say(ExecutedLog log, string room) =>
        log.Execute(Request(_session, ++_sequence, new SendMessageCommand(room, "ann", "hello").Encode(), acknowledgedBelow: _sequence));
}
