using System.Text;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Commands and results: what is encoded comes back, and nothing else is taken.</summary>
public sealed class CommandTests
{
    [Test]
    public void Every_command_comes_back_as_it_was()
    {
        SendMessageCommand send = new("Zürich", "ada", "grüezi 👋");
        ReadHistoryQuery read = new("room", -20, 100);
        FollowRoomQuery follow = new("room", 17, 30_000);

        Assert.That(SendMessageCommand.Decode(send.Encode()), Is.EqualTo(send));
        Assert.That(ReadHistoryQuery.Decode(read.Encode()), Is.EqualTo(read));
        Assert.That(FollowRoomQuery.Decode(follow.Encode()), Is.EqualTo(follow));
        Assert.That(ListRoomsQuery.Decode(new ListRoomsQuery("zoë", 7).Encode()), Is.EqualTo(new ListRoomsQuery("zoë", 7)));
        Assert.That(ReadStatusQuery.Decode(new ReadStatusQuery().Encode()), Is.EqualTo(new ReadStatusQuery()));
    }

    [Test]
    public void Every_result_comes_back_as_it_was()
    {
        HistoryResult history = new(3, 9, [new RoomMessage(8, "ada", 1234, "hello"), new RoomMessage(9, "", -1, "")]);
        ListRoomsResult rooms = new(9, 7, [new RoomSummary("a", 1), new RoomSummary("b", 2)]);
        StatusResult status = Status();

        HistoryResult historyBack = HistoryResult.Decode(history.Encode());
        ListRoomsResult roomsBack = ListRoomsResult.Decode(rooms.Encode());
        StatusResult statusBack = StatusResult.Decode(status.Encode());

        Assert.That(SendMessageResult.Decode(new SendMessageResult(6).Encode()).Number, Is.EqualTo(6));
        Assert.That(historyBack.Messages, Is.EqualTo(history.Messages));
        Assert.That(historyBack with { Messages = history.Messages }, Is.EqualTo(history));
        Assert.That(roomsBack.Rooms, Is.EqualTo(rooms.Rooms));
        Assert.That(roomsBack with { Rooms = rooms.Rooms }, Is.EqualTo(rooms));
        Assert.That(statusBack.Addresses, Is.EqualTo(status.Addresses));
        Assert.That(statusBack.Requests, Is.EqualTo(status.Requests));
        Assert.That(statusBack with { Addresses = status.Addresses, Requests = status.Requests }, Is.EqualTo(status));
    }

    [Test]
    public void A_status_is_these_bytes() => Assert.That(Convert.ToHexStringLower(Status().Encode()), Is.EqualTo(
        "03" + "02" + "0000000000000007" + "00000007" + "7072696d617279"
        + "000000000000000c" + "000000000000000b" + "000000000000000a" + "00000000deadbeef"
        + "01" + "000000000000004d" + "01" + "01"
        + "00000002" + "0000000b" + "3132372e302e302e313a31" + "00000007" + "5b3a3a315d3a32"
        + "0000000000000009" + "0000000000000008" + "0000000000001000"
        + "00000000000000ff" + "7fffffffffffffff" + "0000000000010000" + "0000000000000001" + "0000000000000003" + "0000000000027100"
        + "0000000000000002" + "01"
        + "00000002" + "0001" + "00000000" + "0003" + "00000011"));

    [TestCase(3, 17, 3, 18, Description = "a shard twice")]
    [TestCase(3, 17, 1, 0, Description = "not ascending")]
    [TestCase(1, -1, 3, 17, Description = "less than nothing")]
    public void Requests_under_way_that_cannot_be_are_refused(int first, int ofFirst, int second, int ofSecond)
    {
        byte[] bytes = (Status() with { Requests = [new ShardRequests(new GroupId(first), ofFirst), new ShardRequests(new GroupId(second), ofSecond)] }).Encode();

        Assert.That(() => StatusResult.Decode(bytes), Throws.InstanceOf<WireFormatException>().With.Message.Contains("requests under way"));
    }

    [Test]
    public void A_status_of_less_than_nothing_is_refused([Range(1, 7)] int place)
    {
        byte[] bytes = Status().Encode();

        // The number of the member list, the vote and the requests of the gateway come last.
        bytes[^(sizeof(long) + 1 + (4 + (2 * 6)) + (place * sizeof(long)))] = 0x80;

        Assert.That(() => StatusResult.Decode(bytes), Throws.InstanceOf<WireFormatException>().With.Message.Contains("below 0"));
    }

    [TestCase(0, 0, ExpectedResult = 0)]
    [TestCase(5, 0, ExpectedResult = 0)]
    [TestCase(0, 10, ExpectedResult = 0)]
    [TestCase(799, 1000, ExpectedResult = 79)]
    [TestCase(800, 1000, ExpectedResult = 80)]
    [TestCase(999, 1000, ExpectedResult = 99)]
    [TestCase(1000, 1000, ExpectedResult = 100)]
    [TestCase(2500, 1000, ExpectedResult = 250)]
    [TestCase(long.MaxValue, long.MaxValue, ExpectedResult = 100)]
    [TestCase(long.MaxValue, 1, ExpectedResult = long.MaxValue)]
    public long It_is_full_to_whole_percent_rounded_down(long used, long allowed) => new Occupancy(used, allowed).Percent;

    [Test]
    public void The_same_author_is_the_same_string_in_every_message()
    {
        RoomMessage[] messages = [new(1, "ada of the tests", 1, "hello"), new(2, "ada of the tests", 2, "again")];

        IReadOnlyList<RoomMessage> back = HistoryResult.Decode(new HistoryResult(1, 2, messages).Encode()).Messages;

        Assert.That(back[1].Author, Is.SameAs(back[0].Author));
    }

    [Test]
    public void Authors_in_any_order_are_read_as_they_were_written()
    {
        string[] authors = ["", "", "ada", "", "bob", "bob", "bo", "ada", "b\u00f6b"];

        RoomMessage[] messages = [.. authors.Select(static (author, index) => new RoomMessage(index + 1, author, 1, "hello"))];

        Assert.That(HistoryResult.Decode(new HistoryResult(1, messages.Length, messages).Encode()).Messages.Select(static message => message.Author), Is.EqualTo(authors));
    }

    [Test]
    public void A_command_that_is_cut_or_has_bytes_behind_it_is_refused()
    {
        (byte[] Bytes, Action<byte[]> Decode)[] cases =
        [
            (new SendMessageCommand("room", "ada", "hello").Encode(), bytes => SendMessageCommand.Decode(bytes)),
            (new ReadHistoryQuery("room", 1, 2).Encode(), bytes => ReadHistoryQuery.Decode(bytes)),
            (new FollowRoomQuery("room", 1, 2).Encode(), bytes => FollowRoomQuery.Decode(bytes)),
            (new ListRoomsQuery("room", 1).Encode(), bytes => ListRoomsQuery.Decode(bytes)),
            (new ReadStatusQuery().Encode(), bytes => ReadStatusQuery.Decode(bytes)),
            (KeyCommand.Put("key"u8.ToArray(), "value"u8.ToArray()).Encode(), DecodeKeyCommand),
            (KeyCommand.Append("key"u8.ToArray(), "value"u8.ToArray()).Encode(), DecodeKeyCommand),
            (KeyCommand.CompareAndSet("key"u8.ToArray(), "old"u8.ToArray(), "new"u8.ToArray()).Encode(), DecodeKeyCommand),
            (KeyCommand.CompareAndSet("key"u8.ToArray(), null, "new"u8.ToArray()).Encode(), DecodeKeyCommand),
            (KeyCommand.Delete("key"u8.ToArray()).Encode(), DecodeKeyCommand),
            (KeyCommand.Get("key"u8.ToArray()).Encode(), DecodeKeyCommand),
            (KeyResult.Encode(KeyOutcome.Mismatch, "found"u8), bytes => KeyResult.Decode(bytes)),
            (new ListKeysQuery("k"u8.ToArray(), "key"u8.ToArray(), 5).Encode(), bytes => ListKeysQuery.Decode(bytes)),
            (new ListKeysResult(true, [new KeySummary("key"u8.ToArray(), 5)]).Encode(), bytes => ListKeysResult.Decode(bytes)),
            (new SendMessageResult(1).Encode(), bytes => SendMessageResult.Decode(bytes)),
            (new HistoryResult(1, 1, [new RoomMessage(1, "a", 2, "b")]).Encode(), bytes => HistoryResult.Decode(bytes)),
            (new ListRoomsResult(1, 0, [new RoomSummary("a", 1)]).Encode(), bytes => ListRoomsResult.Decode(bytes)),
            (Status().Encode(), bytes => StatusResult.Decode(bytes)),
        ];

        foreach ((byte[] bytes, Action<byte[]> decode) in cases)
        {
            for (int length = 0; length < bytes.Length; length++)
                Assert.That(() => decode(bytes[..length]), Throws.InstanceOf<WireFormatException>(), $"{length} of {bytes.Length}");
            Assert.That(() => decode([.. bytes, 0]), Throws.InstanceOf<WireFormatException>());
        }
    }

    [Test]
    public void What_is_asked_of_a_key_comes_back_as_it_was()
    {
        byte[] key = [0, 255, 9];
        byte[] value = [.. Enumerable.Range(0, 256).Select(static number => (byte)number)];
        KeyCommand[] commands =
        [
            KeyCommand.Put(key, value), KeyCommand.Append(key, value), KeyCommand.Delete(key), KeyCommand.Get(key),
            KeyCommand.CompareAndSet(key, value, key), KeyCommand.CompareAndSet(key, null, value), KeyCommand.CompareAndSet(key, Array.Empty<byte>(), value),
        ];

        foreach (KeyCommand command in commands)
        {
            Assert.That(KeyCommand.TryRead(command.Encode(), out KeyCommand back), Is.True);
            Assert.That(Text(in back), Is.EqualTo(Text(in command)));
        }

        Assert.That(KeyResult.Decode(KeyResult.Encode(KeyOutcome.Mismatch, value)).Value.ToArray(), Is.EqualTo(value));
        Assert.That(KeyResult.Decode(KeyResult.Encode(KeyOutcome.Missing, [])).Outcome, Is.EqualTo(KeyOutcome.Missing));
        ListKeysQuery query = ListKeysQuery.Decode(new ListKeysQuery(key, value, -1).Encode());
        Assert.That((query.Prefix.ToArray(), query.After.ToArray(), query.MaximumCount), Is.EqualTo((key, value, -1)));
        ListKeysResult list = ListKeysResult.Decode(new ListKeysResult(true, [new KeySummary(key, Limits.Value)]).Encode());
        Assert.That((list.HasMore, list.Keys[0].Key.ToArray(), list.Keys[0].ValueLength), Is.EqualTo((true, key, Limits.Value)));
    }

    [Test]
    public void An_expected_value_that_is_not_expected_and_an_unknown_outcome_are_refused()
    {
        byte[] command = KeyCommand.CompareAndSet("key"u8.ToArray(), "old"u8.ToArray(), "new"u8.ToArray()).Encode();
        int isExpected = 1 + sizeof(int) + "key".Length;

        command[isExpected] = 0;
        Assert.That(KeyCommand.TryRead(command, out _), Is.False);
        command[isExpected] = 2;
        Assert.That(KeyCommand.TryRead(command, out _), Is.False);
        Assert.That(() => KeyResult.Decode(KeyResult.Encode((KeyOutcome)3, [])), Throws.InstanceOf<WireFormatException>());
        Assert.That(() => ListKeysResult.Decode(new ListKeysResult(false, [new KeySummary(default, -1)]).Encode()), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void Texts_are_strict_and_bounded()
    {
        byte[] invalid = new SendMessageCommand("room", "ada", "hello").Encode();
        invalid[^1] = 0xFF;

        Assert.That(() => SendMessageCommand.Decode(invalid), Throws.InstanceOf<WireFormatException>());
        Assert.That(
            () => SendMessageCommand.Decode(new SendMessageCommand(new string('r', Limits.RoomName + 1), "a", "b").Encode()),
            Throws.InstanceOf<WireFormatException>());
        Assert.That(
            SendMessageCommand.Decode(new SendMessageCommand(new string('r', Limits.RoomName), "a", new string('t', Limits.MessageText)).Encode()).Text,
            Has.Length.EqualTo(Limits.MessageText));
        Assert.That(() => new SendMessageCommand("room", "ada", "\ud800").Encode(), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void A_post_is_looked_at_in_place()
    {
        byte[] bytes = new SendMessageCommand("room", "ada", "grüezi").Encode();

        Assert.That(SendMessageView.TryRead(bytes, out SendMessageView view), Is.True);
        Assert.That(Encoding.UTF8.GetString(view.Room), Is.EqualTo("room"));
        Assert.That(Encoding.UTF8.GetString(view.Author), Is.EqualTo("ada"));
        Assert.That(Encoding.UTF8.GetString(view.Text), Is.EqualTo("grüezi"));
        Assert.That(Encoding.UTF8.GetString(view.AuthorIn(bytes).Span), Is.EqualTo("ada"));
        Assert.That(Encoding.UTF8.GetString(view.TextIn(bytes).Span), Is.EqualTo("grüezi"));
    }

    [Test]
    public void A_malformed_post_is_told_without_an_exception()
    {
        byte[] bytes = new SendMessageCommand("room", "ada", "hello").Encode();

        for (int length = 0; length < bytes.Length; length++)
            Assert.That(SendMessageView.TryRead(bytes.AsSpan(0, length), out _), Is.False, $"{length}");
        Assert.That(SendMessageView.TryRead(new byte[] { (byte)CommandKind.SendMessage, 0xFF, 0xFF, 0xFF, 0xFF, 1 }, out _), Is.False);
        Assert.That(SendMessageView.TryRead([.. bytes, 0], out _), Is.False);
        Assert.That(SendMessageView.TryRead(new ListRoomsQuery("", 1).Encode(), out _), Is.False);
    }

    [Test]
    public void A_history_built_from_bytes_equals_the_encoded_record()
    {
        HistoryResult history = new(3, 9, [new RoomMessage(8, "ada", 1234, "grüezi"), new RoomMessage(9, "bob", 1235, "")]);
        using HistoryResultWriter writer = new();

        foreach (RoomMessage message in history.Messages)
        {
            Assert.That(
                writer.TryAdd(message.Number, Encoding.UTF8.GetBytes(message.Author), message.Timestamp, Encoding.UTF8.GetBytes(message.Text)),
                Is.True);
        }

        Assert.That(writer.Build(3, 9), Is.EqualTo(history.Encode()));
    }

    [Test]
    public void A_history_stops_at_its_limit()
    {
        using HistoryResultWriter writer = new();
        byte[] text = new byte[Limits.MessageText];

        while (writer.TryAdd(writer.Count + 1, default, 0, text))
        {
        }

        Assert.That(writer.Count, Is.EqualTo(Limits.Result / Limits.MessageText));
        Assert.That(writer.Build(1, writer.Count), Has.Length.EqualTo(writer.ByteCount).And.Length.LessThanOrEqualTo(Limits.Result));
    }

    private static StatusResult Status() => new(
        3, new ReplicaId(2), new View(7), "primary", new Slot(12), new Slot(11), new Slot(10), 0xDEADBEEF, HearsQuorum: true, 77, IsDiskFull: true, IsStateInDoubt: true, ["127.0.0.1:1", "[::1]:2"])
    {
        Snapshot = new Slot(9),
        Base = new Slot(8),
        LogBytes = 4096,
        State = new Occupancy(255, long.MaxValue),
        SessionBytes = new Occupancy(65_536, 1),
        Sessions = new Occupancy(3, 160_000),
        List = 2,
        Votes = true,
        Requests = [new ShardRequests(new GroupId(1), 0), new ShardRequests(new GroupId(3), 17)],
    };

    private static void DecodeKeyCommand(byte[] bytes)
    {
        if (!KeyCommand.TryRead(bytes, out _))
            throw new WireFormatException("not a command of a key");
    }

    private static string Text(in KeyCommand command) =>
        $"{command.Kind} {Convert.ToHexString(command.Key.Span)} {Convert.ToHexString(command.Value.Span)} "
        + (command.Expected is { } expected ? Convert.ToHexString(expected.Span) : "none");
}
