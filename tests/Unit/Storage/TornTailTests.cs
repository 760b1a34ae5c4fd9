using NUnit.Framework;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>A torn write was never acknowledged: it is cut, and the cut stays one.</summary>
public sealed class TornTailTests
{
    [Test]
    public void The_last_batch_may_be_torn_at_every_byte()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Sync();
        fixture.Append(2, Accepted(0, 3, 13), Accepted(0, 4, 14));
        fixture.Disk.Crash(() => 0);
        string segment = fixture.Segments[^1];
        byte[] whole = fixture.Disk.Platter(segment);
        ReadBatch last = FormatReader.Read(whole, Identity.Identity)[^1];

        for (int tear = last.Offset; tear <= last.End; tear++)
        {
            StoreFixture torn = fixture.OnCloneOfItsDisk();
            torn.Disk.Damage(segment, tear, new byte[last.End - tear]);
            torn.Reopen();

            int whole3 = tear >= last.Records[0].Offset + last.Records[0].Length ? 1 : 0;
            int whole4 = tear >= last.Records[1].Offset + last.Records[1].Length ? 1 : 0;
            Assert.That(torn.Recovered.Stored(), Has.Count.EqualTo(2 + whole3 + whole4), $"torn at {tear}");
            Assert.That(torn.Recovered.Stored()[0], Is.EqualTo(Known(1, 11)));
            Assert.That(torn.Recovered.Stored()[1], Is.EqualTo(whole4 == 1 ? Known(2, 12) : Entry(0, 2, 12)));
            Assert.That(torn.Recovered.Decided, Is.EqualTo(new Slot(1 + whole4)), "a torn batch decides nothing");
            Assert.That(torn.Recovered.Faulty, Is.Empty);
            Assert.That(torn.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        }
    }

    [Test]
    public void Schedule_24_a_cut_tail_never_becomes_rot()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));
        fixture.Disk.Crash(() => 5);
        fixture.Reopen();
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }), "the tear is cut");

        fixture.AppendAndSync(Accepted(1, 2, 22));
        fixture.Certify();
        fixture.PowerFailureThatLosesAll();

        AssertIntact(fixture, Entry(0, 1, 11), Entry(1, 2, 22));
    }

    [Test]
    public void Schedule_24_two_power_failures_in_a_row()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));
        fixture.Disk.Crash(() => 7);
        fixture.Reopen();
        fixture.Append(Accepted(0, 2, 13));
        fixture.Disk.Crash(() => 7);
        fixture.Reopen();
        fixture.AppendAndSync(Accepted(0, 2, 14));
        fixture.Certify();

        fixture.PowerFailureThatLosesAll();

        AssertIntact(fixture, Entry(0, 1, 11), Entry(0, 2, 14));
    }

    [Test]
    public void Schedule_24_the_unused_rest_of_a_segment_is_not_rot()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11, padding: 16000));
        fixture.AppendAndSync(Accepted(0, 2, 12, padding: 16000));
        Assert.That(fixture.Segments, Has.Count.GreaterThan(1));
        fixture.Certify();

        fixture.PowerFailureThatLosesAll();

        AssertIntact(fixture, Entry(0, 1, 11, padding: 16000), Entry(0, 2, 12, padding: 16000));
    }

    [Test]
    public void Schedule_25_everything_torn_in_the_same_write_leaves_nobody_faulty()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            StoreFixture replica = new(seed);
            replica.AppendAndSync(Accepted(0, 1, 11));
            replica.Append(Accepted(0, 2, 12, padding: 2000));
            replica.Disk.Crash(() => 3);
            replica.Reopen();

            AssertIntact(replica, Entry(0, 1, 11));
        }
    }

    [Test]
    public void A_tear_before_a_readable_batch_ends_the_log()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));
        fixture.Append(Accepted(0, 3, 13));
        fixture.Disk.Crash(() => 0);
        string segment = fixture.Segments[^1];
        ReadBatch second = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)[^2];
        fixture.Disk.Damage(segment, second.Offset, new byte[FormatReader.Block]);

        fixture.Reopen();

        AssertIntact(fixture, Entry(0, 1, 11));
    }

    [Test]
    public void A_decided_slot_is_not_taken_from_a_torn_batch()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Append(2, Accepted(2, 2, 22));
        fixture.Disk.Crash(() => 0);
        string segment = fixture.Segments[^1];
        ReadBatch last = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)[^1];
        fixture.Disk.Damage(segment, last.Records[0].Offset + 28, new byte[8]);

        fixture.Reopen();

        AssertIntact(fixture, Entry(0, 1, 11), Entry(0, 2, 12));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(Slot.Zero), "12 was not what was decided");
    }

    private static void AssertIntact(StoreFixture fixture, params AcceptedEntry[] entries)
    {
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(entries));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
    }
}
