using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What a request is checked for before it runs: where each check begins to refuse, which comes first, and that a refusal leaves no trace (rule 9).</summary>
public sealed class SessionChecksTests
{
    private const long Now = 5_000_000;
    private const long LongestLife = 15 * 60 * 1000;
    private const int MebiByte = 1024 * 1024;
    private const ulong RanHash = 77;
    private const ulong OtherHash = 78;

    private static readonly SessionId _known = new(1);
    private static readonly SessionId _new = new(2);

    [TestCase(-1, nameof(SessionVerdict.Expired))]
    [TestCase(0, nameof(SessionVerdict.Run))]
    [TestCase(1, nameof(SessionVerdict.Run))]
    [TestCase(LongestLife - 1, nameof(SessionVerdict.Run))]
    [TestCase(LongestLife, nameof(SessionVerdict.Run))]
    [TestCase(LongestLife + 1, nameof(SessionVerdict.TooFarAhead))]
    [TestCase(long.MaxValue - Now, nameof(SessionVerdict.TooFarAhead))]
    [TestCase(long.MinValue + Now, nameof(SessionVerdict.Expired))]
    public void An_expiry_may_be_from_log_time_to_fifteen_minutes_ahead(long ahead, string verdict)
    {
        Assert.That(Judge(Table(), Command(_known, 6, expiry: Now + ahead)), Is.EqualTo(verdict));
        Assert.That(Judge(Table(), Command(_new, 1, expiry: Now + ahead)), Is.EqualTo(verdict));
    }

    [TestCase(4, 0, nameof(SessionVerdict.Stale))]
    [TestCase(5, 0, nameof(SessionVerdict.AlreadyRan))]
    [TestCase(6, 0, nameof(SessionVerdict.Run))]
    [TestCase(6, 5, nameof(SessionVerdict.Run))]
    [TestCase(6, 6, nameof(SessionVerdict.Run))]
    [TestCase(6, 7, nameof(SessionVerdict.Stale))]
    [TestCase(0, 0, nameof(SessionVerdict.Stale))]
    [TestCase(-1, 0, nameof(SessionVerdict.Stale))]
    public void A_number_below_the_mark_of_its_session_or_of_its_copy_never_runs(long sequence, long acknowledgedBelow, string verdict) =>
        Assert.That(Judge(Table(), Command(_known, sequence, acknowledgedBelow: acknowledgedBelow)), Is.EqualTo(verdict));

    [TestCase(0, 0, nameof(SessionVerdict.Stale))]
    [TestCase(1, 0, nameof(SessionVerdict.Run))]
    [TestCase(2, 3, nameof(SessionVerdict.Stale))]
    [TestCase(3, 3, nameof(SessionVerdict.Run))]
    public void A_new_session_has_the_mark_of_the_copy_from_the_start(long sequence, long acknowledgedBelow, string verdict) =>
        Assert.That(Judge(Table(), Command(_new, sequence, acknowledgedBelow: acknowledgedBelow)), Is.EqualTo(verdict));

    [TestCase(8, 0, nameof(SessionVerdict.Run))]
    [TestCase(9, 0, nameof(SessionVerdict.WindowFull))]
    [TestCase(10, 0, nameof(SessionVerdict.WindowFull))]
    [TestCase(9, 6, nameof(SessionVerdict.Run))]
    [TestCase(10, 6, nameof(SessionVerdict.WindowFull))]
    [TestCase(long.MaxValue, 0, nameof(SessionVerdict.WindowFull))]
    public void A_window_of_four_ends_three_numbers_above_the_mark(long sequence, long acknowledgedBelow, string verdict) =>
        Assert.That(Judge(Table(), Command(_known, sequence, acknowledgedBelow: acknowledgedBelow)), Is.EqualTo(verdict));

    [TestCase(4, nameof(SessionVerdict.Run))]
    [TestCase(5, nameof(SessionVerdict.WindowFull))]
    public void The_window_of_a_new_session_begins_at_one(long sequence, string verdict) =>
        Assert.That(Judge(Table(), Command(_new, sequence)), Is.EqualTo(verdict));

    [TestCase(0, nameof(SessionVerdict.Run))]
    [TestCase(4, nameof(SessionVerdict.Run))]
    [TestCase(5, nameof(SessionVerdict.Run))]
    [TestCase(6, nameof(SessionVerdict.OutOfOrder))]
    [TestCase(7, nameof(SessionVerdict.Run))]
    [TestCase(8, nameof(SessionVerdict.OutOfOrder))]
    public void The_previous_request_ran_or_is_below_the_mark(long previous, string verdict) =>
        Assert.That(Judge(Table(), Command(_known, 8, previous)), Is.EqualTo(verdict));

    [TestCase(MebiByte - 1, nameof(SessionVerdict.Run))]
    [TestCase(MebiByte, nameof(SessionVerdict.Run))]
    [TestCase(MebiByte + 1, nameof(SessionVerdict.WindowFull))]
    public void Results_of_a_mebibyte_are_kept_before_a_request_waits_for_their_acknowledgement(int bytes, string verdict)
    {
        SessionTable table = Table(resultBytes: bytes);

        Assert.That(Judge(table, Command(_known, 6)), Is.EqualTo(verdict));
        Assert.That(Judge(table, Command(_known, 6, acknowledgedBelow: 6)), Is.EqualTo(nameof(SessionVerdict.Run)), "the large one is acknowledged");
        Assert.That(Judge(table, Command(_new, 1)), Is.EqualTo(nameof(SessionVerdict.Run)), "others have their own");
    }

    [TestCase(2, nameof(SessionVerdict.Run))]
    [TestCase(1, nameof(SessionVerdict.TableFull))]
    public void A_table_that_is_full_refuses_new_sessions_and_serves_the_old(int maximum, string verdict)
    {
        SessionTable table = Table(maximum);

        Assert.That(Judge(table, Command(_new, 1)), Is.EqualTo(verdict));
        Assert.That(Judge(table, Command(_known, 6)), Is.EqualTo(nameof(SessionVerdict.Run)));
    }

    [TestCase(1, nameof(SessionVerdict.Run))]
    [TestCase(0, nameof(SessionVerdict.Run))]
    [TestCase(-1, nameof(SessionVerdict.TableFull))]
    public void A_table_with_too_many_bytes_runs_nothing_and_answers_what_ran(int more, string verdict)
    {
        SessionTable table = Table(allBytes: Table().Bytes + more);

        Assert.That(Judge(table, Command(_new, 1)), Is.EqualTo(verdict));
        Assert.That(Judge(table, Command(_known, 6)), Is.EqualTo(verdict));
        Assert.That(Judge(table, Command(_known, 5)), Is.EqualTo(nameof(SessionVerdict.AlreadyRan)));
    }

    [Test]
    public void The_first_check_that_refuses_is_the_answer()
    {
        SessionTable full = Table(maximum: 1);
        (SessionVerdict Verdict, EntryCommand Command, ulong Hash)[] cases =
        [
            // Each has everything wrong that is checked later: previous 6 has not run, 60 is above the window.
            (SessionVerdict.AlreadyRan, Command(_known, 5, previous: 6, acknowledgedBelow: 50, expiry: Now - 1), RanHash),
            (SessionVerdict.DifferentCommand, Command(_known, 5, previous: 6, acknowledgedBelow: 50, expiry: Now - 1), OtherHash),
            (SessionVerdict.Stale, Command(_known, 4, previous: 6, expiry: Now - 1), OtherHash),
            (SessionVerdict.Stale, Command(_known, 60, previous: 62, acknowledgedBelow: 61, expiry: Now - 1), OtherHash),
            (SessionVerdict.Stale, Command(_new, 60, previous: 62, acknowledgedBelow: 61, expiry: long.MaxValue), OtherHash),
            (SessionVerdict.Expired, Command(_known, 60, previous: 6, expiry: Now - 1), OtherHash),
            (SessionVerdict.Expired, Command(_new, 60, previous: 6, expiry: Now - 1), OtherHash),
            (SessionVerdict.TooFarAhead, Command(_known, 60, previous: 6, expiry: Now + LongestLife + 1), OtherHash),
            (SessionVerdict.OutOfOrder, Command(_known, 60, previous: 6), OtherHash),
            (SessionVerdict.OutOfOrder, Command(_new, 60, previous: 6), OtherHash),
            (SessionVerdict.WindowFull, Command(_new, 60), OtherHash),
            (SessionVerdict.TableFull, Command(_new, 1), OtherHash),
        ];

        foreach ((SessionVerdict verdict, EntryCommand command, ulong hash) in cases)
            Assert.That(Judge(full, command, hash), Is.EqualTo(verdict.ToString()), $"{command}");
    }

    [Test]
    public void A_duplicate_that_acknowledges_its_own_result_gets_it_once_more()
    {
        ExecutedLog log = LogWithTwoSessions();

        Assert.That(Number(log.Execute(Send(_known, 5, previous: 0, acknowledgedBelow: 6))), Is.EqualTo(1));
        Assert.That(log.Execute(Send(_known, 5, previous: 0)).Status, Is.EqualTo(ReplyStatus.Stale));
    }

    [TestCaseSource(nameof(Refused))]
    public void A_refusal_says_why_and_leaves_no_trace(ClientRequest request, ReplyStatus status, string reason)
    {
        ExecutedLog log = LogWithTwoSessions();
        string before = Describe(log);

        ClientReply reply = log.Execute(request);

        Assert.That((reply.Status, Encoding.UTF8.GetString(reply.Payload.Span)), Is.EqualTo((status, reason)));
        Assert.That(Describe(log), Is.EqualTo(before));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Refusal(Send(SessionId.None, 1), ReplyStatus.Malformed, "a change needs a session");
        yield return Refusal(Send(_known, 5, "other", acknowledgedBelow: 5), ReplyStatus.DifferentCommand, "the number was executed with other bytes");
        yield return Refusal(Send(_known, 5, "other", acknowledgedBelow: 6), ReplyStatus.DifferentCommand, "the number was executed with other bytes");
        yield return Refusal(Send(_known, 4), ReplyStatus.Stale, "the number is below the acknowledged mark");
        yield return Refusal(Send(_known, 6, acknowledgedBelow: 7), ReplyStatus.Stale, "the number is below the acknowledged mark");
        yield return Refusal(Send(_new, 2, acknowledgedBelow: 3), ReplyStatus.Stale, "the number is below the acknowledged mark");
        yield return Refusal(Send(_known, 6, acknowledgedBelow: 6, expiry: 999), ReplyStatus.Expired, "the request's expiry is over");
        yield return Refusal(
            Send(_known, 6, acknowledgedBelow: 6, expiry: long.MaxValue), ReplyStatus.Malformed, "the request's expiry is more than 15 minutes ahead");
        yield return Refusal(
            Send(_known, 8, previous: 6, acknowledgedBelow: 6),
            ReplyStatus.OutOfOrder,
            "the session's previous request on this arc was not executed before this one");
        yield return Refusal(
            Send(_known, 12, previous: 0, acknowledgedBelow: 6), ReplyStatus.Busy, "the session has too many unacknowledged requests");
        yield return Refusal(Send(new SessionId(3), 1), ReplyStatus.Busy, "the group keeps the results of too many requests; they expire");
    }

    private static TestCaseData Refusal(ClientRequest request, ReplyStatus status, string reason) =>
        new TestCaseData(request, status, reason).SetArgDisplayNames($"{status} {request.Session.Number} {request.Sequence} {request.AcknowledgedBelow}");

    private static string Judge(SessionTable table, EntryCommand command, ulong hash = RanHash) => table.Judge(in command, hash, Now, out _, out _).ToString();

    private static EntryCommand Command(SessionId session, long sequence, long previous = 0, long acknowledgedBelow = 0, long expiry = Now) =>
        new(session, new SequenceNumber(sequence), new SequenceNumber(previous), new SequenceNumber(acknowledgedBelow), expiry, default);

    // One session, with a window of four from its mark 5 on, in which 5 and 7 ran.
    private static SessionTable Table(int maximum = 10, long allBytes = SessionTable.AllBytes, int resultBytes = 8)
    {
        SessionTable table = new(maximum, window: 4, allBytes);
        Session session = table.Add(_known, Now);
        session.Acknowledge(5);
        session.Store(5, RanHash, Arc.Of("k"u8), Now, new CommandResult(ReplyStatus.Ok, new byte[resultBytes]));
        session.Store(7, RanHash, Arc.Of("k"u8), Now, new CommandResult(ReplyStatus.Ok, []));
        return table;
    }

    // The same in a log; a second session fills the table.
    private static ExecutedLog LogWithTwoSessions()
    {
        ExecutedLog log = new(sessions: 2, window: 4);
        log.ExecuteAll(Send(_known, 5, previous: 0, acknowledgedBelow: 5), Send(_known, 7, previous: 5), Send(_new, 1));
        Assert.That(log.History("lobby").Last, Is.EqualTo(3));
        return log;
    }

    // All that later slots depend on, apart from the slot and its log time.
    private static string Describe(ExecutedLog log)
    {
        SessionTable table = log.State.Sessions;
        IEnumerable<string> sessions = new[] { _known, _new, new SessionId(3) }.Select(id => table.Find(id) is { } session
            ? $"{id} {session.AcknowledgedBelow} {session.Highest} {session.HighestExpiry} {session.DueAt} {session.Digest} {session.Results} {session.Bytes}"
            : $"{id} none");
        return $"{table.Count} {table.Bytes} {log.State.Machine.Hash} {string.Join(", ", sessions)}";
    }
}
