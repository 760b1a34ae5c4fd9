using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Simulator.Disk;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Random lives of a store against a <see cref="StoreModel"/>.</summary>
public sealed class StorePropertyTests
{
    private const int Lives = 6;
    private const int Steps = 40;

    [Test]
    public void Whatever_happens_what_was_synced_is_there_and_nothing_else([Range(1, 4)] int groups)
    {
        int powerFailures = 0;
        int kills = 0;
        int failedSyncs = 0;
        for (ulong seed = 1; seed <= 150; seed++)
        {
            StoreFixture fixture = new(seed, OptionsFor(seed), IdentitiesOf(groups));
            StoreDriver driver = Start(fixture);
            for (int life = 0; life < Lives; life++)
            {
                switch (Live(fixture, driver))
                {
                    case Death.PowerFailure:
                        powerFailures++;
                        break;
                    case Death.FailedSync:
                        failedSyncs++;
                        break;
                    default:
                        kills++;
                        break;
                }

                fixture.Disk.Restart();
                if (fixture.Random() % 3 != 0)
                    fixture.Disk.Crash(fixture.Random);
                driver.Open([.. Enumerable.Range(0, (int)(fixture.Random() % 3)).Select(_ => 1 + (long)(fixture.Random() % 20))]);
            }
        }

        Assert.That(new[] { powerFailures, kills, failedSyncs }, Has.All.GreaterThan(100));
    }

    [Test]
    public void A_flipped_bit_in_the_log_never_makes_a_wrong_answer_and_is_told_of_the_groups_that_it_hit([Range(1, 4)] int groups)
    {
        int found = 0;
        int spared = 0;
        for (ulong seed = 1; seed <= 300; seed++)
        {
            StoreFixture fixture = new(seed, OptionsFor(seed), IdentitiesOf(groups));
            StoreDriver driver = Start(fixture);
            Spend(fixture, driver, lives: 2);
            driver.Sync();
            driver.Certify();
            fixture.Disk.Kill();
            string segment = fixture.Segments[(int)(fixture.Random() % (ulong)fixture.Segments.Count)];
            long bit = (long)(fixture.Random() % ((ulong)fixture.Disk.Platter(segment).Length * 8));
            IReadOnlySet<int> hit = FormatReader.GroupsAt(fixture.Disk.Platter(segment), Identity.Identity, bit / 8);
            fixture.Disk.FlipBit(segment, bit);

            using ReplicaStore store = fixture.OpenAnother();
            foreach (GroupStore group in store.Groups)
                Assert.That(group.Recovered.Faulty, Is.Empty.Or.Matches<object>(_ => hit.Contains(group.Identity.Group.Number)), $"seed {seed}: the bit was of another group");
            Check(driver, store);
            found += store.Groups.Count(static group => group.Recovered.Faulty.Count > 0);
            spared += store.Groups.Any(static group => group.Recovered.Faulty.Count > 0) ? store.Groups.Count(static group => group.Recovered.Faulty.Count == 0) : 0;
            fixture.Disk.Crash(fixture.Random);

            using ReplicaStore again = fixture.OpenAnother();
            Check(driver, again);
            Assert.That(again.Groups.Select(static group => group.Recovered.Faulty), Is.EqualTo(store.Groups.Select(static group => group.Recovered.Faulty)), "rot stays rot");
        }

        Assert.That(spared, groups == 1 ? Is.Zero : Is.GreaterThan(10));
        Assert.That(found, Is.GreaterThan(20));
    }

    [Test]
    public void A_full_disk_loses_nothing_and_ends_when_there_is_space([Range(1, 4)] int groups)
    {
        int full = 0;
        int started = 0;
        for (ulong seed = 1; seed <= 60; seed++)
        {
            StoreFixture fixture = new(seed, Small, IdentitiesOf(groups));
            StoreDriver driver = Start(fixture);
            fixture.Disk.Budget = 160_000 + (long)(fixture.Random() % 80_000);
            for (int step = 0; step < 200; step++)
            {
                try
                {
                    driver.Step();
                }
                catch (DiskFullException)
                {
                    full++;
                    driver.Sync();
                    driver.Certify();
                    if (fixture.Random() % 2 == 0)
                    {
                        fixture.Disk.Crash(fixture.Random);
                        fixture.Disk.Budget += 120_000;
                        driver.Open();
                    }

                    fixture.Disk.Budget += 120_000;
                    driver.Retry();
                }
            }

            driver.Sync();
            fixture.Disk.Crash(fixture.Random);
            try
            {
                driver.Open();
                started++;
            }
            catch (DiskFullException)
            {
                fixture.Disk.Budget += 120_000;
                driver.Open();
            }
        }

        Assert.That(started, Is.GreaterThan(50), "hardly ever a full disk prevents a start");
        Assert.That(full, Is.GreaterThan(60));
    }

    private static void Check(StoreDriver driver, ReplicaStore store)
    {
        for (int group = 0; group < store.Groups.Count; group++)
            driver.Groups[group].Model.CheckRotten(store.Groups[group].Recovered);
    }

    private static StoreDriver Start(StoreFixture fixture)
    {
        fixture.Disk.Kill();
        StoreDriver driver = new(fixture.Disk, fixture.Options, fixture.Random);
        driver.Open();
        return driver;
    }

    private static void Spend(StoreFixture fixture, StoreDriver driver, int lives)
    {
        for (int life = 0; life < lives; life++)
        {
            for (int step = 0; step < Steps; step++)
                driver.Step();
            fixture.Disk.Crash(fixture.Random);
            driver.Open();
        }

        for (int step = 0; step < Steps; step++)
            driver.Step();
    }

    private static Death Live(StoreFixture fixture, StoreDriver driver)
    {
        ulong fate = fixture.Random() % 3;
        if (fate == 0)
            fixture.Disk.CrashAtOperation = fixture.Disk.Operations + 1 + (long)(fixture.Random() % 40);
        try
        {
            for (int step = 0; step < Steps; step++)
            {
                fixture.Disk.FailingSyncs = fate == 1 && step == Steps / 2 ? 1 : fixture.Disk.FailingSyncs;
                driver.Step();
            }
        }
        catch (SimulatedPowerFailureException)
        {
            return Death.PowerFailure;
        }
        catch (StorageFailedException)
        {
            Assert.That(() => driver.Store.Sync(), Throws.TypeOf<StorageFailedException>(), "nothing is tried again");
            return Death.FailedSync;
        }

        fixture.Disk.FailingSyncs = 0;
        return Death.Kill;
    }

    private static StoreOptions OptionsFor(ulong seed) => Small with
    {
        SegmentBytes = 16384 << (int)(seed % 3),
        FirstSegmentBytes = 16384 << (int)(seed / 3 % 3),
        ReturnBytes = 8192,
    };

    private enum Death
    {
        Kill,
        PowerFailure,
        FailedSync,
    }
}
