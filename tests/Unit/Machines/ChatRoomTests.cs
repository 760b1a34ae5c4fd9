using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Rooms, messages, their limits, and the queries about them.</summary>
public sealed class ChatRoomTests
{
    private static readonly SessionId _session = new(1);

    private ExecutedLog _log = null!;
    private long _sequence;

    [SetUp]
    public void StartAnEmptyLog()
    {
        _log = new ExecutedLog(window: 100_000);
        _sequence = 0;
    }

    [Test]
    public void Messages_are_numbered_from_1_without_gaps_in_each_room()
    {
        for (int count = 1; count <= 250; count++)
        {
            Assert.That(Number(Say("lobby", "hello")), Is.EqualTo(count));
            Assert.That(Number(Say("garden", "hello")), Is.EqualTo(count));
        }
    }

    [Test]
    public void A_rejected_message_takes_no_number()
    {
        Say("lobby", "one");
        Say("lobby", "");

        Assert.That(Number(Say("lobby", "two")), Is.EqualTo(2));
    }

    [Test]
    public void A_message_keeps_its_author_its_text_and_the_wall_clock_time_of_its_entry()
    {
        _log.Execute(EntryOf(new EntryStamp(View.First, 1000, 123_456), Request(_session, 1, new SendMessageCommand("lobby", "zoë", "日本 🦀").Encode())));

        Assert.That(_log.History("lobby").Messages[0], Is.EqualTo(new RoomMessage(1, "zoë", 123_456, "日本 🦀")));
    }

    [Test]
    public void The_time_that_is_shown_goes_back_with_the_wall_clock_and_log_time_does_not()
    {
        List<long> logTimes = [];
        foreach ((int sequence, long logTime, long wall) in new[] { (1, 5000L, 5_000_000L), (2, 3000, 3_000_000), (3, 3001, 0), (4, 5001, 5_000_001) })
        {
            _log.Execute(EntryOf(new EntryStamp(View.First, logTime, wall), Send(_session, sequence)));
            logTimes.Add(_log.State.LogTime);
        }

        IEnumerable<long> shown = _log.History("lobby").Messages.Select(message => message.Timestamp);
        Assert.That(string.Join(' ', shown), Is.EqualTo("5000000 3000000 0 5000001"));
        Assert.That(string.Join(' ', logTimes), Is.EqualTo("5000 5000 5000 5001"));
    }

    [TestCase("", "ann", "hello", "the room name is empty")]
    [TestCase("lobby", "", "hello", "the author is empty")]
    [TestCase("lobby", "ann", "", "the text is empty")]
    public void An_empty_part_is_rejected(string room, string author, string text, string reason) =>
        Assert.That(Rejection(new SendMessageCommand(room, author, text).Encode()), Is.EqualTo(reason));

    [TestCase(Limits.RoomName, 1, 1)]
    [TestCase(1, Limits.AuthorName, 1)]
    [TestCase(1, 1, Limits.MessageText)]
    public void A_part_at_its_limit_is_taken_and_one_byte_more_is_rejected(int room, int author, int text)
    {
        Assert.That(Number(Say(new string('r', room), new string('t', text), new string('a', author))), Is.EqualTo(1));

        int longer = 1;
        byte[] command = new SendMessageCommand(
            new string('r', room + (room > 1 ? longer : 0)),
            new string('a', author + (author > 1 ? longer : 0)),
            new string('t', text + (text > 1 ? longer : 0))).Encode();
        Assert.That(Rejection(command), Does.Contain("is longer than"));
    }

    [Test]
    public void A_part_that_is_not_UTF8_is_rejected([Values("room", "auth", "text")] string part)
    {
        byte[] command = new SendMessageCommand("room", "auth", "text").Encode();
        command[command.AsSpan().IndexOf(Encoding.ASCII.GetBytes(part))] = 0xC0;

        Assert.That(Rejection(command), Does.EndWith("is not valid UTF-8"));
    }

    [Test]
    public void Names_that_differ_in_a_byte_are_different_rooms()
    {
        Say("a", "one");
        Say("A", "two");
        Say("a\0", "three");
        Say("é", "four");
        Say("e\u0301", "five");

        Assert.That(_log.Texts("a"), Is.EqualTo("one"));
        Assert.That(_log.Texts("a\0"), Is.EqualTo("three"));
        Assert.That(Rooms().Rooms, Has.Count.EqualTo(5));
    }

    [Test]
    public void Rooms_are_listed_in_the_order_of_the_bytes_of_their_names_with_their_ends()
    {
        foreach (string room in new[] { "b", "ab", "B", "🦀", "\uFFFD", "a", "é", "b" })
            Say(room, "hello");

        Assert.That(
            string.Join(' ', Rooms().Rooms.Select(room => $"{room.Room}={room.Last}")),
            Is.EqualTo("B=1 a=1 ab=1 b=2 é=1 \uFFFD=1 🦀=1"));
    }

    [Test]
    public void History_starts_at_a_number_or_relative_to_the_end()
    {
        foreach (string text in new[] { "one", "two", "three", "four", "five" })
            Say("lobby", text);

        Assert.That(TextsFrom(4), Is.EqualTo("four five"));
        Assert.That(TextsFrom(-2), Is.EqualTo("four five"));
        Assert.That(TextsFrom(0), Is.Empty);
        Assert.That(TextsFrom(6), Is.Empty);
        Assert.That(TextsFrom(long.MaxValue), Is.Empty);
        Assert.That(TextsFrom(-5), Is.EqualTo("one two three four five"));
        Assert.That(TextsFrom(-99), Is.EqualTo("one two three four five"));
        Assert.That(TextsFrom(long.MinValue), Is.EqualTo("one two three four five"));
        Assert.That(TextsFrom(2, 2), Is.EqualTo("two three"));
        Assert.That(TextsFrom(-3, 1), Is.EqualTo("three"));
        Assert.That(TextsFrom(1, 0), Is.Empty);
        Assert.That(TextsFrom(1, -1), Is.Empty);
    }

    [Test]
    public void History_says_where_the_room_starts_and_ends_also_without_messages()
    {
        Say("lobby", "one");
        Say("lobby", "two");

        HistoryResult beyond = _log.History("lobby", from: 9);
        HistoryResult nowhere = _log.History("nowhere", from: -20);

        Assert.That((beyond.First, beyond.Last, beyond.Messages.Count), Is.EqualTo((1, 2, 0)));
        Assert.That((nowhere.First, nowhere.Last, nowhere.Messages.Count), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public void A_history_has_at_most_a_thousand_messages_and_goes_on_where_it_stopped()
    {
        for (int count = 0; count < 2500; count++)
            Say("lobby", $"{count}");

        HistoryResult first = _log.History("lobby", 1, int.MaxValue);
        HistoryResult last = _log.History("lobby", 2001, int.MaxValue);

        Assert.That((first.Messages.Count, first.Last), Is.EqualTo((1000, 2500)));
        Assert.That(last.Messages.Select(message => message.Number), Is.EqualTo(Enumerable.Range(2001, 500)));
        Assert.That(last.Messages[0].Text, Is.EqualTo("2000"), "messages stay where they are when a room grows");
    }

    [Test]
    public void A_history_of_long_messages_stays_within_its_bytes_and_gives_at_least_one()
    {
        for (int count = 0; count < 10; count++)
            Say("lobby", new string('x', Limits.MessageText), new string('a', Limits.AuthorName));

        ClientReply reply = _log.State.Read(Query(new ReadHistoryQuery("lobby", 1, 1000).Encode()));

        Assert.That(reply.Payload.Length, Is.LessThanOrEqualTo(256 * 1024));
        Assert.That(HistoryResult.Decode(reply.Payload.Span).Messages, Has.Count.EqualTo(3));
    }

    [Test]
    public void Messages_are_slices_of_the_entry_not_copies()
    {
        Entry entry = EntryOf(1, Send(_session, 1, "hello"));
        _log.Execute(entry);

        SentMessage sent = _log.LastSent.Single();

        Assert.That(entry.Bytes.Span.Overlaps(sent.Text.Span), Is.True);
        Assert.That(entry.Bytes.Span.Overlaps(sent.Author.Span), Is.True);
    }

    [Test]
    public void An_export_sees_what_each_slot_posted_and_nothing_of_what_was_refused()
    {
        _log.ExecuteAll(Send(_session, 1, "one"), Send(_session, 1, "one"), Send(_session, 2, ""), Send(_session, 9, "early"), Send(_session, 3, "two", "garden"));
        Assert.That(
            string.Join(' ', _log.LastSent.Select(sent => $"{sent.Room}/{sent.Number}/{Encoding.UTF8.GetString(sent.Author.Span)}/{Encoding.UTF8.GetString(sent.Text.Span)}")),
            Is.EqualTo("lobby/1/ann/one garden/1/ann/two"));

        _log.Execute(Entry.NoOp);
        Assert.That(_log.LastSent, Is.Empty);
    }

    [Test]
    public void Touched_rooms_are_named_once_in_the_order_of_their_first_message()
    {
        foreach (string room in new[] { "b", "a", "b", "c", "a" })
            Say(room, "hello");
        List<string> names = [];

        _log.State.Machine.TakeTouched(names);
        Assert.That(string.Join(' ', names), Is.EqualTo("b a c"));
        _log.State.Machine.TakeTouched(names);
        Assert.That(names, Has.Count.EqualTo(3));
        Say("a", "again");
        _log.State.Machine.TakeTouched(names);
        Assert.That(names[^1], Is.EqualTo("a"));
    }

    [Test]
    public void Only_the_next_slot_is_executed()
    {
        List<ClientReply> replies = [];

        Assert.Throws<ArgumentException>(() => _log.State.Execute(_log.State.Executed, Entry.NoOp, replies));
        Assert.Throws<ArgumentException>(() => _log.State.Execute(_log.State.Executed + 2, Entry.NoOp, replies));
    }

    private ClientReply Say(string room, string text, string author = "ann") =>
        _log.Execute(Request(_session, ++_sequence, new SendMessageCommand(room, author, text).Encode()));

    private string Rejection(byte[] command)
    {
        ClientReply reply = _log.Execute(Request(_session, ++_sequence, command));
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Rejected));
        return Encoding.UTF8.GetString(reply.Payload.Span);
    }

    private ListRoomsResult Rooms() =>
        ListRoomsResult.Decode(_log.State.Read(Query(new ListRoomsQuery("", 100).Encode())).Payload.Span);

    private string TextsFrom(long from, int maximumCount = 1000) =>
        string.Join(' ', _log.History("lobby", from, maximumCount).Messages.Select(message => message.Text));
}
