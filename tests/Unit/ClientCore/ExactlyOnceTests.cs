using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
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
    public void A_request_names_its_session_its_number_the_mark_and_its_expiry()
    {
        Request request = CoreStory.Request("second");

        _story.Step(ClientInput.Begin(request));

        Assert.That(
            _story.Sent,
            Is.EqualTo(new[] { new ClientRequest(CoreStory.Session, new(2), SequenceNumber.None, new(2), request.Command) { Expiry = 120_000 } }));
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
            Is.EqualTo(new[] { new Completion(request, Outcome.Done, reply.Payload, "", new RequestName(CoreStory.Session, new SequenceNumber(2), 120_000)) }));
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
    public void A_session_is_drawn_for_the_first_request_which_leaves_at_once_and_is_kept()
    {
        CoreStory story = new();
        story.Step();
        story.Lead(CoreStory.First, view: 0);
        Assert.That(story.Sent, Is.Empty, "nobody has asked for anything");

        Request first = CoreStory.Request("first");
        ClientRequest sent = story.Step(ClientInput.Begin(first)).Sent.Single();
        Assert.That(sent.Command, Is.EqualTo(first.Command));
        Assert.That(CoreStory.Name(sent), Is.EqualTo((1L, 0L, 1L)));
        Assert.That(sent.Session, Is.Not.EqualTo(SessionId.None));

        Assert.That(story.Step(ClientInput.Begin(CoreStory.Request("second"))).Sent.Single().Session, Is.EqualTo(sent.Session));
    }

    [Test]
    public void Sessions_are_as_random_as_the_seed_and_come_of_nothing_else()
    {
        UInt128[] seeds = [.. Enumerable.Range(0, 64).Select(static bit => UInt128.One << bit), UInt128.One << 64, UInt128.One << 127, UInt128.MaxValue, 0, 7];

        SessionId[] sessions = [.. seeds.SelectMany(SessionsOf)];

        Assert.That(sessions, Is.Unique);
        Assert.That(sessions, Has.None.EqualTo(SessionId.None));
        Assert.That(sessions, Has.All.Matches<SessionId>(static session => session.Number > ulong.MaxValue), "all of their bits are drawn");
        Assert.That(seeds.SelectMany(SessionsOf), Is.EqualTo(sessions));
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

        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (2L, 0L, 2L), (3L, 2L, 2L) }));
    }

    [Test]
    public void After_a_redirect_what_was_in_flight_is_sent_to_the_next_primary_in_order_and_under_the_same_names()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third")));
        int before = _story.Primary;

        _story.Replied(CoreStory.Reply(2, ReplyStatus.Redirect));
        Assert.That(_story.Changes.Single().IsFound, Is.False);
        _story.Lead(CoreStory.Second, view: 1);

        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (2L, 0L, 2L), (3L, 2L, 2L) }));
        Assert.That(_story.SentOn, Is.All.EqualTo(_story.ConnectionTo(CoreStory.Second)));
        Assert.That(_story.Closes, Does.Contain(before));
        Assert.That(
            _story.Changes,
            Is.EqualTo(new[] { new PrimaryChange(IsFound: true, _story.Primary, CoreStory.Second, new View(1), "", Outage: 0, Resent: 2, CoreStory.Group) }));
    }

    [Test]
    public void What_a_primary_that_was_left_still_answers_counts()
    {
        _story.Step(ClientInput.Begin(CoreStory.Request("second")), ClientInput.Begin(CoreStory.Request("third")));
        int before = _story.Primary;
        _story.Replied(CoreStory.Reply(3, ReplyStatus.Superseded));

        _story.RepliedOn(before, CoreStory.Done(2));

        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.Done));
        Assert.That(_story.Lead(CoreStory.Second, view: 1).Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (3L, 0L, 3L) }));
    }

    [Test]
    public void When_a_request_makes_no_sense_its_session_ends_and_what_never_left_goes_first_in_the_next_one()
    {
        _story = new CoreStory(new ClientCoreOptions { Seed = 7, Window = 3 }).Begin();
        Request[] requests = [.. new[] { "second", "third", "fourth", "fifth" }.Select(text => CoreStory.Request(text))];
        _story.Step([.. requests.Select(ClientInput.Begin)]);

        _story.Replied(CoreStory.Reply(3, ReplyStatus.Busy), CoreStory.Reply(2, ReplyStatus.Malformed));

        Assert.That(
            _story.Completed.Select(completion => (completion.Call, completion.Outcome)),
            Is.EqualTo(new[] { ((Call)requests[0], Outcome.NotApplied), (requests[2], Outcome.Unknown) }));
        Assert.That(_story.Sent.Select(request => request.Command), Is.EqualTo(new[] { requests[1].Command, requests[3].Command }));
        Assert.That(_story.Sent.Select(CoreStory.Name), Is.EqualTo(new[] { (1L, 0L, 1L), (2L, 1L, 1L) }));
        Assert.That(_story.Sent.Select(request => request.Session).Distinct().Single(), Is.Not.EqualTo(CoreStory.Session));
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

    /// <summary>The first two sessions of a core with this seed.</summary>
    private static SessionId[] SessionsOf(UInt128 seed)
    {
        CoreStory story = new(new ClientCoreOptions { Seed = seed });
        story.Step();
        ClientRequest first = story.Lead(CoreStory.First, view: 0).Step(ClientInput.Begin(CoreStory.Request("first"))).Sent.Single();
        story.Replied(CoreStory.Reply(1, ReplyStatus.Malformed) with { Session = first.Session });
        return [first.Session, story.Step(ClientInput.Begin(CoreStory.Request("second"))).Sent.Single().Session];
    }
}
