using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>Which request each one has to run behind: the nearest before it on its arc that has no result, and nothing on other arcs (rule 9).</summary>
public sealed class ArcOrderTests
{
    private CoreStory _story = null!;

    [SetUp]
    public void FindThePrimary() => _story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 10_000 }).Begin();

    [Test]
    public void Two_rooms_on_two_arcs_have_no_order_between_them()
    {
        Assert.That(Arc.Of("room"u8), Is.Not.EqualTo(Arc.Of("other"u8)));

        Begin("room", "other", "room", "other", "other", "room");

        Assert.That(Names(), Is.EqualTo(new[] { (2L, 0L, 2L), (3L, 0L, 2L), (4L, 2L, 2L), (5L, 3L, 2L), (6L, 5L, 2L), (7L, 4L, 2L) }));
    }

    [Test]
    public void What_has_its_result_is_named_by_nobody_also_when_the_mark_has_not_passed_it()
    {
        Begin("room", "other", "room");
        _story.Replied(CoreStory.Done(3));
        Begin("other");
        Assert.That(Names(), Is.EqualTo(new[] { (5L, 0L, 2L) }));

        _story.Replied(CoreStory.Done(4));
        Begin("room");
        Assert.That(Names(), Is.EqualTo(new[] { (6L, 0L, 2L) }), "what ran on an arc ran behind everything before it there");
    }

    [Test]
    public void Sent_again_each_names_who_has_no_result_by_then()
    {
        Begin("room", "other", "room", "other");
        _story.Replied(CoreStory.Done(2));

        _story.Break().Lead(CoreStory.Second, view: 1);

        Assert.That(Names(), Is.EqualTo(new[] { (3L, 0L, 3L), (4L, 0L, 3L), (5L, 3L, 3L) }));
    }

    [TestCase(0, new[] { 0L, 0L, 3L, 5L }, Description = "the oldest")]
    [TestCase(1, new[] { 0L, 2L, 0L, 5L }, Description = "the first of its arc")]
    [TestCase(3, new[] { 0L, 0L, 2L, 3L }, Description = "one between two")]
    [TestCase(4, new[] { 0L, 0L, 2L, 3L }, Description = "the newest")]
    public void Who_follows_a_request_that_was_taken_out_names_the_one_before_that(int takenOut, long[] previous)
    {
        _story.Break();
        Request[] requests = Begin("room", "other", "room", "other", "other");
        _story.Step(ClientInput.CallOff(requests[takenOut]));

        _story.Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Sent.Select(request => request.Previous.Number), Is.EqualTo(previous));
    }

    [TestCase(3, 2, Description = "the newest first")]
    [TestCase(2, 3, Description = "the newest last")]
    public void Who_comes_behind_the_newest_two_that_were_taken_out_names_the_one_before_them(int first, int second)
    {
        _story.Break();
        Request[] requests = Begin("room", "other", "room", "room");
        _story.Step(ClientInput.CallOff(requests[first]));
        _story.Step(ClientInput.CallOff(requests[second]));
        Begin("room");

        _story.Lead(CoreStory.Second, view: 1);

        Assert.That(Names(), Is.EqualTo(new[] { (2L, 0L, 2L), (3L, 0L, 2L), (6L, 2L, 2L) }));
    }

    [Test]
    public void Who_follows_a_request_whose_expiry_is_over_names_the_one_before_that_when_it_is_sent_again()
    {
        Request[] requests = Begin("room", "room", "room");

        _story.Replied(CoreStory.Reply(3, ReplyStatus.Expired), CoreStory.Reply(4, ReplyStatus.OutOfOrder));
        Assert.That(_story.Completed.Single().Call, Is.EqualTo(requests[1]));
        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.NotApplied));

        for (int step = 0; step < 100 && _story.Sent.All(static request => request.Sequence.Number != 4); step++)
            _story.After(1);
        Assert.That(_story.Sent.Select(CoreStory.Name), Does.Contain((4L, 2L, 2L)));
    }

    [Test]
    public void A_request_that_was_given_up_is_named_until_the_mark_has_passed_it()
    {
        Request[] requests = Begin("other", "room");
        _story.Step(ClientInput.CallOff(requests[1]));
        Begin("room");
        Assert.That(Names(), Is.EqualTo(new[] { (4L, 3L, 2L) }));

        _story.Replied(CoreStory.Done(2));
        Begin("room");
        Assert.That(Names(), Is.EqualTo(new[] { (5L, 4L, 4L) }));
        _story.Break().Lead(CoreStory.Second, view: 1);

        Assert.That(Names(), Is.EqualTo(new[] { (4L, 0L, 4L), (5L, 4L, 4L) }));
    }

    private Request[] Begin(params string[] rooms)
    {
        Request[] requests = [.. rooms.Select(room => CoreStory.Request("hello", room: room))];
        _story.Step([.. requests.Select(ClientInput.Begin)]);
        return requests;
    }

    private IEnumerable<(long Sequence, long Previous, long Mark)> Names() => _story.Sent.Select(CoreStory.Name);
}
