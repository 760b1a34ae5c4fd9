using NUnit.Framework;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Files are used again; what they held before is void.</summary>
public sealed class RecycledSegmentTests
{
    [Test]
    public void Old_records_of_a_recycled_segment_are_never_taken_for_new_ones()
    {
        StoreFixture fixture = WithRecycledSegment();
        string segment = fixture.Segments[^1];
        fixture.AppendAndSync(Accepted(1, 2, 22));
        Assert.That(fixture.Segments[^1], Is.EqualTo(segment), "it is the recycled file that is in use now");

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored().Select(entry => entry.Slot.Number), Does.Not.Contain(3L), "slot 3 was cut");
        Assert.That(fixture.Recovered.Stored()[1], Is.EqualTo(Entry(1, 2, 22)));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
    }

    [Test]
    public void Schedule_24_old_headers_of_a_recycled_segment_are_not_rot_either()
    {
        StoreFixture fixture = WithRecycledSegment();
        fixture.AppendAndSync(Accepted(1, 2, 22));
        fixture.Certify();
        fixture.PowerFailureThatLosesAll();
        fixture.AppendAndSync(Accepted(1, 3, 23));
        fixture.Certify();

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        Assert.That(fixture.Recovered.Stored().Skip(1), Is.EqualTo(new[] { Entry(1, 2, 22), Entry(1, 3, 23) }));
    }

    [Test]
    public void A_recycled_segment_whose_header_rots_shows_its_new_records_and_none_of_its_old_ones()
    {
        StoreFixture fixture = WithRecycledSegment();
        fixture.AppendAndSync(Accepted(1, 2, 22));
        fixture.Certify();
        fixture.Disk.Damage(fixture.Segments[^1], 0, new byte[FormatReader.Block]);

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(1, 1, 11), Entry(1, 2, 22) }));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
    }

    [Test]
    public void Restarts_do_not_pile_up_files_or_bytes()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        for (int start = 0; start < 50; start++)
            fixture.PowerFailure();

        long bytes = fixture.Disk.Names.Sum(name => (long)fixture.Disk.Platter(name).Length);
        Assert.That(fixture.AllSegments, Has.Count.LessThan(5));
        Assert.That(bytes, Is.LessThan(120_000));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
    }

    [Test]
    public void A_prepared_segment_is_used_by_the_next_start()
    {
        StoreFixture fixture = new(options: Small with { SegmentBytes = 512 * 1024 });
        fixture.AppendAndSync(Accepted(0, 1, 11, padding: 16000));
        Assert.That(fixture.Store.NeedsPreparation);
        for (int step = 0; step < 1000 && fixture.Store.NeedsPreparation; step++)
            fixture.Store.Prepare();
        string prepared = fixture.AllSegments[^1];
        fixture.Certify();

        fixture.Restart();

        Assert.That(fixture.Segments[^1], Is.EqualTo(prepared));
    }

    [Test]
    public void The_next_segment_is_prepared_by_syncs_when_nobody_asks_for_it()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11, padding: 16000));
        fixture.AppendAndSync(Accepted(0, 2, 12));

        Assert.That(fixture.Store.NeedsPreparation, Is.False);
        Assert.That(fixture.Disk.Platter(fixture.AllSegments[^1]), Has.Length.EqualTo(32768));
    }

    /// <summary>
    /// Slots 1, 2 and 3 went unsynced into a segment; power failed, 2 was torn, so 3 was cut; the segment was recycled and is
    /// in use again, with slot 1 in it a second time and the old record of slot 3 still readable as bytes.
    /// </summary>
    private static StoreFixture WithRecycledSegment()
    {
        StoreFixture fixture = new();
        fixture.Append(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));
        fixture.Append(Accepted(0, 3, 13));
        fixture.Disk.Crash(() => 0);
        string first = fixture.Segments[0];
        ReadBatch torn = FormatReader.Read(fixture.Disk.Platter(first), Identity.Identity).Single(batch => batch.Records.Exists(record => record.Slot == 2));
        fixture.Disk.Damage(first, torn.Offset, new byte[FormatReader.Block]);
        fixture.Reopen();
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
        string recycled = fixture.AllSegments[^1];
        Assert.That(fixture.AllSegments, Does.Not.Contain(first));
        for (int tries = 0; tries < 1000 && !string.Equals(fixture.Segments[^1], recycled, StringComparison.Ordinal); tries++)
            fixture.AppendAndSync(Accepted(1, 1, 11));
        Assert.That(fixture.Segments[^1], Is.EqualTo(recycled));
        byte[] file = fixture.Disk.Platter(recycled);
        Assert.That(FormatReader.U32(file, FormatReader.Block), Is.EqualTo(0x50584248u));
        Assert.That(FormatReader.U32(file, 4 * FormatReader.Block), Is.EqualTo(0x50584248u), "the old batch of slot 3");
        return fixture;
    }
}
