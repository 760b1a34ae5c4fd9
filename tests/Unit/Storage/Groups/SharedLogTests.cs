using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Groups;

/// <summary>Groups that share a log share its syncs and nothing else.</summary>
public sealed class SharedLogTests
{
    private static readonly StoreOptions _large = Small with { SegmentBytes = 16 * 1024 * 1024, FirstSegmentBytes = 16 * 1024 * 1024 };

    [Test]
    public void Sixty_four_groups_have_headers_of_one_block()
    {
        const int Most = StoreOptions.MostGroups;
        StoreFixture fixture = GroupsOfAFixture.Shared(Most);
        byte[] fresh = fixture.Disk.Platter(fixture.Segments.Single());
        Assert.That(FormatReader.ReadHeader(fresh)!.Groups.Select(static group => group.Group), Is.EqualTo(Enumerable.Range(3, Most)));
        Assert.That(FormatReader.Read(fresh, Identity.Identity).Select(static batch => (batch.Offset, batch.End, batch.Records.Count)), Is.EqualTo(new[] { (FormatReader.Block, 2 * FormatReader.Block, 0) }));

        fixture.AppendAll([.. Enumerable.Range(0, Most).Select(static group => new[] { Record.OfViews(new View(100 + group), View.None), Accepted(0, 1, 1000 + group), Learned(2, 2000 + group) })]);
        fixture.Store.Sync();
        fixture.Note([.. Enumerable.Range(0, Most).Select(static group => group % 3L)]);
        fixture.PowerFailureThatLosesAll();

        for (int group = 0; group < Most; group++)
        {
            RecoveredState state = fixture.Of(group);
            Assert.That((state.Promised, state.Decided, state.ViewRecordLost), Is.EqualTo((new View(100 + group), new Slot(group % 3 == 0 ? 0 : 2), false)), $"group {group}");
            Assert.That(state.Stored(), Is.EqualTo(new[] { group % 3 == 0 ? Entry(0, 1, 1000 + group) : Known(1, 1000 + group), Known(2, 2000 + group) }));
        }
    }

    [Test]
    public void What_rots_in_a_record_is_told_of_its_group_alone([Range(0, 2)] int hit, [Values] bool isName)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        fixture.AppendAll([Accepted(0, 1, 10)], [Accepted(0, 1, 11)], [Accepted(0, 1, 12)]);
        fixture.Store.Sync();
        fixture.Note(0, 0, 0);
        fixture.Stop();
        string segment = fixture.Segments.Single();
        ReadRecord record = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity).SelectMany(static batch => batch.Records).Single(record => record.Group == 3 + hit);
        fixture.Disk.FlipBit(segment, 8 * (record.Offset + (isName ? 11 : 40)));

        fixture.Reopen();

        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Faulty.Count), Is.EqualTo(Enumerable.Range(0, 3).Select(group => group == hit ? 1 : 0)));
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Stored().Count), Is.EqualTo(Enumerable.Range(0, 3).Select(group => group == hit ? 0 : 1)));
    }

    /// <summary>Batches of the groups 0 and 1, of 1, of 2, and of 0 and 2.</summary>
    [TestCase(0, new[] { true, true, false })]
    [TestCase(1, new[] { false, true, false })]
    [TestCase(2, new[] { false, false, true })]
    [TestCase(3, new[] { true, false, true })]
    public void A_lost_batch_is_lost_to_the_groups_that_had_records_in_it(int lost, bool[] isLost)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        fixture.AppendAll([Accepted(0, 1, 10)], [Accepted(0, 1, 11)]);
        fixture.AppendTo(1, Accepted(0, 2, 21));
        fixture.AppendTo(2, Accepted(0, 1, 12), Accepted(0, 2, 22));
        fixture.AppendAll([Accepted(0, 2, 20)], [], [Accepted(0, 3, 32)]);
        fixture.Store.Sync();
        fixture.Note(0, 0, 0);
        fixture.Stop();
        string segment = fixture.Segments.Single();
        ReadBatch batch = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity).Where(static batch => batch.Records.Count > 0).ElementAt(lost);
        fixture.Disk.FlipBit(segment, 8 * (batch.Offset + 60));

        fixture.Reopen();

        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Faulty.Count > 0), Is.EqualTo(isLost));
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.FaultyFrom), Is.All.EqualTo(Slot.Zero), "the next header says how far it goes");
        Assert.That(fixture.Store.Groups.Select(static group => group.Identity.LossStart > 0), Is.EqualTo(isLost));
        foreach (ReadRecord record in batch.Records)
            Assert.That(fixture.Of(record.Group - 3).Faulty, Does.Contain(new Slot(record.Slot)));
    }

    [TestCase(3000, 3000, new[] { 4096, 1904 })]
    [TestCase(4096, 10, new[] { 4096, 10 })]
    [TestCase(4095, 2, new[] { 4096, 1 })]
    [TestCase(0, 4097, new[] { 4096, 1 })]
    [TestCase(8192, 1, new[] { 4096, 4096, 1 })]
    public void A_batch_that_is_full_in_the_middle_of_a_group_is_followed_by_the_rest(int first, int second, int[] counts)
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3, _large);
        fixture.AppendAll([Record.OfViews(new View(1), View.None), .. Votes(first, 0)], [.. Votes(second, 0), Record.OfViews(new View(2), View.None)], [Record.OfViews(new View(3), View.None)]);

        AssertBatches(fixture, counts, first, second);
    }

    [Test]
    public void A_batch_that_is_long_enough_in_the_middle_of_a_group_is_followed_by_the_rest()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3, _large);
        fixture.AppendAll(Votes(50, 60_000), Votes(50, 60_000));

        AssertBatches(fixture, [69, 31], 50, 50);
    }

    [Test]
    public void An_append_of_several_groups_without_space_counts_for_none_of_them_and_may_be_made_again()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        fixture.AppendAll([Accepted(0, 1, 10)], [Accepted(0, 1, 11)]);
        fixture.Disk.Budget = 0;
        LogBatch[] batches = fixture.BatchesOf([[Record.OfViews(new View(5), View.None), Accepted(5, 2, 20, 20_000)], [], [Record.OfViews(new View(6), View.None), Accepted(6, 1, 12, 20_000)]]);

        Assert.That(() => fixture.Store.Append(batches), Throws.TypeOf<DiskFullException>());
        fixture.Store.Sync();
        Assert.That(Durable(fixture), Is.EqualTo(new[] { 1, 1, 0 }), "what was appended before is synced all the same");
        StoreFixture without = fixture.OnCloneOfItsDisk();
        without.Disk.Budget = fixture.Disk.Budget = long.MaxValue;
        without.Reopen();
        Assert.That(without.Store.Groups.Select(static group => (group.Recovered.Promised.Number, group.Recovered.Stored().Count)), Is.EqualTo(new[] { (0L, 1), (0L, 1), (0L, 0) }));
        fixture.Store.Append(batches);
        fixture.Store.Sync();
        Assert.That(Durable(fixture), Is.EqualTo(new[] { 3, 1, 2 }));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Store.Groups.Select(static group => (group.Recovered.Promised.Number, group.Recovered.Stored().Count)), Is.EqualTo(new[] { (5L, 2), (0L, 1), (6L, 1) }));
    }

    /// <summary>The first batch of the call was written when there was no space for the second. What is noted behind it speaks of what counts, and the next batch takes its place.</summary>
    [Test]
    public void A_call_that_fails_at_its_second_batch_leaves_no_trace_in_what_is_certified()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(2, _large);
        fixture.AppendAll([Accepted(0, 1, 10)], [Accepted(0, 1, 11)]);
        fixture.Store.Sync();
        int writes = 0;
        fixture.Disk.EndsBefore = (call, name) => call == ChangingCall.Write && ++writes == 2 ? throw new DiskFullException("no space") : false;
        Assert.That(() => fixture.AppendTo(1, Votes(4100, 0, from: 2)), Throws.TypeOf<DiskFullException>());
        fixture.Disk.EndsBefore = null;

        fixture.Store.Sync();
        fixture.Store.RememberPeer(0, new ReplicaId(2), Memory);
        fixture.Note(1, 1);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Store.Groups.Select(static group => (group.Recovered.Faulty.Count, group.Recovered.FaultyFrom)), Is.All.EqualTo((0, Slot.Zero)));
        Assert.That(fixture.Of(0).Stored(), Is.EqualTo(new[] { Known(1, 10) }));
        Assert.That(fixture.Of(1).Stored(), Is.EqualTo(new[] { Known(1, 11) }));
    }

    [Test]
    public void What_is_decided_in_a_group_is_noted_only_behind_what_others_have_written()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(2);
        fixture.AppendTo(0, Accepted(0, 1, 10));
        fixture.Store.Sync();
        fixture.Note(0, 0);
        fixture.AppendTo(1, Accepted(0, 1, 11));
        long operations = fixture.Disk.Operations;

        fixture.Note(1, 0);
        Assert.That(fixture.Disk.Operations, Is.EqualTo(operations), "the records of the other one wait for their sync");
        fixture.Store.Sync();
        fixture.Note(1, 0);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Of(0).Stored(), Is.EqualTo(new[] { Known(1, 10) }));
        Assert.That(fixture.Of(1).Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
    }

    [Test]
    public void What_is_decided_in_a_group_leaves_with_the_records_of_another_one()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(2);
        LogQueue[] queues = [new(new LogLimits(), static () => { }), new(new LogLimits(), static () => { })];
        LogScheduler log = new(fixture.Store, [.. queues.Select(static queue => new LogGroup(queue, static () => [], static () => { }))], new LogLimits());
        queues[0].Append([Accepted(0, 1, 10), Accepted(0, 2, 20)], new RecordNumber(2), Slot.Zero);
        Assert.That(new[] { log.Next(0), log.Next(0) }, Is.EqualTo(new[] { LogAction.Appended, LogAction.Synced }));

        queues[0].Append([], new RecordNumber(2), new Slot(2));
        queues[1].Append([Accepted(0, 1, 11)], new RecordNumber(1), Slot.Zero);
        Assert.That(new[] { log.Next(0), log.Next(0) }, Is.EqualTo(new[] { LogAction.Appended, LogAction.Synced }));
        Assert.That((log.Noted(0), log.Noted(1)), Is.EqualTo((new Slot(2), Slot.Zero)));
        Assert.That((log.DurableThrough(0).Number, log.DurableThrough(1).Number), Is.EqualTo((2, 1)));
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Of(0).Stored(), Is.EqualTo(new[] { Known(1, 10), Known(2, 20) }));
        Assert.That(fixture.Of(1).Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
    }

    private static void AssertBatches(StoreFixture fixture, int[] counts, int first, int second)
    {
        fixture.Store.Sync();
        List<ReadBatch> batches = FormatReader.Read(fixture.Disk.Platter(fixture.Segments.Single()), Identity.Identity);
        Assert.That(batches.Skip(1).Select(static batch => batch.Records.Count), Is.EqualTo(counts));
        for (int index = 1; index < batches.Count; index++)
        {
            int before = counts[..(index - 1)].Sum();
            Assert.That(batches[index].Groups.Select(static group => group.RecordsBefore), Is.EqualTo(new long[] { Math.Min(first, before), Math.Max(0, before - first), 0 }));
        }

        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Stored().Count), Is.EqualTo(new[] { first, second, 0 }));
        Assert.That(fixture.Store.Groups.Select(static group => group.Recovered.Faulty.Count), Is.All.Zero);
    }

    private static long[] Durable(StoreFixture fixture) => [.. Enumerable.Range(0, fixture.Store.Groups.Count).Select(group => fixture.Store.DurableThrough(group).Number)];

    private static Record[] Votes(int count, int padding, long from = 1) => [.. Enumerable.Range(0, count).Select(index => Accepted(0, from + index, index, padding))];
}
