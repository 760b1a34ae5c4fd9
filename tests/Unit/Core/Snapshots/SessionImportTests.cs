using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>A session that no execution could have made is refused, whatever checksum it stands under.</summary>
public sealed class SessionImportTests
{
    private const int Window = 5;
    private const int LargestCapacity = 8;
    private const long Now = 1_000_000;
    private const long ManyBytes = 100_000;

    private static readonly Slot _slot = new(42);
    private static readonly SessionHead _head = new(
        new SessionId(1), AcknowledgedBelow: 5, Highest: 7, Digest: 9, HighestExpiry: Now, DueAt: Now - 1, ChangedAt: new Slot(40), Capacity: 4);

    private static readonly StoredResult _five = new(5, CommandHash: 1, new Arc(0), new CommandResult(ReplyStatus.Ok, [1, 2, 3]));
    private static readonly StoredResult _six = _five with { Sequence = 6 };
    private static readonly StoredResult _seven = new(7, CommandHash: 2, new Arc(Arc.Count - 1), new CommandResult(ReplyStatus.Rejected, []));

    [Test]
    public void Sessions_as_execution_makes_them_are_taken()
    {
        AssertTaken(_head, _five, _seven);
        AssertTaken(_head, _five, _six, _seven);
        AssertTaken(_head, _seven);
        AssertTaken(_head with { Capacity = LargestCapacity }, _seven);
        AssertTaken(_head with { Highest = 4 });
        AssertTaken(_head with { Highest = 1, Capacity = Session.FirstCapacity });
        AssertTaken(_head with { Highest = 9, Capacity = LargestCapacity }, _seven with { Sequence = 9 });
        AssertTaken(_head with { AcknowledgedBelow = long.MaxValue, Highest = long.MaxValue, Capacity = 2 }, _seven with { Sequence = long.MaxValue });
        AssertTaken(_head with { HighestExpiry = Now + Limits.LongestLife, DueAt = Now + Limits.LongestLife }, _seven);
        AssertTaken(_head with { HighestExpiry = 0, DueAt = 0 }, _seven);
        AssertTaken(_head with { ChangedAt = _slot }, _seven);
        AssertTaken(_head with { ChangedAt = Slot.Zero }, _seven);
    }

    [Test]
    public void Heads_that_cannot_be_are_refused()
    {
        AssertRefused("is none", _head with { Id = SessionId.None }, _seven);
        AssertRefused("below 1", _head with { AcknowledgedBelow = 0 }, _seven);
        AssertRefused("below 1", _head with { AcknowledgedBelow = long.MinValue }, _seven);
        AssertRefused("below 1", _head with { Highest = -1 });
        AssertRefused("window", _head with { Highest = 10, Capacity = LargestCapacity }, _seven with { Sequence = 10 });
        AssertRefused("window", _head with { AcknowledgedBelow = 1, Highest = long.MaxValue }, _seven);
        AssertRefused("ring", _head with { Highest = 9 }, _seven with { Sequence = 9 });
        foreach (int capacity in new[] { int.MinValue, -4, 0, 1, 3, 5, 6, 2 * LargestCapacity, 1 << 30, int.MaxValue })
            AssertRefused("ring", _head with { Capacity = capacity }, _seven);
        AssertRefused("too far ahead", _head with { HighestExpiry = Now + Limits.LongestLife + 1 }, _seven);
        AssertRefused("too far ahead", _head with { HighestExpiry = long.MaxValue }, _seven);
        AssertRefused("too far ahead", _head with { HighestExpiry = -1, DueAt = -1 }, _seven);
        AssertRefused("due", _head with { DueAt = Now + 1 }, _seven);
        AssertRefused("due", _head with { DueAt = -1 }, _seven);
        AssertRefused("has changed in a slot", _head with { ChangedAt = _slot.Next }, _seven);
        AssertRefused("has changed in a slot", _head with { ChangedAt = new Slot(-1) }, _seven);
        AssertRefused("has changed in a slot", _head with { ChangedAt = new Slot(long.MaxValue) }, _seven);
    }

    [Test]
    public void Results_that_cannot_be_are_refused()
    {
        AssertRefused("order", _head, _seven, _five);
        AssertRefused("order", _head, _five, _five, _seven);
        AssertRefused("order", _head, _five with { Sequence = 4 }, _seven);
        AssertRefused("order", _head, _seven, _seven with { Sequence = 8 });
        AssertRefused("order", _head with { Highest = 4 }, _five);
        AssertRefused("highest number", _head, _five, _six);
        AssertRefused("highest number", _head);
        AssertRefused("status", _head, _seven with { Result = new CommandResult((ReplyStatus)13, []) });
        AssertRefused("arc", _head, _seven with { Arc = new Arc(Arc.Count) });
        AssertRefused("count of 5", _head, _five, _five, _five, _six, _seven);
        AssertRefused("above the limit", _head, _seven with { Result = new CommandResult(ReplyStatus.Ok, new byte[Limits.Result + 1]) });
        AssertRefused("bytes of results", _head, Large(5), Large(6), Large(7));
    }

    [Test]
    public void A_session_that_is_there_twice_or_is_one_too_many_is_refused()
    {
        byte[] session = Encode(_head, _seven);
        byte[] other = Encode(_head with { Id = new SessionId(2) }, _seven);

        Assert.That(() => Take(Begin(3, ManyBytes), [.. session, .. other, .. session]), Throws.TypeOf<WireFormatException>().With.Message.Contains("twice"));
        Assert.That(() => Take(Begin(1, ManyBytes), [.. session, .. other]), Throws.TypeOf<WireFormatException>().With.Message.Contains("one more"));
    }

    [Test]
    public void Sessions_that_take_more_than_is_said_are_refused_and_those_that_take_less_are_not_all()
    {
        byte[] session = Encode(_head, _five, _seven);
        long bytes = Session.BytesOf(_head.Id, _head.Capacity) + Session.BytesOfResult(3) + Session.BytesOfResult(0);

        foreach (long fewer in new[] { 0, Session.BytesOf(_head.Id, _head.Capacity) - 1, Session.BytesOf(_head.Id, _head.Capacity), bytes - 1 })
            Assert.That(() => Take(Begin(1, fewer), session), Throws.TypeOf<WireFormatException>().With.Message.Contains("more than the head"));
        foreach ((int sessions, long said, bool isComplete) in new[] { (1, bytes, true), (1, bytes + 1, false), (2, bytes, false) })
        {
            SessionImport import = Begin(sessions, said);
            Take(import, session);
            Assert.That(import.IsComplete, Is.EqualTo(isComplete));
        }
    }

    [Test]
    public void More_than_a_table_takes_is_refused_before_the_first_session()
    {
        const long all = 1000;
        SessionTable table = new(maximum: 10, Window, all);
        long most = all + Session.BytesOf(new SessionId(0).AsOrdered(), LargestCapacity) + Session.BytesOfResult(Limits.Result);

        Assert.That(() => Begin(10, most, table), Throws.Nothing);
        Assert.That(() => Begin(11, most, table), Throws.TypeOf<WireFormatException>().With.Message.Contains("11 sessions"));
        Assert.That(() => Begin(10, most + 1, table), Throws.TypeOf<WireFormatException>().With.Message.Contains($"{most + 1} bytes"));
        Assert.That(() => Begin(11, most + 1, table, mergesSessions: true), Throws.Nothing, "what moves is never refused");
    }

    [Test]
    public void A_group_that_merges_sessions_takes_more_than_its_bounds_say()
    {
        List<byte> sessions = [];
        for (uint number = 1; number <= 11; number++)
            sessions.AddRange(Encode(_head with { Id = new SessionId(number), Highest = 5 + 300, Capacity = 512 }, _seven, _seven with { Sequence = 5 + 300 }));
        SessionTable table = Table();
        SessionImport import = Begin(11, 11 * (Session.BytesOf(new SessionId(1), 512) + (2 * Session.BytesOfResult(0))), table, mergesSessions: true);

        Take(import, [.. sessions]);

        Assert.That((import.IsComplete, table.Count, table.Find(new SessionId(11))!.Ran(305)), Is.EqualTo((true, 11, true)));
    }

    [Test]
    public void What_no_group_can_have_is_refused_also_by_one_that_merges_sessions()
    {
        const int window = GroupOptions.LargestSessionWindow;
        byte[][] refused =
        [
            Encode(_head with { Highest = 5 + window, Capacity = 2 * window }, _seven with { Sequence = 5 + window }),
            Encode(_head with { Capacity = 2 * window }, _seven),
            Encode(_head with { ChangedAt = _slot.Next }, _seven),
            Encode(_head, _seven with { Arc = new Arc(Arc.Count) }),
        ];

        foreach (byte[] session in refused)
            Assert.That(() => Take(Begin(1, 100_000_000, mergesSessions: true), session), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void A_session_may_come_in_parts_that_follow_each_other_only_where_sessions_are_merged()
    {
        byte[] first = Encode(_head, _five);
        byte[] second = Encode(_head, _six);
        byte[] last = Encode(_head, _seven);
        byte[] other = Encode(_head with { Id = new SessionId(2) }, _seven);
        SessionTable table = Table();
        SessionImport import = Begin(1, Session.BytesOf(_head.Id, _head.Capacity) + (2 * Session.BytesOfResult(3)) + Session.BytesOfResult(0), table, mergesSessions: true);

        Take(import, [.. first, .. second]);
        Assert.That((import.IsComplete, table.Count), Is.EqualTo((false, 0)), "its last part is missing");
        Take(import, last);

        Assert.That((import.IsComplete, table.Find(_head.Id)!.Results), Is.EqualTo((true, 3)));
        Assert.That(() => Take(Begin(1, ManyBytes), [.. first, .. last]), Throws.TypeOf<WireFormatException>().With.Message.Contains("highest number"));
        foreach (byte[] wrong in new byte[][] { [.. first, .. other], [.. second, .. first], [.. first, .. first], [.. first, .. Encode(_head with { Digest = 8 }, _seven)] })
            Assert.That(() => Take(Begin(2, ManyBytes, mergesSessions: true), wrong), Throws.TypeOf<WireFormatException>());
    }

    [TestCase(1, 2)]
    [TestCase(2, 2)]
    [TestCase(3, 4)]
    [TestCase(1024, 1024)]
    [TestCase(1025, 2048)]
    [TestCase(int.MaxValue, 1 << 30)]
    public void A_ring_is_as_large_as_its_window_or_the_next_power_of_two(int window, int capacity) =>
        Assert.That(SessionImport.LargestCapacity(window), Is.EqualTo(capacity));

    private static SessionTable Table() => new(maximum: 10, Window);

    private static SessionImport Begin(long sessions, long bytes, SessionTable? table = null, bool mergesSessions = false) =>
        (table ?? Table()).BeginImport(new ExportedSessions(sessions, bytes, _slot, Now), mergesSessions);

    private static StoredResult Large(long sequence) => new(sequence, CommandHash: 1, new Arc(0), new CommandResult(ReplyStatus.Ok, new byte[1_200_000]));

    private static byte[] Encode(SessionHead head, params ReadOnlySpan<StoredResult> results)
    {
        int size = SessionRecord.HeadSize;
        foreach (StoredResult result in results)
            size += SessionRecord.SmallestResultOf(head.Id) + result.Result.Payload.Length;
        byte[] bytes = new byte[size];
        WireWriter writer = new(bytes);
        SessionRecord.WriteHead(ref writer, in head, results.Length);
        foreach (StoredResult result in results)
            SessionRecord.WriteResult(ref writer, head.Id, in result);
        return bytes;
    }

    private static void Take(SessionImport import, byte[] sessions)
    {
        WireReader reader = new(sessions);
        while (reader.Remaining > 0)
            import.Take(ref reader, sessions.Length);
    }

    // What was taken is written as it was read.
    private static void AssertTaken(SessionHead head, params ReadOnlySpan<StoredResult> results)
    {
        SessionTable table = Table();
        byte[] bytes = Encode(head, results);
        Take(Begin(1, ManyBytes, table), bytes);

        Session session = table.Find(head.Id)!;
        Assert.That((session.Head, session.Results), Is.EqualTo((head, results.Length)));
        Assert.That(SessionRecord.Encode(session), Is.EqualTo(bytes));
        Assert.That(table.Bytes, Is.EqualTo(session.Bytes));
    }

    private static void AssertRefused(string words, SessionHead head, params ReadOnlySpan<StoredResult> results)
    {
        byte[] bytes = Encode(head, results);
        Assert.That(() => Take(Begin(1, 10_000_000), bytes), Throws.TypeOf<WireFormatException>().With.Message.Contains(words));
    }
}
