using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Snapshots;

/// <summary>The log goes on where the snapshot ends; what it says of earlier slots is passed over.</summary>
public sealed class LogBehindSnapshotTests
{
    [Test]
    public void What_a_snapshot_has_is_not_taken_from_the_log_and_decided_begins_at_it()
    {
        StoreFixture fixture = new();
        fixture.Append(2, Accepted(0, 1, 11), Accepted(0, 2, 12), Accepted(0, 3, 13), Learned(4, 14), Accepted(0, 5, 15), Accepted(0, 6, 16));
        fixture.Sync();
        SnapshotMark mark = fixture.Publish(4);

        for (int restart = 0; restart < 2; restart++)
        {
            fixture.PowerFailureThatLosesAll();

            Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(mark));
            Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(4)));
            Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 5, 15), Entry(0, 6, 16) }));
            Assert.That(fixture.Recovered.Faulty, Is.Empty);
            Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        }
    }

    [Test]
    public void What_is_decided_behind_it_is_decided_without_a_hole()
    {
        StoreFixture fixture = new();
        fixture.Publish(4);
        fixture.Append(6, Accepted(0, 5, 15), Accepted(0, 6, 16), Accepted(0, 7, 17));
        fixture.Sync();

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(6)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(5, 15), Known(6, 16), Entry(0, 7, 17) }));
    }

    [Test]
    public void A_snapshot_that_is_ahead_of_the_whole_log_leaves_nothing_of_it()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Publish(1000);
        fixture.Certify(decided: 1000);

        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1000)));
        Assert.That(fixture.Recovered.Stored(), Is.Empty);
        fixture.Append(1000, Accepted(3, 1001, 51));
        fixture.Sync();
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(3, 1001, 51) }));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1000)));
        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(3)), "the promise that the vote implies");
    }

    [Test]
    public void Rot_of_what_a_snapshot_has_is_no_loss()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.AppendAndSync(Accepted(0, 3, 13));
        fixture.AppendAndSync(Accepted(0, 4, 14));
        fixture.Certify();
        fixture.Publish(3);
        string segment = fixture.Segments[^1];
        List<ReadBatch> batches = [.. FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity).Where(batch => batch.Records.Count > 0)];
        fixture.Disk.FlipBit(segment, (batches[0].Records[1].Offset + 30) * 8L);
        fixture.Disk.FlipBit(segment, (batches[1].Offset + 60) * 8L);

        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 4, 14) }));
        Assert.That(fixture.Store.Identity.LossStart, Is.Zero);
    }

    [Test]
    public void Rot_above_a_snapshot_is_named_from_its_end_on()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.AppendAndSync(Accepted(0, 2, 12), Accepted(0, 5, 15));
        fixture.AppendAndSync(Accepted(0, 6, 16));
        fixture.Certify();
        fixture.Publish(3);
        string segment = fixture.Segments[^1];
        ReadBatch second = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity).Where(batch => batch.Records.Count > 0).ElementAt(1);
        fixture.Disk.FlipBit(segment, (second.Offset + 60) * 8L);

        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(4), new Slot(5) }));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 6, 16) }));
    }

    [Test]
    public void What_was_not_synced_and_is_in_the_snapshot_is_not_written_again()
    {
        StoreFixture fixture = new();
        fixture.Append(Accepted(0, 1, 11), Accepted(0, 2, 12), Accepted(0, 3, 13));
        fixture.Publish(2);

        fixture.Restart();

        IEnumerable<long> written = FormatReader.Read(fixture.Disk.Platter(fixture.Segments[^1]), Identity.Identity)
            .SelectMany(batch => batch.Records).Select(record => record.Slot);
        Assert.That(written, Is.EqualTo(new[] { 3 }));
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 3, 13) }));
    }

    [Test]
    public void A_vote_and_a_promise_of_a_life_before_survive_a_snapshot()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Record.OfViews(new View(4), new View(1)), Accepted(4, 1, 11), Accepted(4, 2, 12));
        fixture.Publish(1);

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(4)));
        Assert.That(fixture.Recovered.Owned, Is.EqualTo(new View(1)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(4, 2, 12) }));
    }

    [Test]
    public void An_open_end_that_was_closed_at_a_slot_that_is_in_the_snapshot_stays_closed()
    {
        StoreFixture fixture = WithLostEnd();
        fixture.Publish(6);
        fixture.Restart();
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(7)), "lost votes may be above the snapshot");

        fixture.AppendAndSync(Record.OfClosedEnd(new View(5), new Slot(3)), Accepted(5, 7, 17));
        for (int restart = 0; restart < 2; restart++)
        {
            fixture.PowerFailureThatLosesAll();
            Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
            Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(5, 7, 17) }));
        }
    }

    [Test]
    public void A_closing_that_was_not_synced_is_written_again_whatever_its_slot()
    {
        StoreFixture fixture = WithLostEnd();
        fixture.Publish(6);
        fixture.Append(Record.OfClosedEnd(new View(5), new Slot(3)));

        fixture.Restart();
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
    }

    /// <summary>
    /// Votes of this replica that were never chosen stand in the log; then it took a snapshot of another replica in which other values were decided there.
    /// </summary>
    [Test]
    public void A_note_that_rests_on_a_lost_snapshot_makes_no_vote_a_decision()
    {
        StoreFixture fixture = WithStaleVotes();
        fixture.RotSnapshot();

        fixture.Restart();

        Assert.That(fixture.Recovered.Known.Select(known => known.Slot), Is.EqualTo(new[] { new Slot(1) }), "that was noted before there was a snapshot");
        Assert.That(fixture.Recovered.Votes.Select(vote => vote.Slot.Number), Is.EqualTo(new[] { 2, 3, 7 }), "they are what they are");
        Assert.That(fixture.Recovered.Faulty.Select(slot => slot.Number), Is.EqualTo(new[] { 4, 5, 6 }), "only the snapshot had them");
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
    }

    [Test]
    public void Nor_does_it_with_a_snapshot_of_a_lower_slot_than_it_rests_on()
    {
        StoreFixture fixture = WithStaleVotes();
        fixture.RotSnapshot();
        fixture.Restart();
        fixture.Publish(2);

        for (int restart = 0; restart < 2; restart++)
        {
            fixture.PowerFailureThatLosesAll();

            Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(2)));
            Assert.That(fixture.Recovered.Known, Is.Empty);
            Assert.That(fixture.Recovered.Votes.Select(vote => vote.Slot.Number), Is.EqualTo(new[] { 3, 7 }));
            Assert.That(fixture.Recovered.Faulty.Select(slot => slot.Number), Is.EqualTo(new[] { 4, 5, 6 }));
        }
    }

    [Test]
    public void With_a_snapshot_of_the_slot_that_it_rests_on_or_a_later_one_it_counts([Values(6, 7)] long slot)
    {
        StoreFixture fixture = WithStaleVotes();
        fixture.RotSnapshot();
        fixture.Restart();
        fixture.Publish(slot);

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(7)));
        Assert.That(fixture.Recovered.Votes, Is.Empty);
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
    }

    [Test]
    public void What_a_lost_snapshot_had_is_repaired_by_what_is_learned()
    {
        StoreFixture fixture = WithStaleVotes();
        fixture.RotSnapshot();
        fixture.Restart();
        fixture.Append(7, [.. Enumerable.Range(2, 6).Select(slot => Learned(slot, 90 + slot))]);
        fixture.Sync();

        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.Stored().Skip(1), Is.EqualTo(Enumerable.Range(2, 6).Select(slot => Known(slot, 90 + slot))));
    }

    [Test]
    public void A_snapshot_of_a_slot_far_above_what_the_log_shows_is_lost_with_an_open_end_and_without_a_list()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Sync();
        fixture.Publish(5_000_000);
        fixture.Append(5_000_000, Accepted(3, 5_000_001, 51));
        fixture.Sync();
        fixture.RotSnapshot();

        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(3)));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
    }

    /// <summary>Slot 1 is decided here, 2 and 3 are votes that were never chosen; then came a snapshot of slot 6, and slot 7 was decided behind it.</summary>
    private static StoreFixture WithStaleVotes()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11), Accepted(1, 2, 77), Accepted(1, 3, 78));
        fixture.Sync();
        fixture.Publish(6);
        fixture.Append(7, Accepted(4, 7, 17));
        fixture.Sync();
        fixture.Certify(decided: 7);
        RecoveredState intact = Peek(fixture);
        Assert.That(intact.Decided, Is.EqualTo(new Slot(7)));
        Assert.That(intact.Known.Select(known => known.Slot.Number), Is.EqualTo(new[] { 7 }));
        return fixture;
    }

    /// <summary>A log whose last batch is gone, though the identity file says that it was synced.</summary>
    private static StoreFixture WithLostEnd()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Record.OfViews(new View(1), View.None), Accepted(1, 1, 11));
        fixture.AppendAndSync(Accepted(1, 2, 12));
        fixture.Store.RememberPeer(new ReplicaId(0), Memory);
        string segment = fixture.Segments[^1];
        ReadBatch last = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)[^1];
        fixture.Disk.Damage(segment, last.Offset, new byte[last.End - last.Offset]);
        fixture.Restart();
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(1)));
        return fixture;
    }

    private static RecoveredState Peek(StoreFixture fixture)
    {
        StoreFixture copy = fixture.OnCloneOfItsDisk();
        return ReplicaStore.ReadOnly(copy.Disk.OpenDirectory())[0].State;
    }
}
