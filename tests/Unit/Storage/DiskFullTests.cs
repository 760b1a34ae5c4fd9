using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>A full disk is told apart from a broken one, and ends.</summary>
public sealed class DiskFullTests
{
    [Test]
    public void An_append_without_space_changes_nothing_and_may_be_made_again()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));
        fixture.Disk.Budget = 0;

        Assert.That(() => fixture.Store.Append([Record.OfViews(new View(5), View.None), Accepted(0, 3, 13, 32000)], new(4), Slot.Zero), Throws.TypeOf<DiskFullException>());
        Assert.That(fixture.Store.IsDiskFull);
        Assert.That(fixture.Sync(), Is.EqualTo(2), "what was appended before is synced all the same");
        fixture.Disk.Budget = long.MaxValue;
        fixture.Store.Append([Record.OfViews(new View(5), View.None), Accepted(0, 3, 13, 32000)], new(4), Slot.Zero);
        Assert.That(fixture.Sync(), Is.EqualTo(4));
        Assert.That(fixture.Store.IsDiskFull, Is.False);

        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored().Select(entry => entry.Slot.Number), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(5)));
    }

    [Test]
    public void Nothing_of_a_failed_append_is_recovered()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Disk.Budget = 0;
        Assert.That(() => fixture.Append(Record.OfViews(new View(5), View.None), Accepted(0, 2, 12, 32000)), Throws.TypeOf<DiskFullException>());
        fixture.Sync();
        fixture.Certify();
        fixture.Disk.Budget = long.MaxValue;

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
        Assert.That(fixture.Recovered.Promised, Is.EqualTo(View.First));
    }

    [Test]
    public void The_replica_is_warned_before_the_segment_in_use_is_full()
    {
        StoreFixture fixture = new();
        fixture.Disk.Budget = 0;
        fixture.AppendAndSync(Accepted(0, 1, 11, padding: 16000));

        Assert.That(fixture.Store.IsDiskFull, "it could not prepare the next segment");
        fixture.AppendAndSync(Accepted(0, 2, 12));
        Assert.That(() => fixture.Store.Prepare(), Throws.Nothing);
        Assert.That(fixture.Store.IsDiskFull);
        fixture.Disk.Budget = long.MaxValue;
        fixture.Store.Prepare();
        Assert.That(fixture.Store.IsDiskFull, Is.False);
    }

    [Test]
    public void A_replica_starts_on_a_full_disk()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Sync();
        fixture.Disk.Budget = fixture.Disk.Names.Sum(name => (long)fixture.Disk.Platter(name).Length);

        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Entry(0, 2, 12) }));
        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Entry(0, 2, 12) }));
    }
}
