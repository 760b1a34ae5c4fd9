using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Sessions end by their expiry and by nothing else (rule 9; schedules 20, 54, 55 and 61).</summary>
public sealed class SessionExpiryTests
{
    private static readonly SessionId _session = new(1);

    private ExecutedLog _log = null!;

    [SetUp]
    public void StartAnEmptyLog() => _log = new ExecutedLog();

    [TestCase(4999, true)]
    [TestCase(5000, true)]
    [TestCase(5001, false)]
    public void A_session_is_dropped_when_log_time_is_above_its_highest_expiry_and_not_at_it(long logTime, bool isThere)
    {
        _log.Execute(Send(_session, 1, expiry: 5000));

        _log.Advance(logTime);

        Assert.That(_log.State.Sessions.Find(_session), isThere ? Is.Not.Null : Is.Null);
    }

    [TestCase(8000, 5000)]
    [TestCase(5000, 8000)]
    public void The_highest_expiry_of_all_its_requests_counts_and_not_the_last(long first, long second)
    {
        _log.Execute(Send(_session, 1, expiry: first));
        _log.Execute(Send(_session, 2, expiry: second));

        _log.Advance(8000);
        Assert.That(_log.State.Sessions.Find(_session)!.HighestExpiry, Is.EqualTo(8000));
        _log.Advance(8001);

        Assert.That(_log.State.Sessions.Find(_session), Is.Null);
    }

    [Test]
    public void A_session_that_goes_on_is_looked_at_again_each_time_its_last_expiry_was_over()
    {
        for (int sequence = 1; sequence <= 50; sequence++)
        {
            _log.Advance(sequence * 1000);
            Assert.That(_log.Execute(Send(_session, sequence, acknowledgedBelow: sequence, expiry: (sequence * 1000) + 1500)).Status, Is.EqualTo(ReplyStatus.Ok));
        }

        _log.Advance(51_500);
        Assert.That(_log.State.Sessions.Find(_session), Is.Not.Null);
        _log.Advance(51_501);
        Assert.That(_log.State.Sessions.Find(_session), Is.Null);
    }

    [Test]
    public void A_copy_of_an_executed_request_of_a_dropped_session_is_expired_and_does_not_run_again()
    {
        // Schedule 20.
        ClientRequest request = Send(_session, 5, previous: 0, expiry: 5000);
        _log.Execute(request);

        _log.Advance(5001);

        Assert.That(_log.State.AnswerFromStore(request)!.Value.Status, Is.EqualTo(ReplyStatus.Expired));
        Assert.That(_log.Execute(request).Status, Is.EqualTo(ReplyStatus.Expired));
        Assert.That(_log.History("lobby").Last, Is.EqualTo(1));
        Assert.That(_log.State.Sessions.Count, Is.Zero, "nothing is remembered of it");
    }

    [Test]
    public void A_copy_in_the_very_slot_that_drops_its_session_is_expired()
    {
        ClientRequest request = Send(_session, 1, expiry: 5000);
        _log.Execute(request);

        Assert.That(_log.Execute(EntryOf(5001, request))[0].Status, Is.EqualTo(ReplyStatus.Expired));
    }

    [Test]
    public void An_expired_copy_of_a_request_whose_session_lives_still_gets_the_stored_result()
    {
        ClientRequest request = Send(_session, 1, expiry: 5000);
        _log.Execute(request);
        _log.Execute(Send(_session, 2, expiry: 9000));

        _log.Advance(6000);

        Assert.That(Number(_log.Execute(request)), Is.EqualTo(1));
        Assert.That(Number(_log.State.AnswerFromStore(request)!.Value), Is.EqualTo(1));
    }

    [Test]
    public void A_request_that_was_given_up_never_runs_behind_the_mark_of_a_dropped_session()
    {
        // Schedule 61: the expiry of a later number is never below that of an earlier one, so both are over when the mark is gone.
        ClientRequest givenUp = Send(_session, 1, expiry: 5000);
        _log.Execute(Send(_session, 2, previous: 0, acknowledgedBelow: 2, expiry: 5000));
        Assert.That(_log.Execute(givenUp).Status, Is.EqualTo(ReplyStatus.Stale));

        _log.Advance(5001);

        Assert.That(_log.Execute(givenUp).Status, Is.EqualTo(ReplyStatus.Expired));
        Assert.That(_log.History("lobby").Last, Is.EqualTo(1));
    }

    [Test]
    public void A_client_that_comes_back_after_its_session_was_dropped_goes_on_by_its_mark()
    {
        // Schedule 55: what 3 names was dropped with the session; the mark that the copy carries is above it.
        _log.ExecuteAll(Send(_session, 1, expiry: 5000), Send(_session, 2, expiry: 5000));
        _log.Advance(5001);

        Assert.That(_log.Execute(Send(_session, 3, previous: 2)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.Execute(Send(_session, 3, previous: 2, acknowledgedBelow: 3)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_log.State.Sessions.Find(_session)!.AcknowledgedBelow, Is.EqualTo(3), "a new session with a mark from the start");
        Assert.That(_log.Execute(Send(_session, 2)).Status, Is.EqualTo(ReplyStatus.Stale));
    }

    [Test]
    public void A_duplicate_does_not_raise_the_highest_expiry_whatever_it_says_itself()
    {
        _log.Execute(Send(_session, 1, expiry: 5000));

        Assert.That(Number(_log.Execute(Send(_session, 1, expiry: 9000))), Is.EqualTo(1));
        Assert.That(_log.State.Sessions.Find(_session)!.HighestExpiry, Is.EqualTo(5000));
        _log.Advance(5001);

        Assert.That(_log.State.Sessions.Find(_session), Is.Null);
    }

    [Test]
    public void A_refused_request_does_not_raise_the_highest_expiry()
    {
        _log.Execute(Send(_session, 1, expiry: 5000));

        _log.Execute(Send(_session, 1, "other", expiry: 9000));
        _log.Execute(Send(_session, 4, expiry: 9000));
        _log.Execute(Send(_session, 99, previous: 0, expiry: 9000));

        Assert.That(_log.State.Sessions.Find(_session)!.HighestExpiry, Is.EqualTo(5000));
    }

    [Test]
    public void A_full_table_refuses_new_sessions_serves_the_old_and_takes_new_ones_when_old_ones_expired()
    {
        // Schedule 54.
        _log = new ExecutedLog(sessions: 3);
        for (uint number = 1; number <= 3; number++)
            _log.Execute(Send(new SessionId(number), 1, expiry: 1000 * (4 + number)));

        for (int time = 0; time < 3; time++)
            Assert.That(_log.Execute(Send(new SessionId(9), 1)).Status, Is.EqualTo(ReplyStatus.Busy));
        for (uint number = 1; number <= 3; number++)
        {
            Assert.That(_log.Execute(Send(new SessionId(number), 1, expiry: 1000 * (4 + number))).Status, Is.EqualTo(ReplyStatus.Ok), "its result is kept");
            Assert.That(_log.Execute(Send(new SessionId(number), 2, expiry: 1000 * (4 + number))).Status, Is.EqualTo(ReplyStatus.Ok), "its window goes on");
        }

        _log.Advance(5001);
        Assert.That(_log.Execute(Send(new SessionId(9), 1)).Status, Is.EqualTo(ReplyStatus.Ok), "busy is not final (schedule 21)");
        Assert.That(_log.Execute(Send(new SessionId(10), 1)).Status, Is.EqualTo(ReplyStatus.Busy));
        Assert.That(_log.History("lobby").Last, Is.EqualTo(7));
    }

    [Test]
    public void A_hundred_thousand_sessions_that_are_due_at_once_are_dropped_over_many_slots_and_never_more_than_the_limit_in_one()
    {
        const int count = 100_000;
        _log = new ExecutedLog(sessions: count);
        for (int first = 0; first < count; first += 4000)
            _log.Execute(EntryOf(1000, [.. Enumerable.Range(first + 1, 4000).Select(number => Send(new SessionId((uint)number), 1, expiry: 5000))]));
        Assert.That(_log.State.Sessions.Count, Is.EqualTo(count));

        int slots = 0;
        for (int left = count; left > 0; slots++)
        {
            // Every other slot has commands: each of them pays for two looks more.
            int commands = slots % 2 == 0 ? 0 : 10;
            _log.Execute(EntryOf(5001, [.. Enumerable.Range(1, commands).Select(number => Send(new SessionId((uint)number), 1, expiry: 5000))]));
            int expected = Math.Min(left, SessionTable.LooksPerSlot + (2 * commands));
            Assert.That(left - _log.State.Sessions.Count, Is.EqualTo(expected));
            left = _log.State.Sessions.Count;
        }

        Assert.That(slots, Is.InRange(count / SessionTable.LooksPerSlot / 2, (count / SessionTable.LooksPerSlot) + 1));
        Assert.That(_log.History("lobby").Last, Is.EqualTo(count), "no copy ran again while its session waited to be dropped");
    }

    [Test]
    public void A_session_that_is_due_and_not_dropped_yet_answers_as_before()
    {
        // More are due than are looked at in one slot; those with the highest numbers are last.
        const int count = 5000;
        _log = new ExecutedLog(sessions: count);
        _log.Execute(EntryOf(1000, [.. Enumerable.Range(1, 4000).Select(number => Send(new SessionId((uint)number), 1, expiry: 5000))]));
        _log.Execute(EntryOf(1000, [.. Enumerable.Range(4001, 1000).Select(number => Send(new SessionId((uint)number), 1, expiry: 5000))]));
        SessionId last = new(count);

        List<ClientReply> replies = _log.Execute(EntryOf(5001, Send(last, 1, expiry: 5000), Send(last, 2, expiry: 5000), Send(last, 3, previous: 0, expiry: 9000)));

        Assert.That(replies.ConvertAll(reply => reply.Status), Is.EqualTo(new[] { ReplyStatus.Ok, ReplyStatus.Expired, ReplyStatus.Ok }));
        for (int slot = 0; slot < 3; slot++)
            _log.Advance(5001);
        Assert.That(_log.State.Sessions.Find(last), Is.Not.Null, "its third request keeps it");
        Assert.That(_log.State.Sessions.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_look_at_a_session_that_stays_is_a_look_too()
    {
        SessionTable table = new(maximum: 10, window: 16);
        Session prolonged = table.Add(new SessionId(1), 5000);
        Store(prolonged, expiry: 8000);
        Session ended = table.Add(new SessionId(2), 5000);
        Store(ended, expiry: 5000);

        Assert.That(table.TryLook(5000, out _), Is.False, "nothing is due at its expiry");
        Assert.That(table.TryLook(5001, out Session? dropped), Is.True);
        Assert.That(dropped, Is.Null, "the one with the lower number comes first, and stays");
        Assert.That(table.TryLook(5001, out dropped), Is.True);
        Assert.That(dropped, Is.SameAs(ended));
        Assert.That(table.TryLook(8000, out _), Is.False);
        Assert.That(table.TryLook(8001, out dropped), Is.True);
        Assert.That(dropped, Is.SameAs(prolonged));
        Assert.That(table.Count, Is.Zero);
        Assert.That(table.TryLook(long.MaxValue, out _), Is.False);
    }

    [Test]
    public void Space_for_all_sessions_is_reserved_while_there_are_few_of_them()
    {
        const uint count = 50_000;
        SessionTable table = new((int)count, window: 16);
        for (uint number = 1; number <= SessionTable.ReservedAt; number++)
            table.Add(new SessionId(number), 5000);
        Assert.That(table.Capacity, Is.LessThan(4 * SessionTable.ReservedAt), "a group of few clients takes little");

        table.Add(new SessionId((uint)SessionTable.ReservedAt + 1), 5000);
        int reserved = table.Capacity;
        for (uint number = SessionTable.ReservedAt + 2; number <= count; number++)
            table.Add(new SessionId(number), 5000);

        Assert.That(reserved, Is.GreaterThanOrEqualTo((int)count));
        Assert.That(table.Capacity, Is.EqualTo(reserved), "nothing was copied since");
    }

    [Test]
    public void What_all_sessions_take_is_counted_and_falls_to_nothing_with_the_last()
    {
        for (uint number = 1; number <= 20; number++)
            _log.ExecuteAll(Send(new SessionId(number), 1, expiry: 5000), Send(new SessionId(number), 2, "", acknowledgedBelow: number % 3, expiry: 5000));
        SessionTable table = _log.State.Sessions;

        Assert.That(table.Bytes, Is.EqualTo(Enumerable.Range(1, 20).Sum(number => table.Find(new SessionId((uint)number))!.Bytes)));
        _log.Advance(5001);

        Assert.That((table.Count, table.Bytes), Is.EqualTo((0, 0L)));
    }

    private static void Store(Session session, long expiry) =>
        session.Store(session.Highest + 1, commandHash: 0, Arc.Of("k"u8), expiry, new CommandResult(ReplyStatus.Ok, []));
}
