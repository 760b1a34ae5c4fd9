using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>What leaves a client, under which numbers and when once more (rule 9).</summary>
public sealed class ExactlyOnceTests
{
    private CoreStory _story = null!;

    [SetUp]
    public void FindThePrimary() => _story = new CoreStory().Begin();

    [Test]
    public void A_request_names_its_session_its_number_the_one_before_and_the_mark()
    {
        Request request = CoreStory.Request("second");

        _story.Step(ClientInput.Begin(request));

        Assert.That(
            _story.Sent,
            Is.EqualTo(new[] { new ClientRequest(CoreStory.Session, new(2), new(1), new(2), request.Command) }));
        Assert.That(_story.SentOn, Is.EqualTo(new[] { _story.Primary }));
    }

    [Test]
    public void A_result_ends_the_call_and_nothing_else_happens()
    {
        Request request = CoreStory.Request("second");
        _story.Step(ClientInput.Begin(request));
        ClientReply reply = CoreStory.Done(2);

        _story.Replied(reply);

        Assert.That(
            _story.Completed,
            Is.EqualTo(new[] { new Completion(request, Outcome.Done, reply.Payload, "", CoreStory.Session, new SequenceNumber(2)) }));
        Assert.That(_story.Sent, Is.Empty);
        Assert.That(_story.Core.IsIdle, Is.True);
        Assert.That(_story.NextCall, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void A_second_answer_to_the_same_number_means_nothing()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")));

        _story.Replied(CoreStory.Done(2), CoreStory.Done(2));

        Assert.That(_story.Completed, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_session_is_opened_with_the_first_request_and_kept()
    {
        CoreStory story = new();
        story.Step();
        story.Lead(CoreStory.First, view: 0);
        Assert.That(story.Sent, Is.Empty, "nobody has asked for anything");

        story.Step(ClientInput.Begin(CoreStory.Request("first")));

        Assert.That(story.Sent.Single().Command.Span[0], Is.EqualTo((byte)CommandKind.OpenSession));
        Assert.That(_story.Step(ClientInput.Begin(CoreStory.Request("second"))).Sent.Single().Session, Is.EqualTo(CoreStory.Session));
    }

    [Test]
    public void A_request_without_an_answer_is_sent_once_more_with_the_same_names_and_later_and_later()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")));
        ClientRequest sent = _story.Sent.Single();
        List<long> times = [];

        for (long begin = _story.Now; _story.Now < begin + 200;)
        {
            if (_story.After(10).Sent.Count == 0)
                continue;
            Assert.That(_story.Sent, Is.EqualTo(new[] { sent }));
            times.Add(_story.Now - begin);
        }

        Assert.That(times, Is.EqualTo(new long[] { 40, 120 }));
    }

    [Test]
    public void After_a_refusal_for_want_of_room_everything_is_sent_again_in_order_after_a_pause()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third")));

        _story.Replied(CoreStory.Reply(2, ReplyStatus.Busy), CoreStory.Reply(3, ReplyStatus.OutOfOrder));
        Assert.That(_story.Sent, Is.Empty);
        _story.After(10);

        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (2L, 1L, 2L), (3L, 2L, 2L) }));
    }

    [Test]
    public void After_a_redirect_what_was_in_flight_is_sent_to_the_next_primary_in_order_and_under_the_same_names()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third")));
        int before = _story.Primary;

        _story.Replied(CoreStory.Reply(2, ReplyStatus.Redirect));
        Assert.That(_story.Changes.Single().IsFound, Is.False);
        _story.Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (2L, 1L, 2L), (3L, 2L, 2L) }));
        Assert.That(_story.SentOn, Is.All.EqualTo(_story.ConnectionTo(CoreStory.Second)));
        Assert.That(_story.Closes, Does.Contain(before));
        Assert.That(
            _story.Changes,
            Is.EqualTo(new[] { new PrimaryChange(IsFound: true, _story.Primary, CoreStory.Second, new View(1), "", Outage: 0, Resent: 2) }));
    }

    [Test]
    public void What_a_primary_that_was_left_still_answers_counts()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third")));
        int before = _story.Primary;
        _story.Replied(CoreStory.Reply(3, ReplyStatus.Superseded));

        _story.RepliedOn(before, CoreStory.Done(2));

        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.Done));
        Assert.That(_story.Lead(CoreStory.Second, view: 1).Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (3L, 2L, 3L) }));
    }

    [Test]
    public void After_an_eviction_what_never_left_goes_first_in_the_next_session()
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, Window = 1 }).Begin();
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third")));

        _story.Replied(CoreStory.Reply(2, ReplyStatus.OutcomeUnknown));

        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.Unknown));
        ClientRequest opening = _story.Sent.Single();
        SessionId next = new(41);
        _story.Replied(new ClientReply(SessionId.None, opening.Sequence, ReplyStatus.Ok, View.First, new OpenSessionResult(next).Encode()));
        Assert.That(_story.Sent.Single().Session, Is.EqualTo(next));
        Assert.That(CoreStory.Name(_story.Sent.Single()), Is.EqualTo((1L, 0L, 1L)));
    }

    [Test]
    public void Two_sessions_of_a_client_are_opened_under_two_names()
    {
        CoreStory story = new();
        story.Step();
        byte[] first = story.Lead(CoreStory.First, view: 0).Step(ClientInput.Begin(CoreStory.Request("first"))).Sent.Single().Command.ToArray();
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third")));
        _story.Replied(CoreStory.Reply(2, ReplyStatus.Malformed));
        byte[]? second = _story.Sent.Select(request => request.Command.ToArray()).FirstOrDefault(command => command[0] == (byte)CommandKind.OpenSession);
        _story.Step(ClientInput.Begin(CoreStory.Request("fourth")));
        second ??= _story.Sent.First(request => request.Command.Span[0] == (byte)CommandKind.OpenSession).Command.ToArray();

        Assert.That(second, Is.Not.EqualTo(first));
    }

    [TestCase(1, ExpectedResult = 0, Description = "less than what may wait")]
    [TestCase(2, ExpectedResult = 0, Description = "equal")]
    [TestCase(3, ExpectedResult = 1, Description = "greater")]
    public int One_more_than_may_wait_is_refused(int waiting)
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, Window = 1, Waiting = 2 }).Begin();
        ClientInput[] inputs = [.. Enumerable.Range(0, 1 + waiting).Select(number => ClientInput.Begin(CoreStory.Request($"m{number}")))];
        return _story.Step(inputs).Completed.Count(completion => completion.Outcome == Outcome.NotApplied);
    }

    [Test]
    public void Who_waits_for_room_is_not_refused_and_is_taken_in_once_half_of_it_is_free()
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, Window = 2, Waiting = 2 }).Begin();
        Request[] requests = [.. Enumerable.Range(0, 6).Select(number => CoreStory.Request($"m{number}", waitsForRoom: true))];

        _story.Step([.. requests.Select(ClientInput.Begin)]);
        Assert.That(_story.Taken, Is.EqualTo(requests[..4]), "two under way, two that wait for the window");
        _story.Replied(CoreStory.Done(2));

        Assert.That(_story.Taken, Is.EqualTo(requests[4..5]));
        Assert.That(_story.Completed.Select(completion => completion.Call), Is.EqualTo(requests[..1]));
    }
}
