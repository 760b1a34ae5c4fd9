using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Snapshots;

/// <summary>Random lives of a store that takes snapshots and gives segments back, against a <see cref="StoreModel"/>.</summary>
public sealed class SnapshotPropertyTests
{
    private const int Lives = 5;
    private const int Steps = 60;

    [Test]
    public void Whatever_happens_a_snapshot_and_the_log_behind_it_have_everything([Range(1, 4)] int groups)
    {
        int powerFailures = 0;
        int failedSyncs = 0;
        Counts counts = default;
        for (ulong seed = 1; seed <= 150; seed++)
        {
            StoreFixture fixture = new(seed, OptionsFor(seed), IdentitiesOf(groups));
            StoreDriver driver = Start(fixture);
            for (int life = 0; life < Lives; life++)
            {
                Exception? end = Live(fixture, driver);
                powerFailures += end is SimulatedPowerFailureException ? 1 : 0;
                failedSyncs += end is StorageFailedException ? 1 : 0;
                fixture.Disk.Restart();
                if (fixture.Random() % 3 != 0)
                    fixture.Disk.Crash(fixture.Random);
                driver.Open([.. Enumerable.Range(0, (int)(fixture.Random() % 3)).Select(_ => 1 + (long)(fixture.Random() % 20))]);
            }

            counts = counts.With(driver);
        }

        Assert.That(new[] { powerFailures, failedSyncs }, Has.All.GreaterThan(50));
        Assert.That(new[] { counts.Published, counts.Installed, counts.Released }, Has.All.GreaterThan(50));
    }

    [Test]
    public void A_snapshot_that_rots_hides_nothing_and_makes_nothing_up([Range(1, 4)] int groups)
    {
        int lost = 0;
        int rotten = 0;
        for (ulong seed = 1; seed <= 200; seed++)
        {
            StoreFixture fixture = new(seed, OptionsFor(seed), IdentitiesOf(groups));
            StoreDriver driver = Start(fixture);
            for (int step = 0; step < 4 * Steps; step++)
                driver.StepWithSnapshots();
            driver.Sync();
            driver.NoteDecided();
            fixture.Disk.Kill();
            int rots = (int)(fixture.Random() % (ulong)groups);
            string name = GroupFiles.Of(IdentitiesOf(groups)[rots].Group, groups).Snapshot;
            if (!fixture.Disk.Names.Contains(name, StringComparer.Ordinal))
                continue;
            rotten++;
            fixture.Disk.FlipBit(name, (long)(fixture.Random() % ((ulong)fixture.Disk.Platter(name).Length * 8)));

            using ReplicaStore store = fixture.OpenAnother();
            Assert.That(store.Groups.Select(static group => group.IsSnapshotRotten), Is.EqualTo(Enumerable.Range(0, groups).Select(group => group == rots)), $"seed {seed}");
            Check(driver, store, rots);
            IReadOnlyList<Slot> faulty = store.Groups[rots].Recovered.Faulty;
            lost += faulty.Count > 0 ? 1 : 0;

            fixture.Disk.Crash(fixture.Random);
            using ReplicaStore again = fixture.OpenAnother();
            Check(driver, again, rots);
            Assert.That(again.Groups[rots].Recovered.Faulty, Is.SubsetOf(faulty), "what is told as lost once more was lost before");
        }

        Assert.That(rotten, Is.GreaterThan(100));
        Assert.That(lost, Is.GreaterThan(40));
    }

    [Test]
    public void A_full_disk_loses_nothing_and_the_next_snapshot_is_written_when_there_is_space([Range(1, 4)] int groups)
    {
        int full = 0;
        Counts counts = default;
        for (ulong seed = 1; seed <= 60; seed++)
        {
            StoreFixture fixture = new(seed, Small, IdentitiesOf(groups));
            StoreDriver driver = Start(fixture);
            fixture.Disk.Budget = 170_000 + (long)(fixture.Random() % 80_000);
            for (int step = 0; step < 200; step++)
            {
                try
                {
                    driver.StepWithSnapshots();
                }
                catch (DiskFullException)
                {
                    full++;
                    driver.Sync();
                    if (fixture.Random() % 2 == 0)
                    {
                        fixture.Disk.Crash(fixture.Random);
                        fixture.Disk.Budget += 120_000;
                        driver.Open();
                    }

                    fixture.Disk.Budget += 60_000;
                    driver.Retry();
                }
            }

            driver.Sync();
            fixture.Disk.Crash(fixture.Random);
            fixture.Disk.Budget += 120_000;
            driver.Open();
            counts = counts.With(driver);
        }

        Assert.That(full, Is.GreaterThan(10));
        Assert.That(new[] { counts.Published, counts.Dropped, counts.Released }, Has.All.GreaterThan(10));
    }

    private static StoreDriver Start(StoreFixture fixture)
    {
        fixture.Disk.Kill();
        StoreDriver driver = new(fixture.Disk, fixture.Options, fixture.Random);
        driver.Open();
        return driver;
    }

    /// <summary>A life to its end; what ended it, null for kill -9.</summary>
    private static Exception? Live(StoreFixture fixture, StoreDriver driver)
    {
        ulong fate = fixture.Random() % 3;
        if (fate == 0)
            fixture.Disk.CrashAtOperation = fixture.Disk.Operations + 1 + (long)(fixture.Random() % 60);
        try
        {
            for (int step = 0; step < Steps; step++)
            {
                fixture.Disk.FailingSyncs = fate == 1 && step == Steps / 2 ? 1 : fixture.Disk.FailingSyncs;
                driver.StepWithSnapshots();
            }
        }
        catch (Exception end) when (end is SimulatedPowerFailureException or StorageFailedException)
        {
            fixture.Disk.FailingSyncs = 0;
            return end;
        }

        fixture.Disk.FailingSyncs = 0;
        return null;
    }

    /// <summary>
    /// Nothing is decided that was only voted for, and the groups whose snapshots are intact have lost nothing. That every slot with a record is there or told as lost is for the model to check; one
    /// that only the snapshot had, and in which nothing was ever stored here, need not be told: there was no vote.
    /// </summary>
    private static void Check(StoreDriver driver, ReplicaStore store, int rotten)
    {
        for (int index = 0; index < store.Groups.Count; index++)
        {
            RecoveredState state = store.Groups[index].Recovered;
            DrivenGroup group = driver.Groups[index];
            group.Model.CheckRotten(state);
            Assert.That(state.Known.Where(known => group.IsStale(known.Slot)), Is.Empty, "votes for what was never chosen");
            if (index != rotten)
                Assert.That((state.Faulty.Count, state.FaultyFrom), Is.EqualTo((0, Slot.Zero)), "its snapshot is intact");
        }
    }

    private static StoreOptions OptionsFor(ulong seed) => Small with
    {
        SegmentBytes = 16384 << (int)(seed % 3),
        FirstSegmentBytes = 16384 << (int)(seed / 3 % 3),
        ReturnBytes = 8192,
    };

    private readonly record struct Counts(int Published, int Installed, int Released, int Dropped)
    {
        public Counts With(StoreDriver driver) => new(
            Published + driver.Groups.Sum(static group => group.Published),
            Installed + driver.Groups.Sum(static group => group.Installed),
            Released + driver.Released,
            Dropped + driver.Groups.Sum(static group => group.Dropped));
    }
}
