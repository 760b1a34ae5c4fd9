using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatOwnMessagesTests
{
    [Test]
    public void The_room_may_be_faster_than_the_answer_and_the_message_is_still_printed_once()
    {
        OwnMessages own = new();
        OwnMessage message = own.Add("lobby", "ann", "hi", saidAt: 0);

        Assert.That(own.Show("lobby", 5, "ann", "hi")?.Number, Is.EqualTo(5));
        Assert.That(own.Pending, Is.Empty);
        Assert.That(own.Commit(message.Id, 5, "lobby", lastShown: 5), Is.Null);
        Assert.That(own.Unsettled, Is.Zero);
    }

    [Test]
    public void The_same_words_of_a_namesake_do_not_take_the_place_of_the_message()
    {
        OwnMessages own = new();
        OwnMessage message = own.Add("lobby", "ann", "hi", saidAt: 0);
        own.Show("lobby", 5, "ann", "hi");

        Assert.That(own.Commit(message.Id, 6, "lobby", lastShown: 5), Is.Null);
        Assert.That(own.Pending.Single().Number, Is.EqualTo(6));
        Assert.That(own.Show("lobby", 6, "ann", "hi")?.Number, Is.EqualTo(6));
        Assert.That(own.Pending, Is.Empty);
    }

    [Test]
    public void A_message_of_another_room_is_printed_when_its_number_comes()
    {
        OwnMessages own = new();
        OwnMessage message = own.Add("lobby", "ann", "hi", saidAt: 0);

        Assert.That(own.Commit(message.Id, 9, "other", lastShown: 100)?.Number, Is.EqualTo(9));
        Assert.That(own.Pending, Is.Empty);
    }

    [Test]
    public void A_message_that_was_trimmed_before_the_room_showed_it_is_printed_and_waits_for_nothing()
    {
        OwnMessages own = new();
        OwnMessage[] messages = [.. Enumerable.Range(0, 4).Select(_ => own.Add("lobby", "ann", "hi", saidAt: 0))];
        own.Commit(messages[0].Id, 5, "lobby", lastShown: 4);
        own.Commit(messages[1].Id, 8, "lobby", lastShown: 4);

        Assert.That(own.Trim("garden", firstLeft: 100), Is.Empty);
        Assert.That(own.Trim("lobby", firstLeft: 8).Select(message => message.Number), Is.EqualTo(new[] { 5L }));
        Assert.That(own.Commit(messages[2].Id, 7, "lobby", lastShown: 4, isTrimmed: true)?.Number, Is.EqualTo(7));

        Assert.That(own.Pending.Select(message => message.Id), Is.EqualTo(new[] { messages[1].Id, messages[3].Id }));
        Assert.That(own.Unsettled, Is.EqualTo(1));
    }

    [Test]
    public void An_unknown_outcome_that_the_room_has_answered_is_not_told()
    {
        OwnMessages own = new();
        OwnMessage message = own.Add("lobby", "ann", "hi", saidAt: 0);
        own.Show("lobby", 5, "ann", "hi");

        Assert.That(own.Fail(message.Id, "no answer", isUnknown: true), Is.Null);
    }

    [Test]
    public void Messages_of_others_are_not_ours()
    {
        OwnMessages own = new();
        own.Add("lobby", "ann", "hi", saidAt: 0);

        Assert.That(own.Show("lobby", 5, "bob", "hi"), Is.Null);
        Assert.That(own.Show("lobby", 6, "ann", "hello"), Is.Null);
        Assert.That(own.Show("other", 7, "ann", "hi"), Is.Null);
    }

    [Test]
    public void When_nothing_more_becomes_known_each_is_printed_once_with_what_is_known()
    {
        OwnMessages own = new();
        OwnMessage first = own.Add("lobby", "ann", "one", saidAt: 0);
        own.Add("lobby", "ann", "two", saidAt: 0);
        own.Commit(first.Id, 5, "lobby", lastShown: 4);

        Assert.That(own.GiveUp("the end").Select(message => (message.Number, message.Failure)), Is.EqualTo(new (long?, string?)[] { (5, null), (null, "the end") }));
        Assert.That(own.GiveUp("the end"), Is.Empty);
    }
}
