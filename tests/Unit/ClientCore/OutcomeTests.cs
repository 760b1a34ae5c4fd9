using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>What a client says of a request that ends (rule 9): "not applied" only when no copy of it can run.</summary>
public sealed class OutcomeTests
{
    private const long Timeout = 400;

    private CoreStory _story = null!;

    [SetUp]
    public void FindThePrimary() => _story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 10_000 }).Begin();

    [TestCase(ReplyStatus.Ok, ExpectedResult = Outcome.Done)]
    [TestCase(ReplyStatus.Rejected, ExpectedResult = Outcome.Rejected)]
    [TestCase(ReplyStatus.DifferentCommand, ExpectedResult = Outcome.NotApplied)]
    [TestCase(ReplyStatus.Stale, ExpectedResult = Outcome.Unknown)]
    [TestCase(ReplyStatus.Expired, ExpectedResult = Outcome.NotApplied)]
    [TestCase(ReplyStatus.Malformed, ExpectedResult = Outcome.NotApplied)]
    public Outcome A_final_reply_ends_a_request_at_once(ReplyStatus status)
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")));

        return _story.Replied(CoreStory.Reply(2, status)).Completed.Single().Outcome;
    }

    [TestCase(ReplyStatus.Busy)]
    [TestCase(ReplyStatus.NoQuorum)]
    [TestCase(ReplyStatus.OutOfOrder)]
    [TestCase(ReplyStatus.Redirect)]
    public void A_request_of_which_every_copy_was_refused_without_a_trace_ends_as_not_taken(ReplyStatus refusal)
    {
        Request request = CoreStory.Request("second", Timeout);
        _story.Step(ClientInput.Begin(request));

        Assert.That(RefuseUntilItEnds(refusal).Outcome, Is.EqualTo(Outcome.NotTaken));
    }

    [Test]
    public void A_request_whose_copy_was_superseded_ends_as_unknown_although_later_ones_are_refused()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second", Timeout)));
        _story.Replied(CoreStory.Reply(2, ReplyStatus.Superseded)).Lead(CoreStory.Second, view: 1);

        Assert.That(RefuseUntilItEnds(ReplyStatus.Busy).Outcome, Is.EqualTo(Outcome.Unknown));
    }

    [Test]
    public void A_copy_on_a_connection_that_broke_never_counts_as_answered()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second", Timeout)));
        _story.Break().Lead(CoreStory.Second, view: 1);

        Completion completion = RefuseUntilItEnds(ReplyStatus.Busy);

        Assert.That(completion.Outcome, Is.EqualTo(Outcome.Unknown));
        Assert.That(completion.Name, Is.EqualTo(new RequestName(CoreStory.Session, new SequenceNumber(2), 120_000)));
    }

    [TestCase(Timeout - 10, ExpectedResult = 0, Description = "less than its time")]
    [TestCase(Timeout, ExpectedResult = 1, Description = "equal")]
    [TestCase(Timeout + 10, ExpectedResult = 1, Description = "greater")]
    public int A_request_ends_when_its_time_is_over(long wait)
    {
        _story.Break();
        int ended = 0;
        _story.Step(ClientInput.Begin(CoreStory.Request("second", Timeout)));
        for (long time = 0; time < wait; time += 10)
            ended += _story.After(10).Completed.Count;
        return ended;
    }

    [Test]
    public void The_mark_passes_a_request_that_was_given_up_and_no_copy_of_it_leaves_any_more()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second", Timeout)));
        for (long time = 0; time < 2 * Timeout && _story.Completed.Count == 0; time += 10)
            _story.After(10);
        Assert.That(_story.Completed[0].Outcome, Is.EqualTo(Outcome.Unknown));
        Assert.That(_story.Core.IsIdle, Is.True);

        _story.Step(ClientInput.Begin(CoreStory.Request("third")));
        _story.Break().Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (3L, 0L, 3L) }));
    }

    [Test]
    public void A_request_that_was_given_up_is_sent_on_while_one_before_it_has_no_result()
    {
        Request third = CoreStory.Request("third");
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(third), ClientInput.Begin(CoreStory.Request("fourth")));
        _story.Step(ClientInput.CallOff(third));
        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.Unknown));

        _story.Break().Lead(CoreStory.Second, view: 1);
        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (2L, 0L, 2L), (3L, 2L, 2L), (4L, 3L, 2L) }));
        _story.Replied(CoreStory.Done(2)).Step(ClientInput.Begin(CoreStory.Request("fifth")));

        Assert.That(CoreStory.Name(_story.Sent.Single()), Is.EqualTo((5L, 4L, 4L)), "the mark passes both");
        Assert.That(_story.Replied(CoreStory.Done(3)).Completed, Is.Empty, "its end was told");
    }

    [Test]
    public void A_request_whose_expiry_is_over_may_have_run_before_when_a_copy_of_it_was_not_answered()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")));
        _story.Break().Lead(CoreStory.Second, view: 1);

        _story.Replied(CoreStory.Reply(2, ReplyStatus.Expired));

        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.Unknown));
        Assert.That(_story.Core.IsIdle, Is.True, "no copy of it runs from now on");
    }

    [Test]
    public void Who_calls_off_what_never_left_is_told_so()
    {
        Request request = CoreStory.Request("second");
        _story.Break().Step(ClientInput.Begin(request));

        Assert.That(
            _story.Step(ClientInput.CallOff(request)).Completed,
            Is.EqualTo(new[] { new Completion(request, Outcome.CalledOff, default, "", new RequestName(CoreStory.Session, new SequenceNumber(2), Expiry: 0)) }));
    }

    [Test]
    public void Who_calls_off_what_has_left_is_told_that_nothing_is_known()
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(request));

        Assert.That(_story.Step(ClientInput.CallOff(request)).Completed.Single().Outcome, Is.EqualTo(Outcome.Unknown));
    }

    [Test]
    public void Whoever_closes_is_told_of_every_request_what_is_certain()
    {
        ClientInput[] inputs = [.. new[] { "second", "third" }.Select(text => ClientInput.Begin(CoreStory.Request(text)))];
        _story.Step(inputs).Replied(CoreStory.Reply(2, ReplyStatus.Busy));

        _story.Step(ClientInput.Close("closed"));

        Assert.That(_story.Completed.Select(completion => completion.Outcome), Is.EqualTo(new[] { Outcome.NotApplied, Outcome.Unknown }));
        Assert.That(_story.NextCall, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void In_a_stream_nothing_behind_a_failure_is_sent()
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, Window = 2, StopAtFailure = true }).Begin();
        Request[] requests = [.. new[] { "2", "3", "4" }.Select(text => CoreStory.Request(text))];
        _story.Step([.. requests.Select(ClientInput.Begin)]);

        _story.Replied(CoreStory.Reply(2, ReplyStatus.Rejected));

        Assert.That(_story.Sent, Is.Empty);
        Assert.That(
            _story.Completed.Select(completion => (completion.Call, completion.Outcome)),
            Is.EqualTo(new[] { (requests[0], Outcome.Rejected), ((Call)requests[2], Outcome.NotApplied) }));
        Assert.That(_story.Step(ClientInput.Begin(CoreStory.Request("5"))).Completed.Single().Outcome, Is.EqualTo(Outcome.NotApplied));
    }

    [Test]
    public void In_a_stream_what_follows_a_request_that_never_runs_does_not_run_either()
    {
        Request[] requests = BrokenStream("room", "other", "other");

        Assert.That(
            _story.Completed.Select(completion => (completion.Call, completion.Outcome)),
            Is.EqualTo(new[] { ((Call)requests[0], Outcome.Rejected), (requests[1], Outcome.NotApplied), (requests[2], Outcome.NotApplied) }));
        Assert.That(_story.Core.IsIdle, Is.True);
    }

    [Test]
    public void In_a_stream_over_two_rooms_a_follower_may_run_when_the_mark_can_still_pass_what_it_follows()
    {
        Request[] requests = BrokenStream("room", "other", "room", "other");

        Assert.That(
            _story.Completed.Select(completion => (completion.Call, completion.Outcome)),
            Is.EqualTo(new[] { ((Call)requests[0], Outcome.Rejected), (requests[1], Outcome.NotApplied), (requests[3], Outcome.Unknown) }));
        Assert.That(_story.Replied(CoreStory.Done(4)).Completed.Single().Outcome, Is.EqualTo(Outcome.Done), "what was under way in the other room");
        Assert.That(_story.Core.IsIdle, Is.True);
    }

    [TestCase("room")]
    [TestCase("other", Description = "on another arc the mark could pass it too")]
    public void In_a_stream_what_left_behind_a_request_that_was_given_up_does_not_take_the_mark_past_it(string room)
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 10_000, StandStill = 0, StopAtFailure = true }).Begin();
        Request second = CoreStory.Request("second", Timeout);
        _story.Step(ClientInput.Begin(second), ClientInput.Begin(CoreStory.Request("third", room: room)));
        long previous = _story.Sent[1].Previous.Number;

        _story.Break().After(Timeout + 10);
        Assert.That((_story.Ended[^1].Call, _story.Ended[^1].Outcome), Is.EqualTo(((Call)second, Outcome.Unknown)));
        _story.Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (2L, 0L, 2L), (3L, previous, 2L) }));
        Assert.That(_story.Replied(CoreStory.Done(2)).Completed, Is.Empty, "its end was told");
        Assert.That(_story.Replied(CoreStory.Done(3)).Completed.Single().Outcome, Is.EqualTo(Outcome.Done));
        Assert.That(_story.Core.IsIdle, Is.True);
    }

    /// <summary>A stream of requests 2, 3, ... in these rooms, of which the second is refused for want of room and the first is rejected.</summary>
    private Request[] BrokenStream(params string[] rooms)
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, StopAtFailure = true }).Begin();
        Request[] requests = [.. rooms.Select(room => CoreStory.Request("hello", room: room))];
        _story.Step([.. requests.Select(ClientInput.Begin)]);
        _story.Replied(CoreStory.Reply(3, ReplyStatus.Busy), CoreStory.Reply(2, ReplyStatus.Rejected));
        return requests;
    }

    private Completion RefuseUntilItEnds(ReplyStatus refusal)
    {
        int before = _story.Ended.Count;
        for (int step = 0; step < 1000 && _story.Ended.Count == before; step++)
        {
            if (_story.Primary == 0)
                _story.Lead(CoreStory.Second, view: 1);
            else if (_story.Sent.Count > 0)
                _story.Later(1).Replied([.. _story.Sent.Select(request => CoreStory.Reply(request.Sequence.Number, refusal))]);
            else
                _story.After(1);
        }
        return _story.Ended[before];
    }
}
