using System.Buffers;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Sessions are found by the slot of their last change, page by page, so that another group hears of each mark and expiry (rule 9).</summary>
public sealed class SessionsByChangeTests
{
    private const int Window = 8;
    private const long LogTime = 1000;

    private static readonly Arc _arc = new(7);

    [Test]
    public void A_session_stands_where_its_mark_or_its_highest_expiry_grew_last()
    {
        SessionTable table = new(maximum: 10, Window) { CurrentSlot = new Slot(1) };
        Session one = Made(table, 1);
        Session two = Made(table, 2);
        Assert.That(Numbers(table, Slot.Zero), Is.EqualTo("1@1 2@1"));

        table.CurrentSlot = new Slot(2);
        one.Acknowledge(2);
        table.CurrentSlot = new Slot(3);
        two.Store(2, commandHash: 0, _arc, 6000, new CommandResult(ReplyStatus.Ok, []));
        table.CurrentSlot = new Slot(4);
        table.Merge(new SessionId(1), 1, 7000, LogTime);
        table.CurrentSlot = new Slot(5);
        table.Merge(new SessionId(3), 9, 5000, LogTime);

        Assert.That(Numbers(table, Slot.Zero), Is.EqualTo("2@3 1@4 3@5"));
        Assert.That(Numbers(table, new Slot(3)), Is.EqualTo("1@4 3@5"));
        Assert.That(Numbers(table, new Slot(5)), Is.Empty);
        List<MovedSession> found = [];
        table.FindChanged(new Slot(4), 10, found);
        Assert.That(found, Is.EqualTo(new[] { new MovedSession(new SessionId(3), 9, 5000, new Slot(5)) }));
    }

    [Test]
    public void What_grows_neither_mark_nor_expiry_changes_nothing()
    {
        SessionTable table = new(maximum: 10, Window) { CurrentSlot = new Slot(1) };
        Session session = Made(table, 1);

        table.CurrentSlot = new Slot(2);
        session.Acknowledge(1);
        session.Store(2, commandHash: 0, _arc, 5000, new CommandResult(ReplyStatus.Ok, []));
        session.LookAgain(logTime: 0);
        List<MovedRecord> taken = table.Take(static _ => true);
        taken.ForEach(record => table.Add(in record));
        table.Merge(new SessionId(1), 1, 4000, LogTime);

        Assert.That(taken, Has.Count.EqualTo(2));
        Assert.That(Numbers(table, Slot.Zero), Is.EqualTo("1@1"));
    }

    [Test]
    public void Sessions_of_one_slot_are_in_one_answer_so_that_the_next_one_goes_on_behind_it()
    {
        SessionTable table = new(maximum: 10, Window);
        foreach ((uint number, int slot) in new[] { (1u, 1), (2u, 2), (3u, 2), (4u, 2), (5u, 3) })
        {
            table.CurrentSlot = new Slot(slot);
            Made(table, number);
        }

        List<MovedSession> found = [new(new SessionId(99), 1, 1, new Slot(2))];
        Assert.That(table.FindChanged(Slot.Zero, 3, found), Is.True);
        Assert.That(Describe(found), Is.EqualTo("99@2 1@1"), "what is in the list already does not count, and what does not fit is for the next answer");
        found.Clear();
        Assert.That(table.FindChanged(Slot.Zero, 4, found), Is.True);
        Assert.That(Describe(found), Is.EqualTo("1@1 2@2 3@2 4@2"));
        found.Clear();
        Assert.That(table.FindChanged(new Slot(1), 2, found), Is.True);
        Assert.That(Describe(found), Is.EqualTo("2@2 3@2 4@2"), "one slot is never cut");
        found.Clear();
        Assert.That(table.FindChanged(new Slot(2), 1, found), Is.False);
        Assert.That(Describe(found), Is.EqualTo("5@3"));
        Assert.That(() => table.FindChanged(Slot.Zero, 0, found), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Every_page_is_that_of_a_naive_model_whatever_changes_comes_and_goes([Range(1, 20)] int seed, [Values(3, 60, 5000)] int sessions)
    {
        Random random = new(seed);
        SessionTable table = new(sessions, Window);
        Dictionary<uint, (long Expiry, long ChangedAt)> model = [];
        long logTime = LogTime;
        for (int slot = 1; slot <= 600; slot++)
        {
            table.CurrentSlot = new Slot(slot);
            logTime += random.Next(5);
            DropEnded(table, model, logTime);
            for (int changes = random.Next(sessions / 20, (sessions / 10) + 2); changes > 0; changes--)
                Change(table, model, (uint)random.Next(1, sessions + 1), random, slot, logTime);
            if (random.Next(50) == 0)
                table = Reimport(table, sessions, logTime);
            if (random.Next(20) == 0)
                AssertPages(table, model, random, $"seed {seed}, slot {slot}");
        }

        AssertPages(table, model, random, $"seed {seed}, at the end");
    }

    [Test]
    public void Sessions_that_stay_where_they_are_while_those_around_them_go_take_few_parts()
    {
        const int sessions = 40_000;
        SessionTable table = new(sessions, Window);
        ChangedSessions order = new();
        List<Session> made = [];
        for (uint number = 1; number <= sessions; number++)
        {
            table.CurrentSlot = new Slot(number);
            made.Add(new Session(new SessionId(number), 5000, table));
            order.Add(made[^1]);
        }

        Assert.That(order.Parts, Is.EqualTo((sessions / ChangedSessions.PlacesPerPart) + 1));
        foreach (Session session in made.Where(static (_, index) => index % 10 != 0))
            order.Remove(session);

        // Two parts side by side have more than half of the places of one.
        Assert.That(order.Parts, Is.LessThanOrEqualTo((sessions / 10 / (ChangedSessions.PlacesPerPart / 4)) + 1));
        List<MovedSession> found = [];
        order.Find(Slot.Zero, sessions, found);
        Assert.That(found.ConvertAll(static session => session.ChangedAt.Number), Is.EqualTo(Enumerable.Range(0, sessions / 10).Select(static index => (long)(index * 10) + 1)));
    }

    [Test]
    public void A_few_sessions_that_change_for_ever_take_one_part()
    {
        SessionTable table = new(maximum: 10, Window);
        ChangedSessions order = new();
        Session[] sessions = [.. Enumerable.Range(1, 3).Select(number => new Session(new SessionId((uint)number), 5000, table))];
        foreach (Session session in sessions)
            order.Add(session);

        for (int slot = 1; slot <= 10 * ChangedSessions.PlacesPerPart; slot++)
            order.Note(sessions[slot % 3], new Slot(slot));

        Assert.That(order.Parts, Is.EqualTo(1));
        List<MovedSession> found = [];
        order.Find(Slot.Zero, 10, found);
        Assert.That(Describe(found), Is.EqualTo("3@10238 1@10239 2@10240"));
    }

    // A session with one result.
    private static Session Made(SessionTable table, uint number)
    {
        Session session = table.Add(new SessionId(number), 5000);
        session.Store(1, commandHash: 0, _arc, 5000, new CommandResult(ReplyStatus.Ok, []));
        return session;
    }

    private static void DropEnded(SessionTable table, Dictionary<uint, (long Expiry, long ChangedAt)> model, long logTime)
    {
        while (table.TryLook(logTime, out Session? dropped))
        {
            if (dropped is not null)
                Assert.That(model.Remove((uint)dropped.Id.Number), Is.True);
        }
    }

    // One of: a request that may be the first of its session, a mark, or what another group knows.
    private static void Change(
        SessionTable table, Dictionary<uint, (long Expiry, long ChangedAt)> model, uint number, Random random, int slot, long logTime)
    {
        SessionId id = new(number);
        long expiry = logTime + random.Next(300);
        Session? session = table.Find(id);
        long mark = session?.AcknowledgedBelow ?? 0;
        switch (random.Next(3))
        {
            case 0:
                session ??= table.Add(id, expiry);
                session.Store(Math.Max(session.Highest, session.AcknowledgedBelow), commandHash: 0, _arc, expiry, new CommandResult(ReplyStatus.Ok, []));
                break;
            case 1:
                session?.Acknowledge(mark + random.Next(2));
                break;
            default:
                table.Merge(id, mark + random.Next(2), expiry, logTime);
                break;
        }

        if (table.Find(id) is not { } now)
            return;
        bool isChanged = !model.TryGetValue(number, out (long Expiry, long ChangedAt) before) || now.AcknowledgedBelow > mark || now.HighestExpiry > before.Expiry;
        model[number] = (now.HighestExpiry, isChanged ? slot : before.ChangedAt);
    }

    private static SessionTable Reimport(SessionTable table, int sessions, long logTime)
    {
        ArrayBufferWriter<byte> bytes = new();
        SessionExport export = table.BeginExport();
        while (export.HasNext)
            export.WriteNext(bytes);
        export.End();
        SessionTable imported = new(sessions, Window) { CurrentSlot = table.CurrentSlot };
        SessionImport import = imported.BeginImport(new ExportedSessions(table.Count, table.Bytes, table.CurrentSlot, logTime), mergesSessions: false);
        WireReader reader = new(bytes.WrittenSpan);
        while (reader.Remaining > 0)
            import.Take(ref reader, bytes.WrittenCount);
        Assert.That(import.IsComplete, Is.True);
        return imported;
    }

    private static void AssertPages(SessionTable table, Dictionary<uint, (long Expiry, long ChangedAt)> model, Random random, string when)
    {
        Slot after = new(random.Next((int)table.CurrentSlot.Number + 2));
        int most = random.Next(1, Math.Max(2, model.Count));
        List<MovedSession> all = [];
        List<MovedSession> page = [];
        bool areMore = true;
        for (Slot from = after; areMore; from = page[^1].ChangedAt)
        {
            page.Clear();
            areMore = table.FindChanged(from, most, page);
            all.AddRange(page);
            if (page.Count == 0)
                break;
            Assert.That(page.Count <= most || page[0].ChangedAt == page[^1].ChangedAt, Is.True, when);
            long next = model.Values.Select(static each => each.ChangedAt).Where(slot => slot > page[^1].ChangedAt.Number).DefaultIfEmpty().Min();
            Assert.That(areMore, Is.EqualTo(next > 0), when);
            if (areMore)
                Assert.That(page.Count + model.Values.Count(each => each.ChangedAt == next), Is.GreaterThan(most), when);
        }

        Assert.That(areMore, Is.False, when);

        // Within a slot they may come in any order.
        IEnumerable<MovedSession> expected = model.Where(each => each.Value.ChangedAt > after.Number).Select(each =>
        {
            Session kept = table.Find(new SessionId(each.Key))!;
            return new MovedSession(kept.Id, kept.AcknowledgedBelow, kept.HighestExpiry, new Slot(each.Value.ChangedAt));
        });
        Assert.That(all.Zip(all.Skip(1)).All(static pair => pair.First.ChangedAt <= pair.Second.ChangedAt), Is.True, when);
        Assert.That(all.OrderBy(static each => each.Id.Number).SequenceEqual(expected.OrderBy(static each => each.Id.Number)), Is.True, when);
    }

    private static string Numbers(SessionTable table, Slot after)
    {
        List<MovedSession> found = [];
        table.FindChanged(after, 1000, found);
        return Describe(found);
    }

    private static string Describe(List<MovedSession> sessions) => string.Join(' ', sessions.Select(static session => $"{session.Id.Number}@{session.ChangedAt.Number}"));
}
