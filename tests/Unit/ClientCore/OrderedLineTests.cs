using System.Text;
using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>What a client does with the operations of an ordered session: what it sends, in which order it tells, and what it says of what it gave up (ordered rules M1 and M11).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OrderedLineTests
{
    private readonly CoreStory _story = new CoreStory().Begin();
    private readonly OrderedLine _line = new();
    private SequenceNumber _heard = SequenceNumber.None;

    [Test]
    public void All_leave_at_once_and_each_names_the_one_before()
    {
        Begin(1, 2, 3);

        Assert.That(_story.SentOrdered.Select(static sent => (sent.Request.Sequence.Number, sent.Request.Previous.Number, sent.Request.AcknowledgedBelow.Number)), Is.EqualTo(new[] { (1L, 0L, 1L), (2, 1, 1), (3, 2, 1) }));
        Assert.That(_story.SentOrdered.Select(static sent => sent.Request.Session), Is.All.EqualTo(_line.Session));
        Assert.That(_line.Session.IsOrdered, Is.True);
    }

    [Test]
    public void Each_names_the_arcs_of_those_before_it_as_far_as_they_have_no_result()
    {
        Begin([.. Enumerable.Range(1, 40)]);
        Arc[] arcs = [.. _story.SentOrdered.Select(static sent => Arc.Of(CommandPart.NameIn(sent.Request.Command.Span)))];
        foreach (OrderedRequest sent in _story.SentOrdered.Skip(1))
        {
            int index = (int)sent.Request.Sequence.Number - 1;
            int[] named = [sent.PredecessorArc, .. Enumerable.Range(0, sent.EarlierCount).Select(sent.EarlierArc)];
            Assert.That(named, Is.EqualTo(arcs.Take(index).Reverse().Take(OrderedRequest.MostEarlier + 1).Select(static arc => arc.Number)));
        }

        Replied(1, ReplyStatus.Ok);
        Replied(2, ReplyStatus.Ok);
        Replied(5, ReplyStatus.Busy);
        _story.Later(200).Step();
        OrderedRequest again = _story.SentOrdered.Single(static sent => sent.Request.Sequence.Number == 5);
        Assert.That((again.PredecessorArc, again.EarlierCount, again.EarlierArc(0)), Is.EqualTo((arcs[3].Number, 1, arcs[2].Number)), "3 is the oldest");
    }

    [Test]
    public void The_arcs_of_many_more_than_one_request_names_are_kept_in_their_order()
    {
        for (int number = 1; number <= 1500; number++)
        {
            Begin(number);
            if (number > 2)
                Replied(number - 2, ReplyStatus.Ok);
        }

        Begin(1501);
        OrderedRequest last = _story.SentOrdered.Single();
        Assert.That((last.EarlierCount, last.EarlierArc(0)), Is.EqualTo((1, Arc.Of("key2"u8).Number)));
    }

    [Test]
    public void Results_are_told_in_the_order_of_the_numbers()
    {
        Begin(1, 2, 3);

        Assert.That(Replied(3, ReplyStatus.Ok), Is.Empty);
        Assert.That(Replied(1, ReplyStatus.Ok), Is.EqualTo(new[] { (1L, Outcome.Done) }));
        Assert.That(Replied(2, ReplyStatus.Rejected), Is.EqualTo(new[] { (2L, Outcome.Rejected), (3, Outcome.Done) }), "what a rule refuses has a result, and what is behind it goes on");
    }

    [Test]
    public void The_mark_stays_one_below_the_oldest_without_a_result()
    {
        Begin(1, 2, 3);
        Replied(1, ReplyStatus.Ok);
        Replied(2, ReplyStatus.Ok);

        Begin(4);

        Assert.That(_story.SentOrdered.Single().Request.AcknowledgedBelow.Number, Is.EqualTo(2));
    }

    [Test]
    public void What_was_refused_is_sent_again_and_the_oldest_without_a_predecessor()
    {
        Begin(1, 2);
        Replied(1, ReplyStatus.Ok);
        Replied(2, ReplyStatus.Busy);

        _story.Later(200).Step();

        Assert.That(_story.SentOrdered.Select(static sent => (sent.Request.Sequence.Number, sent.Request.Previous.Number)), Is.EqualTo(new[] { (2L, 0L) }));
    }

    [Test]
    public void No_more_than_256_are_under_way()
    {
        Begin([.. Enumerable.Range(1, Limits.OrderedWindow + 3)]);
        Assert.That(_story.SentOrdered, Has.Count.EqualTo(Limits.OrderedWindow));

        Replied(1, ReplyStatus.Ok);

        Assert.That(_story.SentOrdered.Single().Request.Sequence.Number, Is.EqualTo(Limits.OrderedWindow + 1));
    }

    [Test]
    public void What_is_called_off_is_cancelled_before_anybody_is_told()
    {
        OrderedCall[] calls = Begin(1, 2, 3);
        _story.Step(ClientInput.CallOff(calls[1]));
        Assert.That(_story.Completed, Is.Empty);
        OrderedRequest cancel = _story.SentOrdered.Single();
        Assert.That((cancel.Request.Sequence.Number, cancel.HasPredecessor, (CommandKind)cancel.Request.Command.Span[0]), Is.EqualTo((2L, false, CommandKind.CancelOperation)));

        Assert.That(Replied(2, ReplyStatus.Cancelled), Is.Empty, "the first one has no result yet");
        Assert.That(Replied(1, ReplyStatus.Ok), Is.EqualTo(new[] { (1L, Outcome.Done), (2, Outcome.CalledOff), (3, Outcome.NotApplied) }));
        Assert.That(_story.Completed[^1].Name.Sequence.Number, Is.EqualTo(2), "the first that failed is named");
    }

    [Test]
    public void What_had_run_is_done_and_the_one_behind_it_is_cancelled()
    {
        OrderedCall[] calls = Begin(1, 2);
        _story.Step(ClientInput.CallOff(calls[0]));

        Assert.That(Replied(1, ReplyStatus.Ok), Is.EqualTo(new[] { (1L, Outcome.Done) }));
        Assert.That(_story.SentOrdered.Select(static sent => ((CommandKind)sent.Request.Command.Span[0], sent.Request.Sequence.Number)), Is.EqualTo(new[] { (CommandKind.CancelOperation, 2L) }));
        Assert.That(Replied(2, ReplyStatus.Cancelled), Is.EqualTo(new[] { (2L, Outcome.CalledOff) }));
    }

    [Test]
    public void What_begins_before_a_failure_is_told_fails_with_it()
    {
        OrderedCall[] calls = Begin(1, 2);
        _story.Step(ClientInput.CallOff(calls[1]));
        Replied(2, ReplyStatus.Cancelled);
        Begin(3);
        Assert.That(_story.SentOrdered, Is.Empty);

        Assert.That(Replied(1, ReplyStatus.Ok), Is.EqualTo(new[] { (1L, Outcome.Done), (2, Outcome.CalledOff), (3, Outcome.NotApplied) }));
        Assert.That(_story.SentOrdered, Is.Empty);

        Begin(4);
        Assert.That(_story.SentOrdered.Select(static sent => (sent.Request.Sequence.Number, sent.Request.Previous.Number, sent.Request.AcknowledgedBelow.Number)), Is.EqualTo(new[] { (4L, 0L, 3L) }));
    }

    [Test]
    public void What_is_issued_before_its_user_hears_of_a_failure_fails_with_it_also_when_it_begins_later()
    {
        OrderedCall call = Begin(1)[0];
        OrderedCall late = new(_line, Command(2), timeout: null) { Heard = _heard };
        _story.Step(ClientInput.CallOff(call));
        Assert.That(Replied(1, ReplyStatus.Cancelled), Is.EqualTo(new[] { (1L, Outcome.CalledOff) }));

        _story.Step(ClientInput.Begin(late));

        Assert.That(_story.Completed.Select(static completion => (completion.Outcome, completion.Name.Sequence.Number)), Is.EqualTo(new[] { (Outcome.NotApplied, 1L) }));
        Assert.That(_story.SentOrdered, Is.Empty);
        Begin(3);
        Assert.That(_story.SentOrdered.Select(static sent => (sent.Request.Sequence.Number, sent.Request.Previous.Number)), Is.EqualTo(new[] { (3L, 0L) }));
    }

    [Test]
    public void One_too_many_fails_in_its_turn_and_with_it_what_is_issued_until_then()
    {
        CoreStory story = new CoreStory(new ClientCoreOptions { Seed = 7, Waiting = 2 }).Begin();
        OrderedCall[] calls = Issue(1, 2, 3, 4);
        story.Step([.. calls.Select(static call => ClientInput.Begin(call))]);
        Assert.That(story.Completed.Select(static completion => completion.Call), Is.EqualTo(new[] { calls[3] }), "what is kept is bounded");

        story.Replied(Reply(1, ReplyStatus.Ok));
        OrderedCall early = Issue(5)[0];
        story.Replied(Reply(2, ReplyStatus.Ok));
        Assert.That(story.Completed.Select(static completion => (completion.Outcome, completion.Name.Sequence.Number)), Is.EqualTo(new[] { (Outcome.Done, 2L), (Outcome.NotApplied, 3) }));
        story.Step(ClientInput.Begin(early));
        Assert.That(story.SentOrdered, Is.Empty, "its user had not heard of it");

        _heard = new SequenceNumber(3);
        story.Step(ClientInput.Begin(Issue(6)[0]));
        Assert.That(story.SentOrdered.Single().HasPredecessor, Is.False);
    }

    [Test]
    public void Without_an_answer_to_a_cancellation_the_outcome_is_unknown_and_the_session_is_over()
    {
        Begin([1, 2], timeout: 1_000);
        _story.Later(1_010).Step();
        Assert.That(_story.Completed, Is.Empty);

        _story.Later(5_100).Step();

        Assert.That(_story.Completed.Select(static completion => completion.Outcome), Is.EqualTo(new[] { Outcome.Unknown, Outcome.Unknown }));
        Begin(3);
        Assert.That(_story.Completed.Single().Outcome, Is.EqualTo(Outcome.NotApplied));
    }

    [Test]
    public void What_expired_before_it_could_run_has_failed()
    {
        Begin(1, 2);

        Assert.That(Replied(1, ReplyStatus.Expired), Is.EqualTo(new[] { (1L, Outcome.NotApplied), (2, Outcome.NotApplied) }));
    }

    /// <summary>The one behind it has failed first: whether the first one runs is still to be found out, and is told.</summary>
    [TestCase(ReplyStatus.Cancelled, Outcome.CalledOff)]
    [TestCase(ReplyStatus.Ok, Outcome.Done)]
    public void A_cancellation_under_way_outlasts_the_failure_of_one_behind_it(ReplyStatus becameOfTheFirst, Outcome outcome)
    {
        OrderedCall[] calls = Begin(1, 2, 3);
        _story.Step(ClientInput.CallOff(calls[0]));
        Assert.That(Replied(2, ReplyStatus.Expired), Is.Empty);

        Assert.That(Replied(1, becameOfTheFirst), Is.EqualTo(new[] { (1L, outcome), (2, Outcome.NotApplied), (3, Outcome.NotApplied) }));
        Assert.That(_story.Core.IsIdle, Is.True);
    }

    [Test]
    public void Nothing_that_was_never_sent_has_to_be_cancelled()
    {
        CoreStory alone = new();
        alone.Step();
        OrderedCall call = new(_line, Command(1), timeout: 50);
        alone.Step(ClientInput.Begin(call)).Later(60).Step();

        Assert.That(alone.Completed.Select(static completion => completion.Outcome), Is.EqualTo(new[] { Outcome.NotTaken }));
    }

    [Test]
    public void Behind_a_failure_the_numbers_go_on_in_a_session_of_their_own()
    {
        OrderedCall[] calls = Begin(1, 2);
        SessionId first = _line.Session;
        _story.Step(ClientInput.CallOff(calls[0]));
        Replied(1, ReplyStatus.Cancelled);

        Begin(3);

        OrderedRequest sent = _story.SentOrdered.Single();
        Assert.That((sent.Request.Sequence.Number, sent.Request.Previous.Number), Is.EqualTo((3L, 0L)));
        Assert.That(sent.Request.Session, Is.EqualTo(_line.Session).And.Not.EqualTo(first));
        Assert.That(Replied(3, ReplyStatus.Ok), Is.EqualTo(new[] { (3L, Outcome.Done) }));
    }

    private static byte[] Command(int number) => KeyCommand.Append(Encoding.UTF8.GetBytes($"key{number % 3}"), "x"u8.ToArray()).Encode();

    private OrderedCall[] Begin(params int[] numbers) => Begin(numbers, timeout: null);

    private OrderedCall[] Begin(int[] numbers, long? timeout)
    {
        OrderedCall[] calls = Issue(numbers, timeout);
        _story.Step([.. calls.Select(static call => ClientInput.Begin(call))]);
        return calls;
    }

    private OrderedCall[] Issue(params int[] numbers) => Issue(numbers, timeout: null);

    private OrderedCall[] Issue(int[] numbers, long? timeout) => [.. numbers.Select(number => new OrderedCall(_line, Command(number), timeout) { Heard = _heard })];

    private ClientReply Reply(long number, ReplyStatus status) =>
        new(_line.Session, new SequenceNumber(number), status, View.First, status == ReplyStatus.Ok ? KeyResult.Encode(KeyOutcome.Done, []) : Array.Empty<byte>());

    private (long Number, Outcome Outcome)[] Replied(long number, ReplyStatus status)
    {
        _story.Replied(Reply(number, status));
        foreach (Completion failed in _story.Completed.Where(static completion => completion.Outcome is Outcome.NotApplied or Outcome.CalledOff))
            _heard = failed.Name.Sequence;
        return [.. _story.Completed.Select(static completion => (((OrderedCall)completion.Call).Sequence.Number, completion.Outcome))];
    }
}
