using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>What goes into the store comes out of it after a restart.</summary>
public sealed class ReplicaStoreTests
{
    [Test]
    public void A_new_directory_remembers_nothing()
    {
        StoreFixture fixture = new();

        Assert.That(fixture.Recovered.Promised, Is.EqualTo(View.First));
        Assert.That(fixture.Recovered.Owned, Is.EqualTo(View.None));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(Slot.Zero));
        Assert.That(fixture.Recovered.Stored(), Is.Empty);
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        Assert.That(fixture.Recovered.ViewRecordLost, Is.False);
    }

    [Test]
    public void Synced_records_are_back_after_a_restart()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Append(1, Accepted(0, 3, 13));
        fixture.Sync();

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Entry(0, 2, 12), Entry(0, 3, 13) }));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
    }

    [Test]
    public void Synced_records_are_back_after_a_power_failure_that_loses_everything_else()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
    }

    [Test]
    public void Sync_returns_the_number_of_the_last_durable_record()
    {
        StoreFixture fixture = new();
        fixture.Append(Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Append(Record.OfViews(new View(1), View.None));

        Assert.That(fixture.Sync(), Is.EqualTo(3));
        Assert.That(fixture.Sync(), Is.EqualTo(3));
    }

    [Test]
    public void The_view_record_is_durable_when_sync_returns()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Record.OfViews(new View(4), new View(1)));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(4)));
        Assert.That(fixture.Recovered.Owned, Is.EqualTo(new View(1)));
    }

    [Test]
    public void The_entry_of_the_highest_view_counts_and_its_view_is_promised()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(2, 1, 21));

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(2, 1, 21) }));
        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(2)));
    }

    [Test]
    public void A_learned_entry_is_decided_by_itself()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Learned(1, 11), Learned(2, 12), Accepted(0, 3, 13));

        fixture.Restart();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(2)));
    }

    [Test]
    public void A_decided_slot_that_comes_after_the_certification_is_noted_too()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Certify();
        Assert.That(fixture.Store.NeedsCertification, Is.False);

        fixture.Certify(decided: 1);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
    }

    [Test]
    public void Schedule_5_what_was_learned_comes_back_as_decided_and_as_nobodys_vote()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(7, 1, 11));
        fixture.AppendAndSync(Learned(1, 11));

        fixture.Restart();

        Assert.That(fixture.Recovered.Known, Is.EqualTo(new[] { new DecidedEntry(new Slot(1), Value(11)) }));
        Assert.That(fixture.Recovered.Votes, Is.Empty);
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
    }

    [Test]
    public void Decided_never_passes_a_missing_slot()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11));
        fixture.Append(5, Accepted(0, 3, 13), Learned(4, 14));
        fixture.Sync();

        fixture.Restart();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
    }

    [Test]
    public void Every_start_has_a_new_incarnation()
    {
        StoreFixture fixture = new();
        Assert.That(fixture.Store.Identity.Incarnation, Is.EqualTo(1));

        fixture.PowerFailure();
        Assert.That(fixture.Store.Identity.Incarnation, Is.EqualTo(2));

        fixture.Restart();
        Assert.That(fixture.Store.Identity.Incarnation, Is.EqualTo(3));
    }

    [Test]
    public void The_identity_comes_back_as_it_was_created()
    {
        StoreFixture fixture = new();

        Assert.That(fixture.Store.Identity with { Incarnation = 0, StartId = Guid.Empty, Peers = [] }, Is.EqualTo(Identity with { Peers = [] }));
    }

    [Test]
    public void Peers_are_remembered()
    {
        StoreFixture fixture = new();
        fixture.Store.RememberPeer(new ReplicaId(2), Memory);

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Store.Identity.Peer(new ReplicaId(2)), Is.EqualTo(Memory));
        Assert.That(fixture.Store.Identity.Peer(new ReplicaId(0)), Is.EqualTo(PeerMemory.Nobody));
    }

    [Test]
    public void What_is_heard_of_the_start_that_is_remembered_is_added_to_it()
    {
        StoreFixture fixture = new();
        fixture.Store.RememberPeer(new ReplicaId(2), Memory);

        fixture.Store.RememberHeard([new HeardMark(new ReplicaId(2), Memory.Start, new View(9), new Slot(3))]);
        fixture.PowerFailureThatLosesAll();
        fixture.Store.RememberHeard([new HeardMark(new ReplicaId(2), Memory.Start with { Id = Guid.NewGuid() }, new View(10), new Slot(90))]);
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Store.Identity.Peer(new ReplicaId(2)), Is.EqualTo(Memory with { Promised = new View(9) }));
    }

    [Test]
    public void Every_start_has_its_own_number_and_draw()
    {
        StoreFixture fixture = new();
        StartMark first = fixture.Store.Identity.Start;

        fixture.PowerFailureThatLosesAll();

        StartMark second = fixture.Store.Identity.Start;
        Assert.That((first.Number, second.Number), Is.EqualTo((1, 2)));
        Assert.That(second.Id, Is.Not.EqualTo(first.Id));
        Assert.That(ReplicaStore.ReadIdentities(fixture.Disk.OpenDirectory())[0].Start, Is.EqualTo(second), "it is durable before anybody hears of it");
    }

    [Test]
    public void A_start_that_found_a_part_of_the_log_lost_is_remembered_for_it()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.AppendAndSync(Accepted(0, 2, 12));
        string segment = fixture.Segments[^1];
        ReadBatch batch = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity).First(batch => batch.Records.Count > 0);
        fixture.Disk.FlipBit(segment, (batch.Records[0].Offset + 30) * 8L);
        Assert.That(fixture.Store.Identity.LossStart, Is.Zero);

        fixture.Restart();
        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(1) }));
        Assert.That(fixture.Store.Identity.LossStart, Is.EqualTo(2));
        fixture.AppendAndSync(Learned(1, 11));
        fixture.Restart();

        Assert.That(fixture.Recovered.Faulty, Is.Empty, "it was repaired");
        Assert.That((fixture.Store.Identity.Incarnation, fixture.Store.Identity.LossStart), Is.EqualTo((3, 2)));
    }

    [Test]
    public void Certification_is_needed_after_a_sync_and_notes_the_decided_slot()
    {
        StoreFixture fixture = new();
        Assert.That(fixture.Store.NeedsCertification, Is.False);
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(0, 2, 12));
        Assert.That(fixture.Store.NeedsCertification, Is.True);

        fixture.Certify(decided: 2);

        Assert.That(fixture.Store.NeedsCertification, Is.False);
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(2)));
    }

    [Test]
    public void A_decision_that_is_learned_after_the_certification_is_noted_by_the_next_one()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Certify(decided: 1);

        fixture.Certify(decided: 2);

        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(2)));
    }

    [Test]
    public void The_log_goes_on_through_many_segments_and_restarts()
    {
        StoreFixture fixture = new();
        List<AcceptedEntry> expected = [];
        for (int slot = 1; slot <= 200; slot++)
        {
            fixture.Append(slot - 1, Accepted(0, slot, slot, padding: slot % 300));
            expected.Add(new AcceptedEntry(new Slot(slot), slot < 200 ? View.None : View.First, Value(slot, slot % 300)));
            if (slot % 3 == 0)
                fixture.Sync();
            if (slot % 50 == 0)
                fixture.Restart();
        }

        fixture.Sync();
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(expected));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(199)));
        Assert.That(fixture.Segments, Has.Count.GreaterThan(5));
    }

    [Test]
    public void Records_larger_than_a_segment_get_a_larger_one()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11, padding: 100_000), Accepted(0, 2, 12));

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(2));
        Assert.That(fixture.Recovered.Stored()[0].Entry, Is.EqualTo(Value(11, 100_000)));
    }

    [Test]
    public void An_append_of_many_records_is_one_or_more_whole_batches()
    {
        StoreFixture fixture = new();
        Record[] records = [.. Enumerable.Range(1, 10_000).Select(slot => (Record)Accepted(0, slot, slot))];
        fixture.Append(10_000, records);
        fixture.Sync();

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(10_000));
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(10_000)));
    }

    [Test]
    public void Reading_only_shows_the_same_and_changes_nothing()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Record.OfViews(new View(3), View.None));
        Assert.That(() => ReplicaStore.ReadOnly(fixture.Disk.OpenDirectory())[0].State, Throws.TypeOf<DataDirectoryInUseException>());
        fixture.Store.Dispose();
        long operations = fixture.Disk.Operations;

        RecoveredState state = ReplicaStore.ReadOnly(fixture.Disk.OpenDirectory())[0].State;

        Assert.That(state.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
        Assert.That(state.Promised, Is.EqualTo(new View(3)));
        Assert.That(fixture.Disk.Operations, Is.EqualTo(operations));
        Assert.That(ReplicaStore.ReadIdentities(fixture.Disk.OpenDirectory())[0].Incarnation, Is.EqualTo(1));
    }

    [Test]
    public void A_second_opening_of_the_same_directory_is_refused()
    {
        StoreFixture fixture = new();

        Assert.That(() => ReplicaStore.Open(fixture.Disk.OpenDirectory(), Small, Guid.NewGuid()), Throws.TypeOf<DataDirectoryInUseException>());
        fixture.Store.Dispose();
        Assert.That(() => fixture.Reopen(), Throws.Nothing);
    }

    [Test]
    public void A_directory_that_is_not_empty_is_not_formatted()
    {
        SimulatedDisk disk = new();
        disk.OpenDirectory().Create("thesis.txt").Dispose();

        Assert.That(
            () => ReplicaStore.Create(disk.OpenDirectory(), Identity, Small),
            Throws.TypeOf<DataDirectoryException>().With.Message.Contains("thesis.txt"));
        Assert.That(ReplicaStore.IsFormatted(disk.OpenDirectory()), Is.False);
        Assert.That(() => ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid()), Throws.TypeOf<DataDirectoryException>());
        Assert.That(disk.Names, Has.Count.EqualTo(1));
    }
}
