using System.Text;
using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Client.Core.Routing;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>What is refused by a group that does not serve its arc any more: where it goes, under which name, in which order, and how often (rule 9).</summary>
public sealed class MovedArcTests
{
    private const string Room = "room";

    private static readonly Configuration _first = ClusterStory.First("other");
    private static readonly Configuration _moved = ClusterStory.Move(_first, Room, ClusterStory.Two);

    private ClusterStory _cluster = null!;

    [SetUp]
    public void KnowTheFirstConfiguration() => _cluster = new ClusterStory().Begin(_first);

    [Test]
    public void Requests_that_were_refused_without_a_trace_go_to_the_owner_in_their_order_under_new_numbers()
    {
        Request[] requests = _cluster.Send(Room, "hello", "world");
        ClientRequest[] refused = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One);

        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(refused[0], _moved.Number), ClusterStory.NotMyArc(refused[1], _moved.Number));
        Assert.That(_cluster.Completed, Is.Empty);
        ClientRequest[] sent = _cluster.Tell(_moved).Lead(ClusterStory.Two).SentTo(ClusterStory.Two);

        Assert.That(sent.Select(static request => request.Command), Is.EqualTo(requests.Select(static request => request.Command)));
        Assert.That(sent.Select(CoreStory.Name), Is.EqualTo(new[] { (1L, 0L, 1L), (2L, 1L, 1L) }));
        Assert.That(sent[0].Session, Is.Not.EqualTo(refused[0].Session));
        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.Done(sent[0]), ClusterStory.Done(sent[1]));
        Assert.That(_cluster.Ended, Is.EqualTo(requests.Select(static request => ((Call)request, Outcome.Done))));
        Assert.That(_cluster.Story.Core.IsIdle, Is.True);
    }

    [Test]
    public void Nothing_is_sent_before_the_configuration_that_the_refusal_names_is_known()
    {
        _cluster.Send(Room, "hello");
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(_cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single(), 3));
        int connects = _cluster.Tell(_moved).Story.Connects.Count;

        for (int step = 0; step < 50; step++)
            connects += _cluster.Story.After(10).Connects.Count;
        Assert.That(connects, Is.Zero);

        Assert.That(_cluster.Tell(ClusterStory.Move(_moved, "third", ClusterStory.Three)).Story.Connects.Single().Group, Is.EqualTo(ClusterStory.Two));
    }

    [Test]
    public void What_was_not_answered_yet_is_waited_for_before_what_is_behind_it_goes_on()
    {
        _cluster.Send(Room, "hello", "world");
        ClientRequest[] sent = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One);
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(sent[1], _moved.Number));
        Assert.That(_cluster.Tell(_moved).Story.Connects, Is.Empty);

        _cluster.RepliedBy(ClusterStory.One, ClusterStory.Done(sent[0]));

        Assert.That(_cluster.Completed.Single().Outcome, Is.EqualTo(Outcome.Done));
        Assert.That(_cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two).Select(static request => request.Command), Is.EqualTo(new[] { sent[1].Command }));
    }

    [Test]
    public void What_comes_later_on_the_arc_goes_behind_what_was_refused_and_other_arcs_go_on()
    {
        _cluster.Send(Room, "hello");
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(_cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single(), _moved.Number));

        Request[] later = _cluster.Send(Room, "world");
        Assert.That(_cluster.SentTo(ClusterStory.One), Is.Empty);
        _cluster.Send("third", "elsewhere");
        Assert.That(_cluster.SentTo(ClusterStory.One), Has.Length.EqualTo(1), "the session goes on");

        ClientRequest[] sent = _cluster.Tell(_moved).Lead(ClusterStory.Two).SentTo(ClusterStory.Two);
        Assert.That(sent.Select(CoreStory.Name), Is.EqualTo(new[] { (1L, 0L, 1L), (2L, 1L, 1L) }));
        Assert.That(sent[1].Command, Is.EqualTo(later[0].Command));
    }

    [Test]
    public void A_newer_configuration_alone_takes_what_was_not_sent_yet_to_the_new_owner()
    {
        Request[] requests = _cluster.Send(Room, "hello");
        _cluster.Story.After(1100);

        _cluster.Tell(_moved);

        Assert.That(_cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two).Select(static request => request.Command), Is.EqualTo(new[] { requests[0].Command }));
    }

    [Test]
    public void An_owner_that_does_not_serve_the_arc_yet_is_asked_again_after_growing_pauses_and_in_the_end_nothing_was_taken()
    {
        Request request = CoreStory.Request("hello", timeout: 2000, room: Room);
        _cluster.Story.Step(ClientInput.Begin(request));
        _cluster.Lead(ClusterStory.One);
        int asked = 0;

        for (int step = 0; step < 300 && _cluster.Story.Ended.Count == 0; step++)
        {
            ClientRequest[] sent = _cluster.SentTo(ClusterStory.One);
            asked += sent.Length;
            _cluster.RepliedBy(ClusterStory.One, [.. sent.Select(static copy => ClusterStory.NotMyArc(copy, _first.Number))]);
            if (_cluster.Story.Ended.Count == 0)
                _cluster.Story.After(10);
        }

        Assert.That(_cluster.Ended, Is.EqualTo(new[] { ((Call)request, Outcome.NotTaken) }));
        Assert.That(asked, Is.InRange(10, 60));
    }

    [Test]
    public void A_request_that_may_have_been_taken_goes_to_the_owner_under_its_name_and_with_its_expiry()
    {
        ClientRequest original = Taint();

        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);

        Assert.That(_cluster.SentTo(ClusterStory.Two), Is.EqualTo(new[] { original }));
        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.Done(original));
        Assert.That(_cluster.Completed.Single().Name, Is.EqualTo(new RequestName(original.Session, original.Sequence, original.Expiry)));
        Assert.That(_cluster.Story.Core.IsIdle, Is.True);
    }

    [Test]
    public void A_request_whose_caller_has_gone_and_that_was_refused_keeps_nothing_of_its_arc_in_its_session()
    {
        Configuration moved = ClusterStory.Move(_first, "other", ClusterStory.One);
        _cluster.Send(Room, "first");
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.Done(_cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single()));
        Request[] requests = _cluster.Send("other", "kept", "called off");
        ClientRequest[] refused = _cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two);
        _cluster.Story.Step(ClientInput.CallOff(requests[1]));
        _cluster.RepliedBy(ClusterStory.Two, [.. refused.Select(request => ClusterStory.NotMyArc(request, moved.Number))]);
        ClientRequest sent = _cluster.Tell(moved).SentTo(ClusterStory.One).Single();

        // It may have been taken, so that it goes on under its name: its arc is no other session's business.
        _cluster.Break(ClusterStory.One).Story.After(1100);
        _cluster.Tell(ClusterStory.Move(moved, "other", ClusterStory.Three, job: 3)).Lead(ClusterStory.Three);
        Assert.That(_cluster.SentTo(ClusterStory.Three), Is.EqualTo(new[] { sent }));
    }

    [Test]
    public void What_is_behind_a_request_that_may_have_been_taken_waits_for_its_result()
    {
        ClientRequest original = Taint();
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, _moved.Number));
        Request[] behind = _cluster.Send(Room, "world");
        _cluster.Tell(_moved).Lead(ClusterStory.Two);
        Assert.That(_cluster.SentTo(ClusterStory.Two), Is.EqualTo(new[] { original }));

        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.Done(original));

        ClientRequest sent = _cluster.SentTo(ClusterStory.Two).Single();
        Assert.That((sent.Command, CoreStory.Name(sent)), Is.EqualTo((behind[0].Command, (1L, 0L, 1L))));
        Assert.That(sent.Session, Is.Not.EqualTo(original.Session));
    }

    [Test]
    public void A_request_under_its_old_name_is_sent_again_after_a_silence_a_refusal_and_a_break()
    {
        ClientRequest original = Taint();
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);

        Assert.That(_cluster.Story.After(90).Sent, Is.Empty);
        _cluster.Story.After(10);
        Assert.That(_cluster.SentTo(ClusterStory.Two), Is.EqualTo(new[] { original }));
        Assert.That(_cluster.RepliedBy(ClusterStory.Two, ClusterStory.Reply(original, ReplyStatus.Busy)).SentTo(ClusterStory.Two), Is.Empty);
        _cluster.Story.After(10);
        Assert.That(_cluster.SentTo(ClusterStory.Two), Is.EqualTo(new[] { original }));
        Assert.That(_cluster.Break(ClusterStory.Two).Lead(ClusterStory.Two, view: 1).SentTo(ClusterStory.Two), Is.EqualTo(new[] { original }));
    }

    [Test]
    public void A_request_under_its_old_name_that_is_refused_again_moves_on()
    {
        ClientRequest original = Taint();
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);
        Configuration third = ClusterStory.Move(_moved, Room, ClusterStory.Three);

        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.NotMyArc(original, third.Number)).Tell(third).Lead(ClusterStory.Three);

        Assert.That(_cluster.SentTo(ClusterStory.Three), Is.EqualTo(new[] { original }));
        Assert.That(_cluster.RepliedBy(ClusterStory.Three, ClusterStory.Done(original)).Completed.Single().Outcome, Is.EqualTo(Outcome.Done));
    }

    [Test]
    public void A_request_that_moved_back_is_sent_by_its_own_session_again()
    {
        ClientRequest original = Taint();
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);
        Configuration back = ClusterStory.Move(_moved, Room, ClusterStory.One);

        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.NotMyArc(original, back.Number)).Tell(back);

        Assert.That(_cluster.SentTo(ClusterStory.One), Is.EqualTo(new[] { original }));
    }

    [Test]
    public void Behind_a_request_that_was_given_up_the_next_one_goes_by_the_same_session_with_the_mark_above_it()
    {
        ClientRequest original = Taint(timeout: 400);
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, _moved.Number));
        Request[] behind = _cluster.Send(Room, "world");
        _cluster.Tell(_moved).Lead(ClusterStory.Two);
        while (_cluster.Story.Ended.Count == 0)
            _cluster.Story.After(10);

        Assert.That(_cluster.Completed.Single().Outcome, Is.EqualTo(Outcome.Unknown));
        ClientRequest sent = _cluster.SentTo(ClusterStory.Two).Single();
        Assert.That((sent.Session, CoreStory.Name(sent)), Is.EqualTo((original.Session, (2L, 0L, 2L))));
        Assert.That(sent.Command, Is.EqualTo(behind[0].Command));

        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.Done(sent));
        _cluster.Send(Room, "again");
        Assert.That(_cluster.SentTo(ClusterStory.Two).Single().Session, Is.Not.EqualTo(original.Session), "from then on the arc is the owner's alone");
    }

    [Test]
    public void Behind_a_request_that_was_given_up_before_its_arc_moved_the_next_one_goes_by_the_same_session_too()
    {
        ClientRequest original = Taint(timeout: 400);
        _cluster.Story.After(400);
        Assert.That(_cluster.Story.Ended.Single().Outcome, Is.EqualTo(Outcome.Unknown));
        _cluster.Send(Room, "world");
        ClientRequest refused = _cluster.SentTo(ClusterStory.One).Single();

        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(refused, _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);

        Assert.That(_cluster.SentTo(ClusterStory.Two), Is.EqualTo(new[] { refused }), "a late copy runs when the arc comes back, unless the mark came with this one");
        Assert.That((refused.Session, CoreStory.Name(refused)), Is.EqualTo((original.Session, (2L, 0L, 2L))));
    }

    [Test]
    public void A_configuration_alone_does_not_part_an_arc_from_the_session_in_which_a_request_was_given_up()
    {
        ClientRequest original = Taint(timeout: 400);
        _cluster.Story.After(400);
        Assert.That(_cluster.Story.Ended.Single().Outcome, Is.EqualTo(Outcome.Unknown));

        _cluster.Story.Step(ClientInput.Begin(new Query(new ReadConfigurationQuery(ReadConfigurationQuery.Latest).Encode(), timeout: null) { Group = GroupId.Masters }));
        ClientRequest asked = _cluster.SentTo(GroupId.Masters).Single();
        _cluster.RepliedBy(GroupId.Masters, ClusterStory.Reply(asked, ReplyStatus.Ok, ClusterStory.Answer(_moved)));
        _cluster.Send(Room, "world");

        ClientRequest sent = _cluster.Lead(ClusterStory.Two).SentTo(ClusterStory.Two).Single();
        Assert.That((sent.Session, CoreStory.Name(sent)), Is.EqualTo((original.Session, (2L, 0L, 2L))));
    }

    [Test]
    public void The_session_in_which_a_request_was_given_up_outlives_its_shard_until_no_copy_can_run()
    {
        Configuration left = ClusterStory.Leave(_first, ClusterStory.One);
        GroupId owner = left.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(Room)));
        ClientRequest original = Taint(timeout: 400);
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, left.Number)).Tell(left).Lead(owner);
        Assert.That(_cluster.SentTo(owner), Is.EqualTo(new[] { original }));
        while (_cluster.Story.Ended.Count == 0)
            _cluster.Story.After(10);

        _cluster.Story.After(10);
        _cluster.Send(Room, "world");
        ClientRequest sent = _cluster.SentTo(owner).Single();
        Assert.That((sent.Session, CoreStory.Name(sent)), Is.EqualTo((original.Session, (2L, 0L, 2L))));
        _cluster.RepliedBy(owner, ClusterStory.Done(sent));
        Assert.That(_cluster.Story.Closes, Has.Count.EqualTo(1), "nothing has to go by it any more");
    }

    [Test]
    public void An_arc_is_free_of_a_session_when_no_copy_of_what_was_given_up_can_run_any_more()
    {
        ClientRequest original = Taint(timeout: 400);
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(original, _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);
        _cluster.Story.After(400).Later(240_000).After(20);

        _cluster.Send(Room, "world");

        Assert.That(_cluster.SentTo(ClusterStory.Two).Single().Session, Is.Not.EqualTo(original.Session));
    }

    [Test]
    public void What_went_to_the_owner_is_sent_by_its_old_session_no_more_and_holds_up_nothing_of_it()
    {
        _cluster.Send("third", "1");
        Request[] moved = _cluster.Send(Room, "2");
        ClientRequest[] sent = [.. _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One)];
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(sent[1], _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);
        ClientRequest atOwner = _cluster.SentTo(ClusterStory.Two).Single();

        Assert.That(_cluster.Break(ClusterStory.One).Lead(ClusterStory.One, view: 1).SentTo(ClusterStory.One), Is.EqualTo(new[] { sent[0] }));
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.Done(sent[0]));
        _cluster.Send("third", "3");
        Assert.That(CoreStory.Name(_cluster.SentTo(ClusterStory.One).Single()), Is.EqualTo((3L, 0L, 3L)), "the mark is past it");

        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.Done(atOwner));
        Assert.That(_cluster.Ended.Last(), Is.EqualTo(((Call)moved[0], Outcome.Done)));
    }

    [TestCase(0, 100, ExpectedResult = 8)]
    [TestCase(249, 100, ExpectedResult = 8)]
    [TestCase(250, 100, ExpectedResult = 100, Description = "it takes longer than a hand-over")]
    [TestCase(0, 6, ExpectedResult = 6, Description = "the client has shorter pauses anyway")]
    public long While_an_arc_may_be_handed_over_just_now_pauses_stay_short(long since, long longest) => MovedArc.LongestPause(refusedSince: 1000, 1000 + since, longest);

    [Test]
    public void A_question_that_was_refused_is_asked_at_the_owner()
    {
        byte[] question = new ReadHistoryQuery(Room, 1, 10).Encode();
        _cluster.Story.Step(ClientInput.Begin(new Query(question, timeout: null)));
        ClientRequest refused = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single();

        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(refused, _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);

        Assert.That(_cluster.SentTo(ClusterStory.Two).Single().Command.ToArray(), Is.EqualTo(question));
    }

    [Test]
    public void A_question_that_was_refused_ends_when_its_time_is_over()
    {
        _cluster.Story.Step(ClientInput.Begin(new Query(new ReadHistoryQuery(Room, 1, 10).Encode(), timeout: 200)));
        ClientRequest refused = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single();

        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(refused, 9)).Story.After(200);

        Assert.That(_cluster.Ended.Select(static ended => ended.Outcome), Is.EqualTo(new[] { Outcome.NotTaken }));
    }

    [Test]
    public void A_follow_goes_on_at_the_owner_from_where_it_is()
    {
        Follow follow = new(Room, 1);
        _cluster.Story.Step(ClientInput.Begin(follow));
        ClientRequest first = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single();
        _cluster.RepliedBy(ClusterStory.One, ClusterStory.Reply(first, ReplyStatus.Ok, History(1, 2)));
        _cluster.Story.Step(ClientInput.More(follow));

        _cluster.RepliedBy(ClusterStory.One, ClusterStory.NotMyArc(_cluster.SentTo(ClusterStory.One).Single(), _moved.Number)).Tell(_moved).Lead(ClusterStory.Two);

        ClientRequest asked = _cluster.SentTo(ClusterStory.Two).Single();
        Assert.That(FollowRoomQuery.Decode(asked.Command.Span), Is.EqualTo(new FollowRoomQuery(Room, 3, 250)));
        _cluster.RepliedBy(ClusterStory.Two, ClusterStory.Reply(asked, ReplyStatus.Ok, History(2, 3)));
        Assert.That(_cluster.Story.Delivered.Single().Messages.Select(static message => message.Number), Is.EqualTo(new long[] { 3 }));
    }

    private static byte[] History(params long[] numbers) =>
        new HistoryResult(1, numbers[^1], [.. numbers.Select(static number => new RoomMessage(number, "ann", 1000, "text"))]).Encode();

    /// <summary>A message is sent to shard 1, its connection breaks, and the message is sent there once more.</summary>
    private ClientRequest Taint(long? timeout = null)
    {
        _cluster.Story.Step(ClientInput.Begin(CoreStory.Request("hello", timeout, room: Room)));
        ClientRequest sent = _cluster.Lead(ClusterStory.One).SentTo(ClusterStory.One).Single();
        Assert.That(_cluster.Break(ClusterStory.One).Lead(ClusterStory.One, view: 1).SentTo(ClusterStory.One), Is.EqualTo(new[] { sent }));
        return sent;
    }
}
