using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>What was certified and is bad now is rot: never cut, named as faulty, and never replaced by something older.</summary>
public sealed class RotTests
{
    [Test]
    public void A_rotten_record_is_faulty_and_what_stands_behind_it_is_not_cut()
    {
        StoreFixture fixture = Certified(Accepted(0, 1, 11), Accepted(0, 2, 12), Accepted(0, 3, 13));
        FlipIn(fixture, slot: 2, at: 30);

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11), Entry(0, 3, 13) }));
        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(2) }));
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
    }

    [Test]
    public void Decided_never_passes_a_faulty_slot()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(0, 2, 12), Accepted(0, 3, 13));
        fixture.Certify(decided: 3);
        FlipIn(fixture, slot: 2, at: 30);

        fixture.Restart();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
    }

    [TestCase(0)]
    [TestCase(8)]
    [TestCase(12)]
    [TestCase(20)]
    [TestCase(30)]
    public void Schedule_8_an_older_vote_is_not_reported_where_a_newer_one_rotted(int at)
    {
        StoreFixture fixture = new();
        fixture.Append(5, [.. Enumerable.Range(1, 5).Select(slot => Accepted(0, slot, slot))]);
        fixture.Append(5, Accepted(0, 6, 60), Accepted(0, 7, 70));
        fixture.Sync();
        fixture.AppendAndSync(Accepted(2, 6, 99));
        fixture.Certify(decided: 5);
        FlipIn(fixture, slot: 6, at);

        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(6) }));
        Assert.That(fixture.Recovered.Stored().Select(entry => entry.Slot.Number), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 7 }));
        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(2)), "the promise that the lost vote implied");
    }

    [Test]
    public void Schedule_8_with_the_header_gone_every_slot_it_may_have_named_is_faulty()
    {
        StoreFixture fixture = new();
        fixture.Append(0, [.. Enumerable.Range(1, 5).Select(slot => Accepted(0, slot, slot))]);
        fixture.Append(5, Accepted(0, 6, 60), Accepted(0, 7, 70));
        fixture.Sync();
        fixture.AppendAndSync(Record.OfViews(new View(2), View.None), Accepted(2, 6, 99));
        fixture.Certify(decided: 5);
        ReadBatch batch = BatchOf(fixture, slot: 6, out string segment);
        fixture.Disk.FlipBit(segment, (batch.Offset + 60) * 8L);

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored().Select(entry => entry.Slot.Number), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(6), new Slot(7) }));
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero), "a later header says that nothing was above 7");
        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(2)));
    }

    [Test]
    public void A_record_behind_the_rot_repairs_the_slot()
    {
        StoreFixture fixture = Certified(Accepted(0, 1, 11), Accepted(0, 2, 12));
        FlipIn(fixture, slot: 2, at: 30);
        fixture.Restart();
        fixture.AppendAndSync(Learned(1, 11), Learned(2, 12));

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Known(2, 12) }));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(2)));
    }

    [Test]
    public void Rot_of_a_later_vote_for_a_decided_slot_takes_nothing_away()
    {
        StoreFixture fixture = new();
        fixture.Append(0, Accepted(0, 1, 11));
        fixture.Append(1, Accepted(0, 2, 12));
        fixture.Sync();
        fixture.AppendAndSync(Accepted(3, 1, 11));
        fixture.Certify(decided: 1);
        FlipIn(fixture, slot: 1, at: 30);

        fixture.Restart();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
        Assert.That(fixture.Recovered.Stored()[0].Entry, Is.EqualTo(Value(11)));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
    }

    [Test]
    public void A_header_without_records_that_rots_loses_nothing()
    {
        StoreFixture fixture = Certified(Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.AppendAndSync(Accepted(0, 3, 13));
        string segment = fixture.Segments[^1];
        ReadBatch empty = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)[^2];
        Assert.That(empty.Records, Is.Empty);
        fixture.Disk.FlipBit(segment, (empty.Offset + 60) * 8L);

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(3));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
    }

    [Test]
    public void A_readable_end_below_what_was_certified_is_rot()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.AppendAndSync(Accepted(0, 2, 12));
        fixture.Store.RememberPeer(new ReplicaId(0), Memory);
        string segment = fixture.Segments[^1];
        ReadBatch last = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)[^1];
        fixture.Disk.Damage(segment, last.Offset, new byte[last.End - last.Offset]);

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(1)), "nothing of it was decided, and nobody can say what was lost");
    }

    [Test]
    public void A_lost_end_stays_lost_after_more_restarts()
    {
        StoreFixture fixture = new();
        fixture.Append(0, Accepted(0, 1, 11));
        fixture.Append(1, Accepted(0, 2, 12));
        fixture.Sync();
        fixture.Certify();
        fixture.Restart();
        fixture.Disk.Kill();
        fixture.Disk.OpenDirectory().Delete(fixture.Segments[^1]);

        fixture.Reopen();
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(2)));
        fixture.AppendAndSync(Accepted(1, 2, 22));
        fixture.Restart();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(3)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Entry(1, 2, 22) }));
    }

    [Test]
    public void A_segment_that_is_missing_in_the_middle_is_rot()
    {
        StoreFixture fixture = new();
        for (int slot = 1; slot <= 6; slot++)
        {
            fixture.Append(slot - 1, Accepted(0, slot, slot, padding: 12000));
            fixture.Sync();
        }

        fixture.Certify(decided: 5);
        Assert.That(fixture.Segments, Has.Count.GreaterThan(3));
        fixture.Disk.Kill();
        fixture.Disk.OpenDirectory().Delete(fixture.Segments[1]);

        fixture.Reopen();

        Assert.That(fixture.Recovered.Decided.Number, Is.LessThan(5));
        Assert.That(fixture.Recovered.Stored(), Has.Count.LessThan(6));
        Assert.That(
            fixture.Recovered.Stored().Select(entry => entry.Slot).Concat(fixture.Recovered.Faulty).Order(),
            Is.EqualTo(Enumerable.Range(1, 6).Select(slot => new Slot(slot))));
    }

    [Test]
    public void A_block_that_cannot_be_read_is_rot()
    {
        StoreFixture fixture = Certified(Accepted(0, 1, 11, padding: 5000), Accepted(0, 2, 12, padding: 5000), Accepted(0, 3, 13));
        ReadBatch batch = BatchOf(fixture, slot: 2, out string segment);
        fixture.Disk.MakeUnreadable(segment, batch.Records[1].Offset + 100, 1);

        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Does.Contain(new Slot(2)));
        Assert.That(fixture.Recovered.Stored().Select(entry => entry.Slot.Number), Does.Contain(3L));
    }

    [Test]
    public void A_record_that_was_written_to_the_place_of_another_is_noticed()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.AppendAndSync(Accepted(0, 2, 12));
        fixture.Certify();
        string segment = fixture.Segments[^1];
        byte[] file = fixture.Disk.Platter(segment);
        List<ReadBatch> batches = FormatReader.Read(file, Identity.Identity);
        ReadBatch from = batches.Single(batch => batch.Records.Exists(record => record.Slot == 2));
        ReadBatch to = batches.Single(batch => batch.Records.Exists(record => record.Slot == 1));
        fixture.Disk.Damage(segment, to.Offset, file.AsSpan(from.Offset, from.End - from.Offset));

        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Does.Contain(new Slot(1)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 2, 12) }));
    }

    [Test]
    public void A_sync_that_lied_is_noticed_as_rot()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));
        fixture.Disk.LyingSyncs = 1;
        fixture.Sync();
        fixture.AppendAndSync(Accepted(0, 3, 13));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored().Select(entry => entry.Slot.Number), Does.Not.Contain(2L));
        Assert.That(fixture.Recovered.Faulty, Does.Contain(new Slot(2)));
    }

    [Test]
    public void Every_single_flipped_bit_of_a_certified_log_is_either_harmless_or_named()
    {
        StoreFixture fixture = new();
        fixture.Append(0, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Append(2, Accepted(0, 3, 13, padding: 6000));
        fixture.Sync();
        fixture.Restart();
        fixture.Append(3, Record.OfViews(new View(2), View.None), Accepted(2, 4, 24), Learned(3, 13, padding: 6000));
        fixture.Sync();
        fixture.AppendAndSync(Accepted(2, 5, 25));
        fixture.Certify(decided: 4);
        fixture.Disk.Kill();
        int faulty = 0;
        foreach (string segment in fixture.Segments)
        {
            int length = fixture.Disk.Platter(segment).Length;
            for (int at = 0; at < length; at++)
                faulty += CheckWithFlippedBit(fixture, segment, (at * 8L) + (at % 8));
        }

        Assert.That(faulty, Is.GreaterThan(500));
    }

    private static int CheckWithFlippedBit(StoreFixture fixture, string segment, long bit)
    {
        long[] values = [11, 12, 13, 24, 25];
        StoreFixture rotten = fixture.OnCloneOfItsDisk();
        rotten.Disk.FlipBit(segment, bit);
        RecoveredState state = PaxosShard.Replica.Node.Storage.ReplicaStore.ReadOnly(rotten.Disk.OpenDirectory())[0].State;
        Assert.That(state.Promised, Is.EqualTo(new View(2)));
        for (int slot = 1; slot <= 5; slot++)
        {
            bool faulty = state.Faulty.Contains(new Slot(slot)) || (state.FaultyFrom != Slot.Zero && state.FaultyFrom.Number <= slot);
            AcceptedEntry entry = state.Stored().FirstOrDefault(candidate => candidate.Slot.Number == slot);
            if (!faulty)
                Assert.That(entry.Entry, Is.EqualTo(Value(values[slot - 1], slot == 3 ? 6000 : 0)), $"bit {bit} of {segment}, slot {slot}");
        }

        bool decidedIsIntact = state.Stored().Count(entry => entry.Slot <= state.Decided) == state.Decided.Number;
        Assert.That(decidedIsIntact, $"bit {bit} of {segment}");
        return state.Faulty.Count == 0 && state.FaultyFrom == Slot.Zero ? 0 : 1;
    }

    private static StoreFixture Certified(params Record[] records)
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(records);
        fixture.Certify();
        return fixture;
    }

    /// <summary>Flips a bit of the newest record of a slot.</summary>
    private static void FlipIn(StoreFixture fixture, long slot, int at)
    {
        ReadBatch batch = BatchOf(fixture, slot, out string segment);
        fixture.Disk.FlipBit(segment, (batch.Records.Last(record => record.Slot == slot).Offset + at) * 8L);
    }

    private static ReadBatch BatchOf(StoreFixture fixture, long slot, out string segment)
    {
        foreach (string name in fixture.Segments.Reverse())
        {
            ReadBatch? batch = FormatReader.Read(fixture.Disk.Platter(name), Identity.Identity)
                .LastOrDefault(candidate => candidate.Records.Exists(record => record.Slot == slot));
            segment = name;
            if (batch is not null)
                return batch;
        }

        throw new InvalidOperationException($"no record of slot {slot}");
    }
}
