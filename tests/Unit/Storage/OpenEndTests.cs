using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>The open end of lost slots: there until it is closed, and then for good.</summary>
public sealed class OpenEndTests
{
    [Test]
    public void An_open_end_that_was_closed_does_not_come_back_with_every_restart()
    {
        StoreFixture fixture = WithLostEnd();
        AcceptInViewFive(fixture);
        fixture.AppendAndSync(Closed(through: 6));

        for (int restart = 0; restart < 3; restart++)
        {
            fixture.Restart();
            Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
            Assert.That(fixture.Recovered.Faulty, Is.Empty);
            Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(6));
        }
    }

    [Test]
    public void An_open_end_stays_open_until_its_closing_is_durable()
    {
        StoreFixture fixture = WithLostEnd();
        AcceptInViewFive(fixture);
        fixture.Append(Closed(through: 6));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(7)));
    }

    [Test]
    public void A_closing_that_was_read_but_never_synced_is_written_again_and_counts()
    {
        StoreFixture fixture = WithLostEnd();
        AcceptInViewFive(fixture);
        fixture.Append(Closed(through: 6));

        fixture.Restart();
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
    }

    [Test]
    public void An_open_end_stays_open_where_the_record_of_its_closing_rotted()
    {
        StoreFixture fixture = WithLostEnd();
        AcceptInViewFive(fixture);
        fixture.AppendAndSync(Closed(through: 6));
        fixture.Certify();
        string segment = fixture.Segments[^1];
        ReadRecord closing = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)
            .SelectMany(batch => batch.Records)
            .Single(record => record.Kind == 3);
        fixture.Disk.FlipBit(segment, (closing.Offset + 10) * 8L);

        fixture.Restart();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(new Slot(7)));
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(6));
    }

    [Test]
    public void Votes_that_rot_behind_a_closed_end_are_faulty_and_not_taken_for_nothing()
    {
        StoreFixture fixture = WithLostEnd();
        AcceptInViewFive(fixture);
        fixture.AppendAndSync(Closed(through: 6));
        fixture.Certify();
        LoseNewestBatchWith(fixture, slot: 5);

        fixture.Restart();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero), "above slot 6 nothing was ever said");
        Assert.That(fixture.Recovered.Faulty, Does.Contain(new Slot(5)));
    }

    [Test]
    public void Behind_a_closed_end_a_batch_that_is_lost_has_a_highest_slot_again()
    {
        StoreFixture fixture = WithLostEnd();
        AcceptInViewFive(fixture);
        fixture.AppendAndSync(Closed(through: 6));
        fixture.AppendAndSync(Accepted(5, 7, 7));
        fixture.AppendAndSync(Accepted(5, 8, 8));
        fixture.Certify();
        LoseNewestBatchWith(fixture, slot: 7);

        fixture.Restart();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        Assert.That(fixture.Recovered.Faulty, Does.Contain(new Slot(7)));
        Assert.That(fixture.Recovered.Stored().Select(entry => entry.Slot.Number), Does.Contain(8L));
    }

    [Test]
    public void What_a_core_writes_when_it_hears_the_primary_of_a_later_view_closes_the_end()
    {
        StoreFixture fixture = WithLostEnd();
        ReplicaCore core = new(new GroupOptions { ReplicaCount = 3, Self = Identity.Replica }, fixture.Recovered, new ShardMachine());
        ReplicaId primary = new(0);
        PaxosShard.Wire.Entries.Entry[] inherited = [Value(11), Value(12), PaxosShard.Wire.Entries.Entry.NoOp];
        core.Step([Input.PeerConnected(primary)], new(1, 1));
        Input[] inputs = [.. inherited.Select((entry, index) => Input.FromPeer(primary, new Proposal(new View(3), new Slot(index + 1), entry, Slot.Zero)))];
        Effects effects = core.Step(inputs, new(1, 1));
        Assert.That(effects.Records.Select(record => record.Kind), Does.Not.Contain(RecordKind.OpenEndClosed), "nobody has said yet what was inherited");
        fixture.Append([.. effects.Records]);
        effects = core.Step([Input.FromPeer(primary, Beat(ownNoOp: 3))], new(1, 1));
        fixture.Append([.. effects.Records]);
        fixture.Sync();

        fixture.Restart();

        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(3));
    }

    private static Heartbeat Beat(long ownNoOp) => new(
        new View(3), Slot.Zero, Nonce: 0, HearsQuorum: true, new Slot(ownNoOp), Slot.Zero, 0);

    private static Record Closed(long through) => Record.OfClosedEnd(new View(5), new Slot(through));

    /// <summary>A log whose last batch is gone, though the identity file says that it was synced.</summary>
    private static StoreFixture WithLostEnd()
    {
        StoreFixture fixture = new(options: Small with { SegmentBytes = 128 * 1024, FirstSegmentBytes = 128 * 1024 });
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

    /// <summary>Spoils the header of the newest batch that has a record of a slot.</summary>
    private static void LoseNewestBatchWith(StoreFixture fixture, long slot)
    {
        foreach (string segment in fixture.Segments.Reverse())
        {
            ReadBatch? batch = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)
                .FindLast(batch => batch.Records.Exists(record => record.Slot == slot));
            if (batch is null)
                continue;
            fixture.Disk.FlipBit(segment, (batch.Offset + 60) * 8L);
            return;
        }

        Assert.Fail($"no record of slot {slot} was found");
    }

    /// <summary>Views go by; everything is accepted anew in a higher one.</summary>
    private static void AcceptInViewFive(StoreFixture fixture)
    {
        fixture.Append(Record.OfViews(new View(5), View.None));
        for (int slot = 1; slot <= 6; slot++)
            fixture.Append(Accepted(5, slot, slot));
        fixture.Sync();
    }
}
