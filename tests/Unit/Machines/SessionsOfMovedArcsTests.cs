using System.Buffers;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What a session keeps of its requests goes with their arcs from one group to another (rule 9; schedule 54).</summary>
public sealed class SessionsOfMovedArcsTests
{
    private const long Expiry = 5000;
    private const int Window = 8;
    private static readonly Arc _moves = new(7);
    private static readonly Arc _stays = new(8);
    private static readonly SessionId _id = new(1);

    private SessionTable _source = null!;
    private SessionTable _destination = null!;

    [SetUp]
    public void StartWithoutSessions()
    {
        _source = new SessionTable(maximum: 4, Window);
        _destination = new SessionTable(maximum: 4, Window);
    }

    [Test]
    public void The_results_of_an_arc_leave_their_session_and_the_others_stay()
    {
        Run(_source, _id, 1, _moves);
        Run(_source, _id, 2, _stays);
        Run(_source, _id, 3, _moves, payload: 100);

        List<MovedRecord> taken = _source.Take(static arc => arc == _moves);

        Assert.That(taken.Select(static record => record.Stored.Sequence), Is.EqualTo((long[])[1, 3]));
        Session left = _source.Find(_id)!;
        Assert.That((left.Ran(1), left.Ran(2), left.Ran(3), left.Highest, left.ResultBytes), Is.EqualTo((false, true, false, 2, 8)));
        Assert.That(_source.Bytes, Is.EqualTo(left.Bytes));
    }

    [Test]
    public void A_session_from_which_everything_was_taken_goes_on_and_can_be_exported()
    {
        Run(_source, _id, 1, _moves);
        _source.Take(static arc => arc == _moves);

        SessionTable imported = Reimport(_source);

        Assert.That((imported.Count, imported.Bytes, imported.Find(_id)!.Highest), Is.EqualTo((1, _source.Bytes, 0)));
        Assert.That(Run(imported, _id, 2, _stays, previous: 0), Is.EqualTo(SessionVerdict.Run));
    }

    [Test]
    public void What_ran_before_the_move_is_answered_from_its_result_after_it()
    {
        Run(_source, _id, 7, _moves);

        MoveTo(_destination);

        Assert.That(Judge(_destination, _id, 7), Is.EqualTo(SessionVerdict.AlreadyRan));
        Assert.That(Judge(_destination, _id, 7, commandHash: 99), Is.EqualTo(SessionVerdict.DifferentCommand));

        // The next request of the arc names one that ran at the other group.
        Assert.That(Judge(_destination, _id, 8, previous: 7), Is.EqualTo(SessionVerdict.Run));
        Assert.That(Judge(_destination, _id, 8, previous: 6), Is.EqualTo(SessionVerdict.OutOfOrder));
    }

    [Test]
    public void The_mark_goes_along_so_that_no_late_copy_runs_whose_result_was_dropped()
    {
        // It was raised by a request on another arc.
        Run(_source, _id, 5, _moves);
        Run(_source, _id, 6, _stays, acknowledgedBelow: 6);

        MoveTo(_destination);

        Assert.That(Judge(_destination, _id, 5), Is.EqualTo(SessionVerdict.Stale));
    }

    [Test]
    public void The_larger_mark_counts_whichever_group_knows_it()
    {
        Run(_source, _id, 1, _moves);
        Run(_destination, _id, 3, _stays, acknowledgedBelow: 3);

        MoveTo(_destination);

        Session merged = _destination.Find(_id)!;
        Assert.That((merged.AcknowledgedBelow, merged.Ran(3), merged.Results), Is.EqualTo((3, true, 1)));
        Assert.That(_destination.Bytes, Is.EqualTo(merged.Bytes));
    }

    [TestCase(4999, 5000, true)]
    [TestCase(5000, 5000, true)]
    [TestCase(5001, 5000, false)]
    public void A_session_that_is_over_by_the_log_time_that_came_along_is_not_made(long logTime, long expiry, bool isThere)
    {
        // Without it no copy runs either, for each is expired.
        Run(_source, _id, 1, _moves, expiry: expiry);
        List<MovedRecord> taken = _source.Take(static arc => arc == _moves);

        _destination.Merge(_id, 1, expiry, logTime);
        taken.ForEach(record => _destination.Add(record));

        Assert.That(_destination.Find(_id) is not null, Is.EqualTo(isThere));
        Assert.That(Judge(_destination, _id, 1, logTime: logTime, expiry: expiry), Is.EqualTo(isThere ? SessionVerdict.AlreadyRan : SessionVerdict.Expired));
    }

    [Test]
    public void The_highest_expiry_goes_along_so_that_the_session_is_kept_for_as_long()
    {
        Run(_source, _id, 1, _moves, expiry: 9000);
        Run(_destination, _id, 2, _stays, expiry: 5000);

        MoveTo(_destination);

        Assert.That(_destination.TryLook(5001, out Session? dropped), Is.True);
        Assert.That(dropped, Is.Null);
        Assert.That(_destination.TryLook(9001, out dropped), Is.True);
        Assert.That(dropped?.Id, Is.EqualTo(_id));
    }

    [Test]
    public void A_full_table_takes_what_comes_and_refuses_what_is_new()
    {
        // Schedule 54.
        for (uint other = 11; other <= 14; other++)
            Run(_destination, new SessionId(other), 1, _stays);
        Run(_source, _id, 1, _moves);

        MoveTo(_destination);

        Assert.That(Judge(_destination, _id, 1), Is.EqualTo(SessionVerdict.AlreadyRan));
        Assert.That(Judge(_destination, _id, 2), Is.EqualTo(SessionVerdict.Run));
        Assert.That(Judge(_destination, new SessionId(99), 1), Is.EqualTo(SessionVerdict.TableFull));
    }

    [Test]
    public void A_result_that_is_farther_above_the_mark_than_in_any_group_is_of_a_session_that_was_over_and_is_not_kept()
    {
        // At the source the session had ended before it was asked for, so that its mark did not come along; here the same client has another one.
        const long far = GroupOptions.LargestSessionWindow + 1;
        Run(_destination, _id, 1, _stays);
        Run(_source, _id, far, _moves, acknowledgedBelow: far);
        List<MovedRecord> taken = _source.Take(static arc => arc == _moves);

        _destination.Add(taken[0]);
        Assert.That((_destination.Find(_id)!.Results, _destination.Find(_id)!.Highest), Is.EqualTo((1, 1)));

        _destination.Merge(_id, 2, Expiry, logTime: 1);
        _destination.Add(taken[0]);
        Assert.That(Judge(_destination, _id, far), Is.EqualTo(SessionVerdict.AlreadyRan));
    }

    [Test]
    public void A_group_with_a_smaller_window_takes_results_beyond_it_and_exports_them()
    {
        SessionTable wide = new(maximum: 4, window: 100);
        for (long sequence = 1; sequence <= 90; sequence++)
            Assert.That(Run(wide, _id, sequence, _moves), Is.EqualTo(SessionVerdict.Run));

        Move(wide, _destination, _moves);

        Assert.That(Judge(_destination, _id, 90), Is.EqualTo(SessionVerdict.AlreadyRan));
        Assert.That(Judge(_destination, _id, 91), Is.EqualTo(SessionVerdict.WindowFull));
        Assert.That(() => Reimport(_destination), Throws.TypeOf<WireFormatException>(), "a group to which nothing moves has none of these");
        SessionTable imported = Reimport(_destination, mergesSessions: true);
        Assert.That((imported.Bytes, Judge(imported, _id, 90)), Is.EqualTo((_destination.Bytes, SessionVerdict.AlreadyRan)));
    }

    [Test]
    public void What_no_group_can_tell_of_a_session_does_no_harm()
    {
        _destination.Merge(_id, 1, long.MaxValue, logTime: 1000);
        _destination.Merge(SessionId.None, 1, 5000, logTime: 1000);

        Assert.That((_destination.Count, _destination.Find(_id)!.HighestExpiry), Is.EqualTo((1, 1000 + Limits.LongestLife)));
        Assert.That(Reimport(_destination).Bytes, Is.EqualTo(_destination.Bytes));
    }

    [Test]
    public void Moving_the_same_twice_changes_nothing()
    {
        Run(_source, _id, 1, _moves);
        List<MovedRecord> taken = MoveTo(_destination);
        byte[] once = SessionRecord.Encode(_destination.Find(_id)!);

        _destination.Merge(_id, 1, Expiry, 1);
        taken.ForEach(record => _destination.Add(record));

        Assert.That(SessionRecord.Encode(_destination.Find(_id)!), Is.EqualTo(once));
    }

    [Test]
    public void Nothing_runs_twice_however_arcs_go_to_and_fro([Range(1, 40)] int seed)
    {
        // Two groups, four arcs, clients that send copies anywhere; an arc is asked where it is. A naive model knows what has run.
        Random random = new(seed);
        SessionTable[] groups = [new SessionTable(8, Window), new SessionTable(8, Window)];
        int[] owner = [0, 0, 1, 1];
        HashSet<(uint Session, long Sequence)> ran = [];
        Dictionary<(uint Session, long Sequence), int> arcOf = [];
        long[] mark = new long[4];
        Array.Fill(mark, 1);
        for (int step = 0; step < 2000; step++)
        {
            int arc = random.Next(4);
            if (random.Next(20) == 0)
            {
                Move(groups[owner[arc]], groups[1 - owner[arc]], new Arc(arc));
                owner[arc] = 1 - owner[arc];
                continue;
            }

            uint client = (uint)random.Next(4);
            if (random.Next(6) == 0 && ran.Contains((client, mark[client])))
                mark[client]++;
            long sequence = Math.Max(1, mark[client] + random.Next(-2, Window));
            arc = arcOf.TryGetValue((client, sequence), out int known) ? known : arcOf[(client, sequence)] = arc;
            SessionTable group = groups[owner[arc]];
            SessionVerdict verdict = Run(group, new SessionId(client + 1), sequence, new Arc(arc), acknowledgedBelow: Math.Min(sequence, mark[client]));
            if (verdict == SessionVerdict.Run)
                Assert.That(ran.Add((client, sequence)), Is.True, $"seed {seed}, step {step}: request {sequence} of {client} ran twice");
            else if (sequence >= mark[client])
                Assert.That((verdict, ran.Contains((client, sequence))), Is.EqualTo((SessionVerdict.AlreadyRan, true)), $"seed {seed}, step {step}");
            Assert.That(group.Bytes, Is.EqualTo(Enumerable.Range(1, 4).Sum(number => group.Find(new SessionId((uint)number))?.Bytes ?? 0)));
        }
    }

    private static SessionVerdict Judge(
        SessionTable table, SessionId session, long sequence, long previous = 0, long acknowledgedBelow = 1, ulong commandHash = 0, long logTime = 1, long expiry = Expiry)
    {
        EntryCommand command = new(session, new SequenceNumber(sequence), new SequenceNumber(previous), new SequenceNumber(acknowledgedBelow), expiry, default);
        return table.Judge(in command, commandHash == 0 ? (ulong)sequence : commandHash, logTime, out _, out _);
    }

    // As the state executes a command; its hash is its number.
    private static SessionVerdict Run(
        SessionTable table, SessionId id, long sequence, Arc arc, long previous = 0, long acknowledgedBelow = 1, long expiry = Expiry, int payload = 8)
    {
        SessionVerdict verdict = Judge(table, id, sequence, previous, acknowledgedBelow, expiry: expiry);
        if (verdict is not (SessionVerdict.Run or SessionVerdict.AlreadyRan))
            return verdict;
        Session session = table.Find(id) ?? table.Add(id, expiry);
        session.Acknowledge(acknowledgedBelow);
        if (verdict == SessionVerdict.Run)
            session.Store(sequence, (ulong)sequence, arc, expiry, new CommandResult(ReplyStatus.Ok, new byte[payload]));
        return verdict;
    }

    private static List<MovedRecord> Move(SessionTable from, SessionTable to, Arc moving)
    {
        List<MovedRecord> taken = from.Take(arc => arc == moving);
        for (uint number = 1; number <= 4; number++)
        {
            if (from.Find(new SessionId(number)) is { } session)
                to.Merge(session.Id, session.AcknowledgedBelow, session.HighestExpiry, logTime: 1);
        }

        taken.ForEach(record => to.Add(record));
        return taken;
    }

    private static SessionTable Reimport(SessionTable table, bool mergesSessions = false)
    {
        ArrayBufferWriter<byte> bytes = new();
        SessionExport export = table.BeginExport();
        while (export.HasNext)
            export.WriteNext(bytes);
        export.End();
        SessionTable imported = new(maximum: 4, Window);
        SessionImport import = imported.BeginImport(new ExportedSessions(table.Count, table.Bytes, Slot.Zero, LogTime: Expiry), mergesSessions);
        WireReader reader = new(bytes.WrittenSpan);
        for (int left = table.Count; left > 0; left--)
            import.Take(ref reader, bytes.WrittenCount);
        Assert.That(import.IsComplete, Is.True);
        return imported;
    }

    private List<MovedRecord> MoveTo(SessionTable destination) => Move(_source, destination, _moves);
}
