using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>A request with its result may stand for another command when the core keeps nothing of it, and only then.</summary>
public sealed class ReleasedRequestTests
{
    private CoreStory _story = null!;

    [SetUp]
    public void FindThePrimary() => _story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 10_000 }).Begin();

    [Test]
    public void One_that_was_sent_once_and_has_its_result_is_released_and_stands_for_another_command()
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(request));
        Assert.That(request.IsReleased, Is.False);
        _story.Replied(CoreStory.Done(2));
        Assert.That(request.IsReleased, Is.True);

        byte[] third = new SendMessageCommand("other", "ann", "third").Encode();
        request.StandFor(third, timeout: null, caller: "somebody");
        _story.Step(ClientInput.Begin(request));

        Assert.That(request.IsReleased, Is.False);
        Assert.That(request.Caller, Is.EqualTo("somebody"));
        Assert.That(_story.Sent.Single().Sequence, Is.EqualTo(new SequenceNumber(3)));
        Assert.That(_story.Sent.Single().Previous, Is.EqualTo(SequenceNumber.None));
        Assert.That(_story.Sent.Single().Command.ToArray(), Is.EqualTo(third));
    }

    [Test]
    public void Who_was_behind_it_names_nothing_that_it_stands_for_by_now()
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(request), ClientInput.Begin(CoreStory.Request("third")));
        Assert.That(_story.Sent[1].Previous, Is.EqualTo(new SequenceNumber(2)));
        _story.Replied(CoreStory.Done(2));
        request.StandFor(new SendMessageCommand("room", "ann", "fourth").Encode(), timeout: null, caller: null);
        _story.Step(ClientInput.Begin(request));

        _story.Break().Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Sent.Select(static sent => (sent.Sequence.Number, sent.Previous.Number)), Is.EqualTo(new[] { (3L, 0L), (4L, 3L) }));
    }

    [Test]
    public void One_with_its_result_behind_one_without_leaves_its_place()
    {
        Request request = CoreStory.Request("third", room: "other");
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(request));
        _story.Replied(CoreStory.Done(3));
        request.StandFor(new SendMessageCommand("other", "ann", "fourth").Encode(), timeout: null, caller: null);
        _story.Step(ClientInput.Begin(request));
        Assert.That(_story.Sent.Single().Sequence.Number, Is.EqualTo(4));

        _story.Break().Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Sent.Select(static sent => sent.Sequence.Number), Is.EqualTo(new[] { 2L, 4L }), "number 3 has its result");
    }

    [Test]
    public void One_of_which_two_copies_were_sent_is_kept()
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(request));
        _story.Break().Lead(CoreStory.Second, view: 1);

        _story.Replied(CoreStory.Done(2));

        Assert.That(_story.Ended[^1].Outcome, Is.EqualTo(Outcome.Done));
        Assert.That(() => request.StandFor(default, timeout: null, caller: null), Throws.InvalidOperationException);
    }

    [TestCase(ReplyStatus.Rejected)]
    [TestCase(ReplyStatus.Stale)]
    [TestCase(ReplyStatus.Expired)]
    public void One_that_ended_without_a_result_is_kept(ReplyStatus status)
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(request));

        _story.Replied(CoreStory.Reply(2, status));

        Assert.That(request.IsReleased, Is.False);
    }

    [Test]
    public void One_whose_caller_has_gone_is_kept()
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(CoreStory.Request("before")), ClientInput.Begin(request));
        _story.Step(ClientInput.CallOff(request));

        _story.Replied(CoreStory.Done(3));

        Assert.That(request.IsReleased, Is.False);
    }

    [Test]
    public void Who_is_behind_it_looks_at_it_no_more_as_soon_as_it_is_released()
    {
        RequestWindow window = new(capacity: 2, bytesMax: 1000);
        Request request = CoreStory.Request("first");
        Request behind = CoreStory.Request("second");
        window.Add(request);
        window.Add(behind);
        Assert.That(behind.Before, Is.SameAs(request));

        request.Release();

        Assert.That(behind.Before, Is.Null, "another thread may let it stand for another command at any moment");
    }
}
