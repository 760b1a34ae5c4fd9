using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What is left of rooms whose messages are bounded by number, bytes or age.</summary>
public sealed class RoomRetentionTests
{
    // A message of "ann" with "hello".
    private const long Size = 3 + 5 + 32;

    private long _logTime;

    [SetUp]
    public void StartLogTime() => _logTime = 1000;

    [Test]
    public void The_last_messages_are_left_and_keep_their_numbers()
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 3, Bytes: 0, Age: 0));

        for (long number = 1; number <= 10; number++)
            Assert.That(Say(machine, "lobby"), Is.EqualTo(number));

        Assert.That(Shown(machine, "lobby"), Is.EqualTo("8-10: 8 9 10"));
    }

    [TestCase(Size - 1, "10-10: 10", Description = "the newest is kept however long it is")]
    [TestCase(Size, "10-10: 10")]
    [TestCase((2 * Size) - 1, "10-10: 10")]
    [TestCase(2 * Size, "9-10: 9 10")]
    public void The_bytes_of_a_room_are_those_of_authors_and_texts_and_32_for_each_message(long bytes, string left)
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 0, bytes, Age: 0));

        for (int count = 0; count < 10; count++)
            Say(machine, "lobby");

        Assert.That(Shown(machine, "lobby"), Is.EqualTo(left));
    }

    [Test]
    public void The_longest_message_displaces_as_many_of_the_shortest_as_it_has_to()
    {
        const int Bytes = 70_000;
        ShardMachine machine = new(retention: new RoomRetention(Messages: 0, Bytes, Age: 0));
        for (int count = 0; count < 3000; count++)
            Say(machine, "lobby", "x", "a");

        Say(machine, "lobby", new string('t', Limits.MessageText), new string('a', Limits.AuthorName));

        Assert.That(machine.Rooms.Find("lobby"u8)!.Bytes, Is.LessThanOrEqualTo(Bytes));
    }

    [TestCase(100, "1-1: 1", Description = "equal")]
    [TestCase(101, "2-1:")]
    public void A_message_is_trimmed_when_log_time_is_more_than_its_age_behind_it_whatever_command_comes(long later, string left)
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 0, Bytes: 0, Age: 100));
        Say(machine, "lobby");

        _logTime += later;
        machine.Apply(KeyCommand.Put("key"u8.ToArray(), default).Encode(), wall: 0, _logTime);

        Assert.That(Shown(machine, "lobby"), Is.EqualTo(left));
    }

    [Test]
    public void The_wall_clock_trims_nothing()
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 0, Bytes: 0, Age: 100));
        machine.Apply(new SendMessageCommand("lobby", "ann", "hello").Encode(), wall: 5, _logTime);
        machine.Apply(new SendMessageCommand("lobby", "ann", "hello").Encode(), wall: 5_000_000_000, _logTime + 100);

        Assert.That(Shown(machine, "lobby"), Is.EqualTo("1-2: 1 2"));
    }

    [Test]
    public void A_room_in_which_nothing_is_left_is_still_there_and_its_numbers_go_on()
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 0, Bytes: 0, Age: 100));
        Say(machine, "lobby");
        Say(machine, "lobby");
        _logTime += 1000;
        Say(machine, "garden");

        Assert.That(Shown(machine, "lobby"), Is.EqualTo("3-2:"));
        Assert.That(machine.Arcs[Arc.Of("lobby"u8)], Is.Not.Zero);
        ListRoomsResult rooms = ListRoomsResult.Decode(machine.Read(new ListRoomsQuery("", 10).Encode()).Payload.Span);
        Assert.That(rooms.Rooms, Is.EqualTo(new[] { new RoomSummary("garden", 1), new RoomSummary("lobby", 2) }));
        Assert.That(Say(machine, "lobby"), Is.EqualTo(3));
        Assert.That(Shown(machine, "lobby"), Is.EqualTo("3-3: 3"));
    }

    [Test]
    public void At_one_command_four_rooms_are_trimmed_the_oldest_first_and_256_messages_of_them()
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 0, Bytes: 0, Age: 10_000));
        foreach (string room in new[] { "f", "e", "d", "c", "b", "a" })
        {
            for (int count = 0; count < 100; count++)
                Say(machine, room);
            _logTime++;
        }

        _logTime += 20_000;
        machine.Apply(KeyCommand.Delete("key"u8.ToArray()).Encode(), wall: 0, _logTime);
        Assert.That(string.Join(' ', "fedcba".Select(room => machine.Rooms.Find([(byte)room])!.Count)), Is.EqualTo("0 0 44 100 100 100"));

        machine.Apply(KeyCommand.Delete("key"u8.ToArray()).Encode(), wall: 0, _logTime);
        Assert.That(string.Join(' ', "fedcba".Select(room => machine.Rooms.Find([(byte)room])!.Count)), Is.EqualTo("0 0 0 0 0 88"));
    }

    [Test]
    public void At_one_command_as_many_bytes_go_by_age_as_the_longest_message_has_and_one_message_more_displaces_as_many()
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 0, Bytes: 0, Age: 10_000));
        foreach (string room in new[] { "lobby", "garden" })
        {
            for (int count = 0; count < 10; count++)
                Say(machine, room, new string('t', Limits.MessageText));
            _logTime++;
        }

        _logTime += 20_000;
        machine.Apply(KeyCommand.Delete("key"u8.ToArray()).Encode(), wall: 0, _logTime);
        Assert.That((machine.Rooms.Find("lobby"u8)!.First, machine.Rooms.Find("garden"u8)!.First), Is.EqualTo((3, 1)), "one message is a little shorter than the longest");

        Say(machine, "garden");
        Assert.That((machine.Rooms.Find("lobby"u8)!.First, machine.Rooms.Find("garden"u8)!.First), Is.EqualTo((5, 3)));
        for (int count = 0; count < 8; count++)
            Say(machine, "lobby");
        Assert.That((machine.Rooms.Find("lobby"u8)!.First, machine.Rooms.Find("garden"u8)!.First), Is.EqualTo((11, 11)), "it goes on with every command");
    }

    [Test]
    public void A_full_state_takes_a_message_that_displaces_as_much()
    {
        ShardMachine machine = new(stateBytes: 512 + (3 * 5) + (2 * Size), retention: new RoomRetention(Messages: 2, Bytes: 0, Age: 0));
        for (long number = 1; number <= 5; number++)
            Assert.That(Say(machine, "lobby"), Is.EqualTo(number));

        ReplyStatus longer = machine.Apply(new SendMessageCommand("lobby", "ann", "longer").Encode(), 0, _logTime).Status;

        Assert.That(longer, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(Shown(machine, "lobby"), Is.EqualTo("4-5: 4 5"), "a rejected message displaces nothing");
    }

    [Test]
    public void A_room_has_the_same_hash_whichever_way_it_came_to_hold_the_same()
    {
        ShardMachine few = new(retention: new RoomRetention(Messages: 2, Bytes: 0, Age: 0));
        ShardMachine little = new(retention: new RoomRetention(Messages: 0, 2 * Size, Age: 0));
        for (int count = 0; count < 5; count++)
        {
            Say(few, "lobby");
            Say(little, "lobby");
        }

        Assert.That(few.Arcs[Arc.Of("lobby"u8)], Is.EqualTo(little.Arcs[Arc.Of("lobby"u8)]).And.Not.Zero);
    }

    [Test]
    public void Relative_reads_begin_at_the_first_message_left_and_others_say_which_it_is()
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 3, Bytes: 0, Age: 0));
        for (int count = 0; count < 10; count++)
            Say(machine, "lobby");

        Assert.That(Shown(machine, "lobby", -20), Is.EqualTo("8-10: 8 9 10"));
        Assert.That(Shown(machine, "lobby", -2), Is.EqualTo("8-10: 9 10"));
        Assert.That(Shown(machine, "lobby", 0), Is.EqualTo("8-10:"));
        Assert.That(Shown(machine, "lobby", 7), Is.EqualTo("8-10:"));
        Assert.That(Shown(machine, "lobby", 8), Is.EqualTo("8-10: 8 9 10"));
        Assert.That(Shown(machine, "lobby", 11), Is.EqualTo("8-10:"));
    }

    [Test]
    public void A_follow_of_what_is_trimmed_is_answered_at_once_without_messages()
    {
        ShardMachine machine = new(retention: new RoomRetention(Messages: 3, Bytes: 0, Age: 0));
        for (int count = 0; count < 10; count++)
            Say(machine, "lobby");

        HistoryResult trimmed = HistoryResult.Decode(machine.TryAnswer(new FollowRoomQuery("lobby", 7, 1000).Encode(), out _)!.Value.Payload.Span);

        Assert.That((trimmed.First, trimmed.Last, trimmed.Messages.Count), Is.EqualTo((8, 10, 0)));
        Assert.That(machine.TryAnswer(new FollowRoomQuery("lobby", 11, 1000).Encode(), out _), Is.Null);
    }

    [TestCase(-1, 0, 0)]
    [TestCase(0, -1, 0)]
    [TestCase(0, 0, -1)]
    public void Nothing_is_bounded_below_nothing(long messages, long bytes, long age) =>
        Assert.That(() => new ShardMachine(retention: new RoomRetention(messages, bytes, age)), Throws.TypeOf<InvalidOptionsException>());

    private static string Shown(ShardMachine machine, string room, long from = -1000)
    {
        HistoryResult history = HistoryResult.Decode(machine.Read(new ReadHistoryQuery(room, from, 1000).Encode()).Payload.Span);
        return $"{history.First}-{history.Last}: {string.Join(' ', history.Messages.Select(static message => message.Number))}".TrimEnd();
    }

    private long Say(ShardMachine machine, string room, string text = "hello", string author = "ann") =>
        SendMessageResult.Decode(machine.Apply(new SendMessageCommand(room, author, text).Encode(), wall: 0, _logTime).Payload.Span).Number;
}
