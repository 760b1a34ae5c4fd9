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

/// <summary>What a page cache shows is not what a disk has.</summary>
public sealed class UnsyncedTests
{
    [Test]
    public void Schedule_26_what_is_readable_but_was_never_synced_is_synced_before_it_counts()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));

        fixture.Restart();
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11), Entry(0, 2, 12) }));
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11), Entry(0, 2, 12) }));
    }

    [Test]
    public void Schedule_26_a_view_record_that_was_never_synced_is_synced_before_it_counts()
    {
        StoreFixture fixture = new();
        fixture.Append(Record.OfViews(new View(4), new View(4)));
        fixture.Disk.CrashAtOperation = fixture.Disk.Operations + 2;
        Assert.That(() => fixture.Sync(), Throws.TypeOf<SimulatedPowerFailureException>(), "killed between write and sync");
        fixture.Disk.Restart();

        fixture.Reopen();
        Assert.That(fixture.Recovered.Owned, Is.EqualTo(new View(4)));
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Owned, Is.EqualTo(new View(4)));
    }

    [Test]
    public void Schedule_27_a_failed_sync_is_never_tried_again()
    {
        StoreFixture fixture = new();
        fixture.Append(Accepted(0, 1, 11));
        fixture.Disk.FailingSyncs = 1;
        long synced = fixture.Disk.SyncCount;

        Assert.That(() => fixture.Sync(), Throws.TypeOf<StorageFailedException>());
        Assert.That(() => fixture.Sync(), Throws.TypeOf<StorageFailedException>());
        Assert.That(() => fixture.Append(Accepted(0, 2, 12)), Throws.TypeOf<StorageFailedException>());
        Assert.That(() => fixture.Certify(), Throws.TypeOf<StorageFailedException>());
        Assert.That(fixture.Disk.SyncCount, Is.EqualTo(synced));
        Assert.That(fixture.Store.NeedsCertification, Is.False);
    }

    [Test]
    public void Schedule_27_after_a_failed_sync_the_cache_shows_what_the_disk_does_not_have()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Append(Accepted(0, 2, 12));
        fixture.Disk.FailingSyncs = 1;
        Assert.That(() => fixture.Sync(), Throws.TypeOf<StorageFailedException>());

        fixture.Restart();
        IReadOnlyList<AcceptedEntry> reported = fixture.Recovered.Stored();
        fixture.PowerFailureThatLosesAll();

        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(reported), "what was reported once is there for good");
    }

    [Test]
    public void Schedule_27_a_promise_survives_a_failed_sync_of_the_next_one_and_a_power_failure_at_the_next_start()
    {
        for (int operation = 1; operation <= 20; operation++)
        {
            StoreFixture fixture = new((ulong)operation);
            fixture.AppendAndSync(Record.OfViews(new View(8), new View(8)));
            fixture.Append(Record.OfViews(new View(12), new View(8)));
            fixture.Disk.FailingSyncs = 1;
            Assert.That(() => fixture.Sync(), Throws.TypeOf<StorageFailedException>());
            fixture.Disk.Kill();
            fixture.Disk.CrashAtOperation = fixture.Disk.Operations + operation;
            try
            {
                fixture.Reopen();
            }
            catch (SimulatedPowerFailureException)
            {
            }

            fixture.PowerFailure();

            Assert.That(fixture.Recovered.Promised, Is.GreaterThanOrEqualTo(new View(8)), $"failed at operation {operation}");
            Assert.That(fixture.Recovered.Owned, Is.EqualTo(new View(8)));
        }
    }

    [Test]
    public void A_failed_sync_of_the_directory_is_fatal()
    {
        StoreFixture fixture = new();
        fixture.Disk.Kill();
        fixture.Disk.FailingSyncs = 1;

        Assert.That(() => fixture.Reopen(), Throws.TypeOf<StorageFailedException>());
        Assert.That(() => fixture.Reopen(), Throws.Nothing, "the lock was given back");
    }
}
