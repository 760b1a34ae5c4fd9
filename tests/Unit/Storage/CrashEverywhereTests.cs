using NUnit.Framework;
using PaxosShard.Replica.Node.Storage;
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
        int failures = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            for (long crash = 1; crash <= 24; crash++)
            {
                StoreDriver driver = RunUntilPowerFails(long.MaxValue, seed, out _);
                driver.Open(crash, 25 - crash);
                driver.Step();
                failures++;
            }
        }

        Assert.That(failures, Is.EqualTo(40 * 24));
    }

    [Test]
    public void A_killed_opening_changes_nothing_for_the_next()
    {
        for (long operation = 1; operation <= 24; operation++)
        {
            StoreFixture fixture = new((ulong)operation);
            SimulatedDisk disk = fixture.Disk;
            StoreDriver driver = new(disk, fixture.Options, fixture.Random);
            disk.Kill();
            driver.Open();
            for (int step = 0; step < Steps; step++)
                driver.Step();
            disk.Kill();
            disk.CrashAtOperation = disk.Operations + operation;
            try
            {
                ReplicaStore.Open(disk.OpenDirectory(), fixture.Options, Guid.NewGuid());
            }
            catch (SimulatedPowerFailureException)
            {
            }

            disk.Restart();
            driver.Open();
            disk.Crash(() => 1);
            driver.Open();
        }
    }

    private static StoreDriver RunUntilPowerFails(long operation, ulong seed, out bool failed)
    {
        StoreFixture fixture = new(seed);
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
