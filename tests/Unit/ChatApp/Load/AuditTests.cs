using NUnit.Framework;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>The audit of a drill: what a sender was told is held against what the room has, and each kind of lie is counted.</summary>
[TestFixture]
public sealed class AuditTests
{
    [Test]
    public void A_room_that_holds_what_was_told_is_clean()
    {
        Audit audit = Audit.Of(
            [[Acknowledged("a1", 1), Acknowledged("a2", 3)], [Acknowledged("b1", 2), Unknown("b2"), NotApplied("b3")]],
            Room("a1", "b1", "a2"));

        Assert.That(audit, Is.EqualTo(new Audit(Sent: 5, Acknowledged: 3, Unknown: 1, Lost: 0, Doubled: 0, Reordered: 0, Denied: 0)));
        Assert.That(audit.IsClean, Is.True);
    }

    [Test]
    public void What_was_acknowledged_and_is_not_there_or_under_another_number_is_lost()
    {
        Audit audit = Audit.Of([[Acknowledged("a1", 1), Acknowledged("a2", 2), Acknowledged("a3", 2)]], Room("a1", "a3", "b1"));

        Assert.That((audit.Lost, audit.IsClean), Is.EqualTo((1, false)));
        Assert.That(Audit.Of([[Acknowledged("a1", 2)]], Room("a1")).Lost, Is.EqualTo(1));
    }

    [Test]
    public void What_was_trimmed_is_not_lost_and_what_is_missing_behind_it_is()
    {
        RoomMessage[] left = [.. Room("a1", "a2", "a3", "a4").Skip(2)];

        Assert.That(Audit.Of([[Acknowledged("a1", 1), Acknowledged("a2", 2), Acknowledged("a3", 3), Acknowledged("a4", 4)]], left, first: 3).IsClean, Is.True);
        Assert.That(Audit.Of([[Acknowledged("a2", 2), Acknowledged("a4", 3)]], left, first: 3).Lost, Is.EqualTo(1));
    }

    [Test]
    public void What_is_there_twice_is_doubled_whatever_was_told()
    {
        Audit audit = Audit.Of([[Acknowledged("a1", 1), Unknown("a2")]], Room("a1", "a2", "a1", "a2"));

        Assert.That((audit.Doubled, audit.Lost, audit.IsClean), Is.EqualTo((2, 0, false)));
    }

    [Test]
    public void What_stands_behind_a_later_message_of_its_sender_is_reordered_and_senders_do_not_count_for_each_other()
    {
        Audit audit = Audit.Of([[Acknowledged("a1", 3), Acknowledged("a2", 1)], [Acknowledged("b1", 2)]], Room("a2", "b1", "a1"));

        Assert.That((audit.Reordered, audit.IsClean), Is.EqualTo((1, false)));
    }

    [Test]
    public void What_was_said_to_be_not_applied_and_is_there_is_denied()
    {
        Audit audit = Audit.Of([[NotApplied("a1"), Unknown("a2")]], Room("a1", "a2"));

        Assert.That((audit.Denied, audit.IsClean), Is.EqualTo((1, false)));
    }

    private static SentMessage Acknowledged(string text, long number) => new(text, SentOutcome.Acknowledged, number);

    private static SentMessage Unknown(string text) => new(text, SentOutcome.Unknown, 0);

    private static SentMessage NotApplied(string text) => new(text, SentOutcome.NotApplied, 0);

    private static RoomMessage[] Room(params string[] texts) => [.. texts.Select((text, index) => new RoomMessage(index + 1, "somebody", 0, text))];
}
