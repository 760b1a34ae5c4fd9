using NUnit.Framework;
using PaxosShard.Simulator.Disk;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>The power fails at every single operation of the disk, and again at every one of the opening that follows.</summary>
public sealed class CrashEverywhereTests
{
    private const int Steps = 40;

    [Test]
    public void Nothing_synced_is_lost_wherever_the_power_fails()
    {
        bool failed = true;
        int failures = 0;
        for (long operation = 1; failed; operation++)
        {
            for (ulong seed = 1; seed <= 8; seed++)
            {
                StoreDriver driver = RunUntilPowerFails(operation, seed, out failed);
                driver.Open();
                failures += failed ? 1 : 0;
            }
        }

        Assert.That(failures, Is.GreaterThan(200));
    }

    [Test]
    public void Nothing_synced_is_lost_when_the_power_fails_again_during_recovery_and_once_more()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            bool hit = true;
            for (long crash = 1; hit; crash++)
            {
                StoreDriver driver = RunUntilPowerFails(long.MaxValue, seed, out _);
                long length = driver.MeasureOpening();
                hit = driver.FailOpening(crash);
                Assert.That(hit, Is.EqualTo(crash <= length), $"seed {seed}, operation {crash} of an opening of {length}");

                // The later the first failure, the earlier the second, which is behind the opening when the first was at its start.
                long again = length + 2 - crash;
                long nextLength = driver.MeasureOpening();
                Assert.That(driver.FailOpening(again), Is.EqualTo(again <= nextLength), $"seed {seed}, operation {again} of the next of {nextLength}");
                driver.Open();
                driver.Step();
            }
        }
    }

    [Test]
    public void A_killed_opening_changes_nothing_for_the_next([Range(1, 3)] int groups)
    {
        bool hit = true;
        for (long operation = 1; hit; operation++)
        {
            StoreFixture fixture = new((ulong)operation, StoreFixture.Small, StoreFixture.IdentitiesOf(groups));
            SimulatedDisk disk = fixture.Disk;
            StoreDriver driver = new(disk, fixture.Options, fixture.Random);
            disk.Kill();
            driver.Open();
            for (int step = 0; step < Steps; step++)
                driver.Step();
            disk.Kill();
            long length = driver.MeasureOpening();
            hit = driver.BreakOpening(operation);
            Assert.That(hit, Is.EqualTo(operation <= length), $"operation {operation} of an opening of {length}");

            disk.Restart();
            driver.Open();
            disk.Crash(() => 1);
            driver.Open();
        }
    }

    /// <summary>One to three groups, by the seed.</summary>
    private static StoreDriver RunUntilPowerFails(long operation, ulong seed, out bool failed)
    {
        StoreFixture fixture = new(seed, StoreFixture.Small, StoreFixture.IdentitiesOf(1 + (int)(seed % 3)));
        SimulatedDisk disk = fixture.Disk;
        StoreDriver driver = new(disk, fixture.Options, fixture.Random);
        disk.Kill();
        driver.Open();
        disk.CrashAtOperation = operation == long.MaxValue ? 0 : disk.Operations + operation;
        failed = false;
        try
        {
            for (int step = 0; step < Steps; step++)
                driver.Step();
        }
        catch (SimulatedPowerFailureException)
        {
            failed = true;
        }

        disk.Crash(fixture.Random);
        return driver;
    }
}
