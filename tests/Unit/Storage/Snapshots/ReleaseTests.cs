using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Snapshots;

/// <summary>Segments that speak only of what a durable snapshot has are given back; nothing else ever is.</summary>
public sealed class ReleaseTests
{
    private const ulong SegmentMagic = 0x50584C4F47534547;

    [Test]
    public void Without_a_snapshot_nothing_is_given_back()
    {
        StoreFixture fixture = new();
        fixture.FillSegments(4);

        Assert.That(fixture.Store.TryRelease(Slot.Zero), Is.False);
        Assert.That(fixture.Segments, Has.Count.EqualTo(4));
    }

    [Test]
    public void The_oldest_goes_first_and_the_one_in_use_stays()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(4);
        IReadOnlyList<string> before = fixture.Segments;
        fixture.Publish(last);

        for (int released = 1; released < 4; released++)
        {
            Assert.That(fixture.Store.TryRelease(new Slot(last)));
            Assert.That(fixture.Segments, Is.EqualTo(before.Skip(released)));
        }

        Assert.That(fixture.Store.TryRelease(new Slot(last)), Is.False);
        fixture.AppendAndSync(Accepted(0, last + 1, 5));
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(last)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, last + 1, 5) }));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Store.ForeignFiles, Is.Empty);
    }

    [Test]
    public void A_segment_with_one_record_of_a_slot_above_stays()
    {
        StoreFixture fixture = new();
        fixture.FillSegments(2);
        long inFirst = HighestIn(fixture, fixture.Segments[0]);
        fixture.Publish(inFirst);

        Assert.That(fixture.Store.TryRelease(new Slot(inFirst - 1)), Is.False);
        Assert.That(fixture.Store.TryRelease(new Slot(inFirst)));
        Assert.That(fixture.Store.TryRelease(new Slot(inFirst)), Is.False);
    }

    [Test]
    public void What_is_given_back_is_the_next_segment_without_being_filled_again()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(3);
        fixture.Publish(last);
        string first = fixture.Segments[0];
        string next = $"log-{int.Parse(fixture.Segments[^1].AsSpan(4)) + 1:D10}";

        Assert.That(fixture.Store.TryRelease(new Slot(last)));

        byte[] file = fixture.Disk.Platter(next);
        Assert.That(file, Has.Length.EqualTo(32768));
        Assert.That(FormatReader.U64(file, 0), Is.EqualTo(SegmentMagic));
        Assert.That(FormatReader.U32(file, 72), Is.EqualTo(int.Parse(first.AsSpan(4))), "what it holds is void under its new number");
        Assert.That(fixture.Disk.Names, Does.Not.Contain(first));
        Assert.That(fixture.Store.TryRelease(new Slot(last)), "the next one is deleted");
        Assert.That(fixture.AllSegments, Has.Count.EqualTo(2));
        long more = fixture.FillSegments(2, from: last + 1);
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(more - last));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
    }

    [Test]
    public void The_space_of_one_that_is_not_used_again_becomes_free_a_quarter_at_a_time_and_what_is_left_of_it_is_no_trouble_for_a_start()
    {
        for (int parts = 0; parts <= 4; parts++)
        {
            StoreFixture fixture = new();
            long last = fixture.FillSegments(3);
            fixture.Publish(last);
            string second = fixture.Segments[1];
            Assert.That(((ILogStore)fixture.Store).TryRelease([new Slot(last)]), "the first becomes the next one");
            Assert.That(((ILogStore)fixture.Store).TryRelease([new Slot(last)]));
            long used = fixture.Disk.UsedBytes;

            for (int part = 0; part < parts; part++)
                fixture.Store.ShrinkDead();

            Assert.That(fixture.Disk.UsedBytes, Is.EqualTo(used - (parts * 32768 / 4)));
            Assert.That(fixture.Disk.Names.Contains(second, StringComparer.Ordinal), Is.EqualTo(parts < 4));
            Assert.That(fixture.Store.DeadSegments, Is.EqualTo(parts < 4 ? 1 : 0));
            fixture.PowerFailure();
            Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(last)));
            Assert.That(fixture.Recovered.Faulty, Is.Empty);
            Assert.That(fixture.Store.ForeignFiles, Is.Empty);
        }
    }

    [Test]
    public void Between_two_parts_there_is_a_pause_unless_the_disk_is_full()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(3);
        fixture.Publish(last);
        LogQueue queue = new(new LogLimits(), static () => { });
        LogScheduler log = new(fixture.Store, [new LogGroup(queue, static () => [], static () => { })], new LogLimits());
        Assert.That(((ILogStore)fixture.Store).TryRelease([new Slot(last)]));
        Assert.That(((ILogStore)fixture.Store).TryRelease([new Slot(last)]));

        Assert.That(log.Next(now: 100), Is.EqualTo(LogAction.Shrunk));
        Assert.That(log.Next(now: 119), Is.Not.EqualTo(LogAction.Shrunk));
        Assert.That(log.WaitMilliseconds(now: 119), Is.EqualTo(1));
        Assert.That(log.Next(now: 120), Is.EqualTo(LogAction.Shrunk));
    }

    [Test]
    public void When_many_wait_there_are_no_pauses()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(LogLimits.DeadSegments + 4);
        fixture.Publish(last);
        LogScheduler log = new(fixture.Store, [new LogGroup(new LogQueue(new LogLimits(), static () => { }), static () => [], static () => { })], new LogLimits());
        while (((ILogStore)fixture.Store).TryRelease([new Slot(last)]))
        {
        }

        Assert.That(fixture.Store.DeadSegments, Is.GreaterThan(LogLimits.DeadSegments));
        while (log.Next(now: 100) == LogAction.Shrunk)
        {
        }

        Assert.That(fixture.Store.DeadSegments, Is.EqualTo(LogLimits.DeadSegments));
    }

    [Test]
    public void A_log_with_snapshots_takes_up_a_bounded_space_however_long_it_runs()
    {
        StoreFixture fixture = new();
        long last = 0;
        for (int round = 0; round < 20; round++)
        {
            last = fixture.FillSegments(fixture.Segments.Count + 2, from: last + 1);
            fixture.Publish(last - 1);
            fixture.ReleaseAll(last - 1);
            if (round % 5 == 4)
                fixture.PowerFailure();
            Assert.That(fixture.Disk.UsedBytes, Is.LessThan(8 * 32768), $"round {round}");
            Assert.That(fixture.AllSegments, Has.Count.LessThan(5), $"round {round}");
        }

        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Decided.Number, Is.GreaterThanOrEqualTo(last - 1));
        Assert.That(fixture.Store.ForeignFiles, Is.Empty);
    }

    [Test]
    public void What_was_not_given_back_in_one_life_is_in_the_next()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(5);
        fixture.Publish(last - 1);

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.AllSegments, Has.Count.LessThan(5), "the opening takes what the snapshot has");
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(last - 1)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, last, last, padding: 3000) }));
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, last, last, padding: 3000) }));
    }

    [Test]
    public void A_restart_knows_of_each_segment_that_is_left_what_it_speaks_of()
    {
        StoreFixture fixture = new();
        fixture.FillSegments(4);
        long inFirst = HighestIn(fixture, fixture.Segments[0]);
        long inSecond = HighestIn(fixture, fixture.Segments[1]);
        fixture.PowerFailureThatLosesAll();
        fixture.Publish(inSecond);

        Assert.That(fixture.Store.TryRelease(new Slot(inFirst)));
        Assert.That(fixture.Store.TryRelease(new Slot(inFirst)), Is.False);
        Assert.That(fixture.Store.TryRelease(new Slot(inSecond)));
        Assert.That(fixture.Store.TryRelease(new Slot(inSecond)), Is.False);
    }

    /// <summary>Else the log would end where nothing is, and everything behind the snapshot would be told as lost.</summary>
    [Test]
    public void The_header_of_the_segment_in_use_is_durable_before_the_one_before_it_goes()
    {
        for (ulong fate = 0; fate < 8; fate++)
        {
            StoreFixture fixture = new();
            long last = fixture.FillSegments(2);
            while (fixture.AllSegments.Count < 4)
                fixture.Append(Accepted(0, ++last, last, padding: 3000));
            fixture.Publish(last);

            Assert.That(fixture.ReleaseAll(last), Is.EqualTo(2));
            ulong chance = fate;
            fixture.Disk.Crash(() => chance);
            fixture.Reopen();

            Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero), $"fate {fate}");
            Assert.That(fixture.Recovered.Faulty, Is.Empty, $"fate {fate}");
        }
    }

    [Test]
    public void Any_block_of_the_first_segment_behind_a_snapshot_may_go_bad_and_nothing_is_forgotten()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(4);
        long inSnapshot = HighestIn(fixture, fixture.Segments[1]);
        fixture.Publish(inSnapshot);
        fixture.ReleaseAll(inSnapshot);
        fixture.Certify(decided: last);
        fixture.Disk.Kill();
        string first = fixture.Segments[0];
        for (int block = 0; block < 8; block++)
        {
            StoreFixture bad = fixture.OnCloneOfItsDisk();
            bad.Disk.Damage(first, block * FormatReader.Block, new byte[FormatReader.Block]);

            bad.Reopen();

            Assert.That(bad.Forgotten(last), Is.Empty, $"block {block}");
            Assert.That(bad.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero), $"block {block}");
            Assert.That(bad.Recovered.Faulty, Has.Count.LessThan(3), $"block {block}");
            if (block == 0)
                Assert.That(bad.Recovered.Faulty, Is.Empty, "its first batch stands in for its header");
            for (int restart = 0; restart < 3; restart++)
                bad.PowerFailureThatLosesAll();
            Assert.That(bad.Forgotten(last), Is.Empty, $"block {block}");
            Assert.That(bad.AllSegments, Has.Count.LessThan(6), $"block {block}: the chain is not broken, files are used again");
        }
    }

    [Test]
    public void The_segment_in_use_may_lose_its_header_when_it_is_the_first_behind_a_snapshot()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(3);
        fixture.Publish(last - 1);
        fixture.ReleaseAll(last - 1);
        fixture.Restart();
        fixture.AppendAndSync(Accepted(0, last + 1, 51));
        fixture.AppendAndSync(Accepted(0, last + 2, 52));
        fixture.Disk.Damage(fixture.Segments[^1], 0, new byte[FormatReader.Block]);

        fixture.Restart();

        Assert.That(fixture.Forgotten(last + 2), Is.Empty);
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
    }

    [Test]
    public void When_the_snapshot_rots_all_that_is_gone_with_the_segments_is_told_as_lost()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(5);
        fixture.Publish(last - 1);
        fixture.ReleaseAll(last - 1);
        fixture.Disk.OpenDirectory().SyncDirectory();
        long inFirst = LowestIn(fixture, fixture.Segments[0]);
        fixture.RotSnapshot();

        for (int restart = 0; restart < 3; restart++)
        {
            fixture.PowerFailureThatLosesAll();

            Assert.That(fixture.Store.IsSnapshotRotten);
            Assert.That(fixture.Forgotten(last), Is.Empty);
            Assert.That(fixture.Recovered.Faulty, Is.EqualTo(Enumerable.Range(1, (int)inFirst - 1).Select(slot => new Slot(slot))));
            Assert.That(fixture.Recovered.Decided, Is.EqualTo(Slot.Zero));
        }

        fixture.Publish(last);
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(last)));
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.AllSegments, Has.Count.LessThan(5), "the chain is whole again, and files are used again");
        Assert.That(fixture.Store.ForeignFiles, Is.Empty);
    }

    [Test]
    public void A_snapshot_of_millions_of_slots_that_rots_is_told_as_an_open_end_and_not_slot_by_slot()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 3_000_000, 11, padding: 20000));
        long last = fixture.FillSegments(3, from: 3_000_001);
        fixture.Publish(3_000_000);
        Assert.That(fixture.ReleaseAll(3_000_000), Is.GreaterThan(0));
        fixture.RotSnapshot();

        fixture.Restart();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(1)));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.Votes.Select(vote => vote.Slot.Number), Does.Contain(last));
    }

    /// <summary>What a header says of all records before it holds although one of the segments before it is missing.</summary>
    [Test]
    public void Of_a_log_with_a_missing_segment_only_what_is_certain_is_given_back()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(6);
        long inSecond = HighestIn(fixture, fixture.Segments[1]);
        IReadOnlyList<string> before = fixture.Segments;
        fixture.Certify(decided: last);
        fixture.Disk.Kill();
        fixture.Disk.OpenDirectory().Delete(before[3]);
        fixture.Disk.OpenDirectory().SyncDirectory();
        fixture.Reopen();
        Assert.That(fixture.Recovered.Faulty, Is.Not.Empty);
        fixture.Publish(inSecond);

        Assert.That(fixture.ReleaseAll(inSecond), Is.EqualTo(2));
        Assert.That(fixture.Disk.Names, Does.Contain(before[2]).And.Contain(before[4]).And.Contain(before[5]));
        fixture.Publish(last);
        fixture.ReleaseAll(last);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(last)));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.AllSegments, Has.Count.LessThan(5));
    }

    [Test]
    public void A_segment_that_somebody_has_removed_is_no_reason_to_go_on()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(3);
        fixture.Publish(last);
        fixture.Disk.OpenDirectory().Delete(fixture.Segments[0]);

        Assert.That(() => fixture.Store.TryRelease(new Slot(last)), Throws.TypeOf<StorageFailedException>());
        Assert.That(() => fixture.Store.Sync(), Throws.TypeOf<StorageFailedException>());
    }

    [Test]
    public void On_a_full_disk_a_segment_is_given_back_and_the_log_goes_on()
    {
        StoreFixture fixture = new();
        long last = fixture.FillSegments(4);
        fixture.Publish(last);
        fixture.Disk.Budget = fixture.Disk.UsedBytes;
        long full = FillUp(fixture, last);
        Assert.That(fixture.Store.IsDiskFull);

        Assert.That(fixture.Store.TryRelease(new Slot(last)));

        Assert.That(fixture.Store.IsDiskFull, Is.False);
        fixture.AppendAndSync(Accepted(0, full + 1, full + 1, padding: 3000));
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Forgotten(full + 1), Is.Empty);
        Assert.That(fixture.Recovered.Stored()[^1].Slot, Is.EqualTo(new Slot(full + 1)));
    }

    /// <summary>Appends until there is no space; the last slot for which there was.</summary>
    private static long FillUp(StoreFixture fixture, long last)
    {
        try
        {
            while (true)
            {
                fixture.Append(Accepted(0, last + 1, last + 1, padding: 3000));
                fixture.Sync();
                last++;
            }
        }
        catch (DiskFullException)
        {
            return last;
        }
    }

    private static long HighestIn(StoreFixture fixture, string segment) => SlotsIn(fixture, segment).Max();

    private static long LowestIn(StoreFixture fixture, string segment) => SlotsIn(fixture, segment).Min();

    private static IEnumerable<long> SlotsIn(StoreFixture fixture, string segment) =>
        FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity).SelectMany(batch => batch.Records).Select(record => record.Slot);
}
