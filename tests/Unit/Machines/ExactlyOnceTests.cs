using NUnit.Framework;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Rule 9, sentence by sentence, and the schedules about sessions.</summary>
public sealed class ExactlyOnceTests
{
    private static readonly SessionId _session = new(1);

    private ExecutedLog _log = null!;

    [SetUp]
    public void StartAnEmptyLog() => _log = new ExecutedLog();

    [Test]
    public void A_session_needs_no_opening_and_is_there_from_its_first_request_that_runs()
    {
        Assert.That(_log.State.Sessions.Count, Is.Zero);

        Assert.That(_log.Execute(Send(_session, 2)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.State.Sessions.Count, Is.Zero, "nothing ran in it");
        Assert.That(Number(_log.Execute(Send(_session, 1))), Is.EqualTo(1));
        Assert.That(_log.State.Sessions.Count, Is.EqualTo(1));
    }

    [Test]
    public void Sessions_that_differ_in_one_bit_of_128_have_nothing_in_common([Values(0, 63, 64, 127)] int bit)
    {
        SessionId one = new(new UInt128(0xAAAAAAAAAAAAAAAA, 0x5555555555555555));
        SessionId other = new(one.Number ^ (UInt128.One << bit));

        _log.Execute(Send(one, 1));

        Assert.That(_log.State.AnswerFromStore(Send(other, 1)), Is.Null);
        Assert.That(Number(_log.Execute(Send(other, 1))), Is.EqualTo(2));
        Assert.That(Number(_log.Execute(Send(one, 1))), Is.EqualTo(1));
    }

    [Test]
    public void A_change_without_a_session_is_malformed_and_leaves_nothing()
    {
        ClientRequest request = Send(SessionId.None, 1, expiry: 0);

        Assert.That(_log.Execute(request).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.State.AnswerFromStore(request)?.Status, Is.EqualTo(ReplyStatus.Malformed).Or.Null, "it lacks a session and has not expired");
        Assert.That(_log.State.Sessions.Count, Is.Zero);
        Assert.That(_log.History("lobby").Last, Is.Zero);
    }

    [Test]
    public void A_duplicate_gets_the_stored_result_byte_for_byte()
    {
        ClientReply first = _log.Execute(Send(_session, 1));
        _log.Execute(Send(new SessionId(2), 1));

        ClientReply again = _log.Execute(Send(_session, 1));

        Assert.That(again.Status, Is.EqualTo(first.Status));
        Assert.That(again.Payload.ToArray(), Is.EqualTo(first.Payload.ToArray()));
        Assert.That(_log.History("lobby").Last, Is.EqualTo(2));
    }

    [Test]
    public void The_same_request_twice_in_one_entry_runs_once()
    {
        List<ClientReply> replies = _log.ExecuteAll(Send(_session, 1), Send(_session, 1));

        Assert.That(Numbers(replies), Is.EqualTo("1 1"));
        Assert.That(_log.Texts("lobby"), Is.EqualTo("hello"));
    }

    [Test]
    public void A_window_remembers_what_is_missing_in_its_middle()
    {
        _log.Execute(Send(_session, 1, "one"));
        _log.Execute(Send(_session, 3, "three", previous: 1));

        ClientReply missing = _log.Execute(Send(_session, 2, "two", previous: 1));

        Assert.That(Number(missing), Is.EqualTo(3));
        Assert.That(_log.Texts("lobby"), Is.EqualTo("one three two"));
    }

    [Test]
    public void The_same_number_with_other_bytes_is_refused_and_the_result_stays()
    {
        _log.Execute(Send(_session, 1, "hello"));

        ClientReply other = _log.Execute(Send(_session, 1, "goodbye"));

        Assert.That(other.Status, Is.EqualTo(ReplyStatus.DifferentCommand));
        Assert.That(_log.Texts("lobby"), Is.EqualTo("hello"));
        Assert.That(Number(_log.Execute(Send(_session, 1, "hello"))), Is.EqualTo(1));
    }

    [Test]
    public void What_is_below_the_acknowledged_mark_never_runs()
    {
        _log.Execute(Send(_session, 1));
        _log.Execute(Send(_session, 2, acknowledgedBelow: 2));

        Assert.That(_log.Execute(Send(_session, 1)).Status, Is.EqualTo(ReplyStatus.Stale));
        Assert.That(_log.History("lobby").Last, Is.EqualTo(2));
    }

    [Test]
    public void A_number_that_was_skipped_and_passed_by_the_mark_never_runs()
    {
        _log.Execute(Send(_session, 6, previous: 0, acknowledgedBelow: 6));

        Assert.That(_log.Execute(Send(_session, 5, previous: 0)).Status, Is.EqualTo(ReplyStatus.Stale), "below the mark");
        Assert.That(_log.History("lobby").Last, Is.EqualTo(1));
    }

    [Test]
    public void The_mark_never_goes_back()
    {
        _log.Execute(Send(_session, 5, previous: 0, acknowledgedBelow: 5));
        _log.Execute(Send(_session, 6, acknowledgedBelow: 2));

        Assert.That(_log.Execute(Send(_session, 4, previous: 0)).Status, Is.EqualTo(ReplyStatus.Stale));
    }

    [Test]
    public void A_duplicate_raises_the_mark_too()
    {
        _log.ExecuteAll(Send(_session, 1), Send(_session, 2));
        _log.Execute(Send(_session, 2, acknowledgedBelow: 2));

        Assert.That(_log.Execute(Send(_session, 1)).Status, Is.EqualTo(ReplyStatus.Stale));
    }

    [Test]
    public void A_request_that_acknowledges_its_own_result_is_stale_and_acknowledges_nothing()
    {
        _log.Execute(Send(_session, 1));

        Assert.That(_log.Execute(Send(_session, 2, acknowledgedBelow: 3)).Status, Is.EqualTo(ReplyStatus.Stale));
        Assert.That(Number(_log.Execute(Send(_session, 1))), Is.EqualTo(1));
        Assert.That(Number(_log.Execute(Send(_session, 2))), Is.EqualTo(2));
    }

    [Test]
    public void A_request_whose_previous_one_did_not_run_is_out_of_order_and_both_run_when_sent_again_in_order()
    {
        // Schedule 22: of "hello" and "world", a view change keeps only the second.
        ClientReply world = _log.Execute(Send(_session, 2, "world"));
        Assert.That(world.Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.History("lobby").Last, Is.Zero);

        List<ClientReply> again = _log.ExecuteAll(Send(_session, 1, "hello"), Send(_session, 2, "world"));

        Assert.That(Numbers(again), Is.EqualTo("1 2"));
        Assert.That(_log.Texts("lobby"), Is.EqualTo("hello world"));
    }

    [Test]
    public void The_previous_request_may_be_any_number_that_ran_or_was_acknowledged()
    {
        _log.Execute(Send(_session, 3, previous: 0));

        Assert.That(_log.Execute(Send(_session, 7, previous: 3)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_log.Execute(Send(_session, 9, previous: 8)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.Execute(Send(_session, 9, previous: 8, acknowledgedBelow: 9)).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void A_rejected_request_may_be_named_as_previous_and_one_that_never_ran_once_the_mark_is_above_it()
    {
        // Schedule 55: a rejection is a result; what was given up is passed by the mark.
        Assert.That(_log.Execute(Send(_session, 1, "")).Status, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(_log.Execute(Send(_session, 2, previous: 1)).Status, Is.EqualTo(ReplyStatus.Ok));

        Assert.That(_log.Execute(Send(_session, 4, previous: 3)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.Execute(Send(_session, 4, previous: 3, acknowledgedBelow: 4)).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void A_request_that_names_itself_or_a_later_one_is_out_of_order()
    {
        Assert.That(_log.Execute(Send(_session, 1, previous: 1)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.Execute(Send(_session, 1, previous: 2)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.History("lobby").Last, Is.Zero);
    }

    [Test]
    public void A_refused_request_leaves_its_session_as_it_was()
    {
        _log.Execute(Send(_session, 1));
        ulong digest = _log.State.Sessions.Find(_session)!.Digest;

        _log.Execute(Send(_session, 3, acknowledgedBelow: 2));
        _log.Execute(Send(_session, 1, "other", acknowledgedBelow: 1));
        _log.Execute(Send(_session, 40, previous: 1));

        Assert.That(_log.State.Sessions.Find(_session)!.Digest, Is.EqualTo(digest));
        Assert.That(_log.State.Sessions.Find(_session)!.AcknowledgedBelow, Is.EqualTo(1));
        Assert.That(_log.State.Sessions.Find(_session)!.Highest, Is.EqualTo(1));
    }

    [Test]
    public void The_window_is_counted_from_the_mark_and_full_means_busy()
    {
        Assert.That(_log.Execute(Send(_session, 16, previous: 0)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_log.Execute(Send(_session, 17, previous: 0)).Status, Is.EqualTo(ReplyStatus.Busy));

        ClientReply afterwards = _log.Execute(Send(_session, 17, previous: 0, acknowledgedBelow: 2));

        Assert.That(Number(afterwards), Is.EqualTo(2), "busy is not final (schedule 21)");
    }

    [Test]
    public void Results_of_many_bytes_fill_the_window_until_they_are_acknowledged()
    {
        byte[] put = KeyCommand.Put("k"u8.ToArray(), new byte[600_000]).Encode();
        byte[] other = KeyCommand.CompareAndSet("k"u8.ToArray(), null, "v"u8.ToArray()).Encode();
        Assert.That(_log.Execute(Request(_session, 1, put)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_log.Execute(Request(_session, 2, other)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_log.Execute(Request(_session, 3, other)).Status, Is.EqualTo(ReplyStatus.Ok));

        Assert.That(_log.Execute(Request(_session, 4, other)).Status, Is.EqualTo(ReplyStatus.Busy), "two values of 600,000 bytes are kept");
        Assert.That(_log.Execute(Request(_session, 4, other, acknowledgedBelow: 2)).Status, Is.EqualTo(ReplyStatus.Busy));
        Assert.That(_log.Execute(Request(_session, 4, other, acknowledgedBelow: 3)).Status, Is.EqualTo(ReplyStatus.Ok), "busy is not final (schedule 21)");
        Assert.That(_log.State.Sessions.Find(_session)!.ResultBytes, Is.EqualTo(2 * (600_000 + KeyResult.HeaderSize)));
    }

    [Test]
    public void A_rejection_is_final_and_stored()
    {
        ClientReply rejected = _log.Execute(Send(_session, 1, text: ""));
        Assert.That(rejected.Status, Is.EqualTo(ReplyStatus.Rejected));

        Assert.That(_log.Execute(Send(_session, 2)).Status, Is.EqualTo(ReplyStatus.Ok), "its successor runs");
        ClientReply stored = _log.State.AnswerFromStore(Send(_session, 1, text: ""))!.Value;
        Assert.That(stored.Status, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(stored.Payload.ToArray(), Is.EqualTo(rejected.Payload.ToArray()));
        Assert.That(_log.Execute(Send(_session, 1, "hello")).Status, Is.EqualTo(ReplyStatus.DifferentCommand));
    }

    [Test]
    public void A_command_that_nobody_understands_is_malformed_and_its_successor_runs()
    {
        byte[] unknown = [0x7f, 1, 2, 3];

        Assert.That(_log.Execute(Request(_session, 1, unknown)).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.Execute(Request(_session, 1, unknown)).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.Execute(Send(_session, 2)).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void The_store_answers_only_what_stays_true()
    {
        _log.ExecuteAll(Send(_session, 1), Send(_session, 2, acknowledgedBelow: 2));

        Assert.That(Number(_log.State.AnswerFromStore(Send(_session, 2))!.Value), Is.EqualTo(2));
        Assert.That(_log.State.AnswerFromStore(Send(_session, 2, "other"))!.Value.Status, Is.EqualTo(ReplyStatus.DifferentCommand));
        Assert.That(_log.State.AnswerFromStore(Send(_session, 1))!.Value.Status, Is.EqualTo(ReplyStatus.Stale));
        Assert.That(_log.State.AnswerFromStore(Send(_session, 3)), Is.Null);
        Assert.That(_log.State.AnswerFromStore(Send(_session, 9)), Is.Null, "out of order now, perhaps not when it runs");
        Assert.That(_log.State.AnswerFromStore(Send(_session, 999, previous: 0)), Is.Null, "busy now, perhaps not when it runs");
        Assert.That(_log.State.AnswerFromStore(Send(new SessionId(2), 1)), Is.Null);
        long now = _log.State.LogTime;
        Assert.That(_log.State.AnswerFromStore(Send(_session, 3, expiry: now - 1))!.Value.Status, Is.EqualTo(ReplyStatus.Expired));
        Assert.That(_log.State.AnswerFromStore(Send(_session, 3, expiry: now)), Is.Null, "not expired yet, perhaps when it runs");
        Assert.That(_log.State.AnswerFromStore(Send(_session, 3, expiry: long.MaxValue)), Is.Null, "too far ahead now, perhaps not when it runs");
    }
}
