using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>What a chat shows of the rooms, and of what it has in memory.</summary>
[TestFixture]
internal sealed class RoomLinesTests
{
    [Test]
    public void The_room_that_is_shown_is_listed_before_its_first_message_too() => Assert.That(
        RoomLines.Of(new ListRoomsResult(2, 0, [new RoomSummary("a", 1), new RoomSummary("m", 2)]), "", "lobby"),
        Is.EqualTo(new[] { "a  1 message", "lobby  no message yet, where you are", "m  2 messages" }));

    [Test]
    public void On_another_page_it_is_not() => Assert.That(
        RoomLines.Of(new ListRoomsResult(2, 0, [new RoomSummary("m", 2)]), "lobby", "lobby"), Is.EqualTo(new[] { "m  2 messages" }));

    [Test]
    public void Where_more_are_left_it_waits_for_its_page() => Assert.That(
        RoomLines.Of(new ListRoomsResult(5, 4, [new RoomSummary("a", 3)]), "", "lobby"), Is.EqualTo(new[] { "a  3 messages", "and 4 more of 5: /rooms a" }));

    [Test]
    public void The_last_messages_in_memory_have_none_missing_between_them()
    {
        Transcript transcript = new();
        foreach (long number in new long[] { 3, 4, 7, 8, 9 })
            transcript.Add("lobby", new RoomMessage(number, "bob", 0, "x"));

        Assert.That(transcript.Last("lobby", 10).Select(static message => message.Number), Is.EqualTo(new long[] { 7, 8, 9 }));
        Assert.That(transcript.Last("lobby", 2).Select(static message => message.Number), Is.EqualTo(new long[] { 8, 9 }));
        Assert.That(transcript.Last("other", 2), Is.Empty);
    }
}
