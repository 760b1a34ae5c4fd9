using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.Snapshots.SnapshotsOfAFixture;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Snapshots;

/// <summary>The power fails at every single operation of writing a snapshot and of giving segments back, and again at every one of the opening that follows; or space ends there.</summary>
public sealed class SnapshotCrashTests
{
    private const int Steps = 80;

    [Test]
    public void Either_the_old_snapshot_or_the_new_one_is_there_and_the_log_behind_it_wherever_the_power_fails()
    {
        bool failed = true;
        int failures = 0;
        for (long operation = 1; failed; operation++)
        {
            for (ulong seed = 1; seed <= 8; seed++)
            {
                StoreDriver driver = RunUntilPowerFails(operation, seed, out failed);
                driver.Open();
                for (int step = 0; step < 4; step++)
                    driver.StepWithSnapshots();
                failures += failed ? 1 : 0;
            }
        }

        Assert.That(failures, Is.GreaterThan(400));
    }

    [Test]
    public void Nothing_is_lost_when_the_power_fails_again_while_the_log_behind_a_snapshot_is_opened_and_once_more()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            bool hit = true;
            for (long crash = 1; hit; crash++)
            {
                StoreDriver driver = RunUntilPowerFails(long.MaxValue, seed, out _);
                long length = driver.MeasureOpening();
                hit = driver.FailOpening(crash);
                Assert.That(hit, Is.EqualTo(crash <= length), $"seed {seed}, operation {crash} of an opening of {length}");
                driver.FailOpening(length + 2 - crash);
                driver.Open();
                driver.StepWithSnapshots();
            }
        }
    }

    /// <summary>The story of two snapshots and the segments that they free, with the power failing at each of its operations, and each fate of what was not synced.</summary>
    [Test]
    public void A_published_snapshot_is_never_lost_and_nothing_above_it_is([Range(0, 7)] int fate)
    {
        bool failed = true;
        for (long operation = 1; failed; operation++)
        {
            StoreFixture fixture = new();
            long last = fixture.FillSegments(4);
            fixture.Disk.CrashAtOperation = fixture.Disk.Operations + operation;
            Slot published = Slot.Zero;
            failed = false;
            try
            {
                foreach (long slot in new[] { 11, last })
                {
                    published = fixture.Publish(slot).Slot;
                    fixture.ReleaseAll(slot);
                }
            }
            catch (SimulatedPowerFailureException)
            {
                failed = true;
            }

            fixture.Disk.Crash(() => (ulong)fate);
            for (int restart = 0; restart < 2; restart++)
            {
                fixture.Reopen();
                Assert.That(fixture.Recovered.Snapshot.Slot, Is.GreaterThanOrEqualTo(published), $"operation {operation}");
                Assert.That(fixture.Store.IsSnapshotRotten, Is.False, $"operation {operation}");
                Assert.That(fixture.Forgotten(last), Is.Empty, $"operation {operation}");
                Assert.That(fixture.Recovered.Faulty, Is.Empty, $"operation {operation}");
                Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero), $"operation {operation}");
                byte[][] pieces = fixture.Recovered.Snapshot == SnapshotMark.None ? [] : Pieces(fixture.Recovered.Snapshot.Slot.Number);
                Assert.That(fixture.Recovered.SnapshotPieces.Select(piece => piece.ToArray()), Is.EqualTo(pieces), $"operation {operation}");
                fixture.Disk.Crash(() => (ulong)fate);
            }
        }
    }

    [Test]
    public void Without_space_the_snapshot_is_dropped_and_everything_else_is_as_before([Range(0, 6)] int blocks)
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11), Accepted(0, 2, 12));
        SnapshotMark before = fixture.Publish(1);
        fixture.Disk.Budget = fixture.Disk.UsedBytes + (blocks * FormatReader.Block);
        bool fits = blocks == 6;

        if (fits)
            fixture.Publish(2);
        else
            Assert.That(() => fixture.Publish(2), Throws.TypeOf<DiskFullException>());
        fixture.Store.Snapshots.Drop();

        Assert.That(fixture.Store.Snapshots.Newest.Slot.Number, Is.EqualTo(fits ? 2 : 1));
        Assert.That(fixture.Disk.Names, Does.Not.Contain(GroupFiles.Alone.NewSnapshot));
        if (!fits)
            Assert.That(fixture.Store.Snapshots.Read(before, 1)!.Bytes.ToArray(), Is.EqualTo(Pieces(1)[1]));
        fixture.AppendAndSync(Accepted(0, 3, 13));
        fixture.Disk.Budget = long.MaxValue;
        SnapshotMark next = fixture.Publish(2);
        fixture.PowerFailureThatLosesAll();
        Assert.That(fixture.Recovered.Snapshot, Is.EqualTo(next));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 3, 13) }));
    }

    [Test]
    public void On_a_full_disk_the_space_of_the_one_before_is_given_up_for_the_next_attempt()
    {
        StoreFixture fixture = new();
        SnapshotMark first = fixture.Publish(1);
        SnapshotMark second = fixture.Publish(2);
        Assert.That(fixture.Store.Snapshots.Read(first, 1)!.Mark, Is.EqualTo(first));
        fixture.Disk.Budget = fixture.Disk.UsedBytes;

        Assert.That(() => fixture.Publish(3), Throws.TypeOf<DiskFullException>());

        Assert.That(fixture.Store.Snapshots.Read(second, 1)!.Mark, Is.EqualTo(second));
        Assert.That(fixture.Store.Snapshots.Read(first, 1)!.Mark, Is.EqualTo(second), "it is closed");
    }

    [Test]
    public void An_unfinished_snapshot_does_not_keep_a_full_disk_from_starting()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Accepted(0, 1, 11));
        fixture.Store.Snapshots.Begin(new Slot(1));
        fixture.Store.Snapshots.Append(Piece(1, 0, 100_000));
        fixture.Store.Snapshots.Sync();
        fixture.Disk.Budget = fixture.Disk.UsedBytes;

        fixture.Restart();

        Assert.That(fixture.Store.IsDiskFull, Is.False);
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Entry(0, 1, 11) }));
    }

    /// <summary>One to three groups, by the seed.</summary>
    private static StoreDriver RunUntilPowerFails(long operation, ulong seed, out bool failed)
    {
        StoreFixture fixture = new(seed, Small, IdentitiesOf(1 + (int)(seed % 3)));
        SimulatedDisk disk = fixture.Disk;
        StoreDriver driver = new(disk, fixture.Options, fixture.Random);
        disk.Kill();
        driver.Open();
        disk.CrashAtOperation = operation == long.MaxValue ? 0 : disk.Operations + operation;
        failed = false;
        try
        {
            for (int step = 0; step < Steps; step++)
                driver.StepWithSnapshots();
        }
        catch (SimulatedPowerFailureException)
        {
            failed = true;
        }

        disk.Crash(fixture.Random);
        return driver;
    }
}
