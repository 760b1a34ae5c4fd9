using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>Reads are asked again freely; a follow shows every message once and in order.</summary>
public sealed class ReadTests
{
    private CoreStory _story = null!;

    [SetUp]
    public void FindThePrimary() => _story = new CoreStory(new ClientCoreOptions { Seed = 7, Silence = 10_000, OutageNotice = 300 }).Begin();

    [Test]
    public void A_read_has_no_session_and_ends_with_its_answer()
    {
        Query read = Read();
        _story.Step(ClientInput.Begin(read));
        ClientRequest sent = _story.Sent.Single();
        byte[] answer = [1, 2, 3];

        _story.Replied(Answer(sent, answer));

        Assert.That(sent.Session, Is.EqualTo(SessionId.None));
        Assert.That(_story.Completed.Single().Payload.ToArray(), Is.EqualTo(answer));
    }

    [Test]
    public void A_read_is_asked_once_more_on_the_same_connection_and_again_at_the_next_primary()
    {
        _story.Step(ClientInput.Begin(Read()));
        ClientRequest sent = _story.Sent.Single();

        Assert.That(_story.After(90).Sent, Is.Empty);
        Assert.That(_story.After(10).Sent, Is.EqualTo(new[] { sent }));
        Assert.That(_story.Break().Lead(CoreStory.Second, view: 1).Sent, Is.EqualTo(new[] { sent }));
    }

    [TestCase(190, ExpectedResult = 0, Description = "less than its time")]
    [TestCase(200, ExpectedResult = 1, Description = "equal")]
    public int A_read_ends_when_its_time_is_over(long wait)
    {
        _story.Step(ClientInput.Begin(Read(timeout: 200)));
        int ended = 0;
        for (long time = 0; time < wait; time += 10)
            ended += _story.After(10).Completed.Count(completion => completion.Outcome == Outcome.NotTaken);
        return ended;
    }

    [Test]
    public void The_time_for_which_a_replica_held_a_question_is_given_back_when_another_one_has_to_be_asked()
    {
        Query held = new(Read().Command, timeout: 200, allowance: 1000);
        _story.Step(ClientInput.Begin(held));
        for (int step = 0; step < 90; step++)
            Assert.That(_story.After(10).Completed, Is.Empty);

        _story.Break().Lead(CoreStory.Second, view: 1);
        long asked = 0;
        while (_story.After(10).Completed.Count == 0 && asked < 5000)
            asked += 10;
        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.NotTaken));
        Assert.That(asked, Is.InRange(1180, 1210));
    }

    [Test]
    public void Who_only_refuses_a_question_that_may_be_held_gives_it_no_time()
    {
        Query refused = new(Read().Command, timeout: 200, allowance: 1000);
        _story.Step(ClientInput.Begin(refused));
        long asked = 0;
        while (_story.Completed.Count == 0 && asked < 5000)
        {
            foreach (ClientRequest copy in _story.Sent.ToArray())
                _story.Replied(new ClientReply(SessionId.None, copy.Sequence, ReplyStatus.Busy, View.First, default));
            _story.After(10);
            asked += 10;
        }

        Assert.That(_story.Completed.Single(), Has.Property("Call").SameAs(refused).And.Property("Outcome").EqualTo(Outcome.NotTaken));
        Assert.That(asked, Is.InRange(1180, 1400));
    }

    [Test]
    public void A_follow_asks_from_where_it_begins_and_then_from_behind_what_it_has_shown()
    {
        Follow follow = new("room", 3);
        _story.Step(ClientInput.Begin(follow));
        Assert.That(Asked(), Is.EqualTo(new FollowRoomQuery("room", 3, 250)));

        _story.Replied(Answer(_story.Sent.Single(), History(3, 4)));
        Assert.That(Shown(), Is.EqualTo(new long[] { 3, 4 }));
        Assert.That(_story.Sent, Is.Empty, "no more before the consumer wants it");
        _story.Step(ClientInput.More(follow));

        Assert.That(Asked(), Is.EqualTo(new FollowRoomQuery("room", 5, 250)));
    }

    [Test]
    public void A_follow_without_news_asks_again_and_tells_nobody()
    {
        _story.Step(ClientInput.Begin(new Follow("room", 3)));

        _story.Replied(Answer(_story.Sent.Single(), History()));

        Assert.That(_story.Delivered, Is.Empty);
        Assert.That(Asked(), Is.EqualTo(new FollowRoomQuery("room", 3, 250)));
    }

    [Test]
    public void A_follow_goes_on_at_the_next_primary_without_gap_or_duplicate()
    {
        Follow follow = new("room", 1);
        _story.Step(ClientInput.Begin(follow));
        _story.Replied(Answer(_story.Sent.Single(), History(1, 2))).Step(ClientInput.More(follow));

        _story.Break().Lead(CoreStory.Second, view: 1);
        Assert.That(Asked(), Is.EqualTo(new FollowRoomQuery("room", 3, 250)));
        _story.Replied(Answer(_story.Sent.Single(), History(2, 3)));

        Assert.That(Shown(), Is.EqualTo(new long[] { 3 }));
    }

    [Test]
    public void A_follow_from_the_end_reads_where_that_is_first()
    {
        _story.Step(ClientInput.Begin(new Follow("room", 0)));
        ClientRequest sent = _story.Sent.Single();
        Assert.That(ReadHistoryQuery.Decode(sent.Command.Span).From, Is.Zero);

        _story.Replied(Answer(sent, new HistoryResult(1, 7, []).Encode()));

        Assert.That(Asked(), Is.EqualTo(new FollowRoomQuery("room", 8, 250)));
    }

    [Test]
    public void A_follow_ends_when_what_it_wants_next_was_trimmed_and_says_what_is_left()
    {
        Follow follow = new("room", 3);
        _story.Step(ClientInput.Begin(follow));

        _story.Replied(Answer(_story.Sent.Single(), new HistoryResult(5, 6, []).Encode()));

        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.Trimmed));
        Assert.That(_story.Completed.Single().Reason, Is.EqualTo("message 3 was trimmed; the first one left is 5"));
        Assert.That(follow.FirstLeft, Is.EqualTo(5));
        Assert.That(_story.Core.IsIdle, Is.True);
    }

    [Test]
    public void A_follow_that_has_fallen_behind_ends_with_what_it_was_given()
    {
        Follow follow = new("room", -2);
        _story.Step(ClientInput.Begin(follow));
        _story.Replied(Answer(_story.Sent.Single(), History(3, 4))).Step(ClientInput.More(follow));

        _story.Replied(Answer(_story.Sent.Single(), new HistoryResult(9, 8, []).Encode()));

        Assert.That(_story.Completed.Single().Reason, Is.EqualTo("message 5 was trimmed; the first one left is 9"));
    }

    [Test]
    public void A_follow_from_the_end_begins_with_what_is_left()
    {
        _story.Step(ClientInput.Begin(new Follow("room", -20)));

        _story.Replied(Answer(_story.Sent.Single(), new HistoryResult(6, 6, [new RoomMessage(6, "ann", 1000, "text")]).Encode()));

        Assert.That(Shown(), Is.EqualTo(new long[] { 6 }));
    }

    [Test]
    public void An_answer_with_a_gap_that_nothing_explains_ends_a_follow()
    {
        _story.Step(ClientInput.Begin(new Follow("room", 3)));

        _story.Replied(Answer(_story.Sent.Single(), History(5, 6)));

        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.NotApplied));
        Assert.That(_story.Completed.Single().Reason, Does.EndWith("message 5 stands where 3 comes next"));
    }

    [Test]
    public void A_follow_has_no_time_out_and_its_consumer_is_told_of_an_outage_once_at_each_edge()
    {
        Follow follow = new("room", 1);
        _story.Break().Step(ClientInput.Begin(follow));
        List<OutageNotice> notices = [];

        for (int step = 0; step < 2000; step++)
            notices.AddRange(_story.After(10).Outages);
        Assert.That(notices, Is.EqualTo(new[] { new OutageNotice(follow, IsOver: false, 550) }));
        _story.Lead(CoreStory.Second, view: 1).Replied(Answer(_story.Sent.Single(), History(1)));

        Assert.That(_story.Outages.Select(notice => notice.IsOver), Is.EqualTo(new[] { true }));
        Assert.That(Shown(), Is.EqualTo(new long[] { 1 }));
    }

    private static Query Read(long? timeout = null) => new(new ReadHistoryQuery("room", 1, 10).Encode(), timeout);

    private static ClientReply Answer(ClientRequest question, byte[] payload) =>
        new(SessionId.None, question.Sequence, ReplyStatus.Ok, View.First, payload);

    private static byte[] History(params long[] numbers) => new HistoryResult(
        1, numbers.Length == 0 ? 0 : numbers[^1], [.. numbers.Select(number => new RoomMessage(number, "ann", 1000, "text"))]).Encode();

    private FollowRoomQuery Asked() => FollowRoomQuery.Decode(_story.Sent.Single().Command.Span);

    private long[] Shown() => [.. _story.Delivered.Single().Messages.Select(message => message.Number)];
}
