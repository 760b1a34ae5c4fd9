using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Simulator.Disk;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>The simulated disk is as unkind as a real one, and no unkinder.</summary>
public sealed class SimulatedDiskTests
{
    [Test]
    public void What_is_synced_survives_every_power_failure()
    {
        for (ulong number = 0; number < 8; number++)
        {
            SimulatedDisk disk = WithFile([1, 2, 3]);
            disk.Crash(() => number);

            Assert.That(disk.Platter("file"), Is.EqualTo(new byte[] { 1, 2, 3 }));
        }
    }

    [Test]
    public void What_is_not_synced_is_kept_lost_torn_zeroed_or_garbage()
    {
        HashSet<string> outcomes = [];
        for (ulong number = 0; number < 8; number++)
        {
            SimulatedDisk disk = WithFile(Filled(SimulatedDisk.BlockBytes, 1));
            using (StorageFile file = disk.OpenDirectory().Open("file"))
                file.WriteAt(Filled(SimulatedDisk.BlockBytes, 2), 0);
            disk.Crash(() => number);
            byte[] bytes = disk.Platter("file");
            outcomes.Add(string.Join(',', bytes.Distinct()));
        }

        // Garbage is what chance brings: here the number 7, eight bytes each.
        Assert.That(outcomes, Is.EquivalentTo(new[] { "2", "1", "2,1", "0", "7,0" }));
    }

    [Test]
    public void A_killed_process_leaves_the_cache()
    {
        SimulatedDisk disk = WithFile([1]);
        StorageFile file = disk.OpenDirectory().Open("file");
        file.WriteAt([9], 0);
        disk.Kill();

        byte[] bytes = new byte[1];
        disk.OpenDirectory().Open("file").ReadAt(bytes, 0);
        Assert.That(bytes[0], Is.EqualTo(9));
        Assert.That(() => file.ReadAt(bytes, 0), Throws.InvalidOperationException);
    }

    [Test]
    public void Names_are_lost_unless_the_directory_is_synced()
    {
        SimulatedDisk disk = WithFile([1]);
        disk.OpenDirectory().Rename("file", "renamed");
        disk.OpenDirectory().Create("new").Dispose();
        disk.Crash(() => 1);
        Assert.That(disk.Names, Is.EqualTo(new[] { "file" }));

        disk.OpenDirectory().Rename("file", "renamed");
        disk.OpenDirectory().SyncDirectory();
        disk.OpenDirectory().Delete("renamed");
        disk.Crash(() => 1);
        Assert.That(disk.Names, Is.EqualTo(new[] { "renamed" }));
    }

    [Test]
    public void A_cut_is_lost_unless_it_is_synced()
    {
        SimulatedDisk disk = WithFile([1, 2, 3]);
        disk.OpenDirectory().Open("file").SetLength(1);
        disk.Crash(() => 1);
        Assert.That(disk.Platter("file"), Has.Length.EqualTo(3));

        StorageFile file = disk.OpenDirectory().Open("file");
        file.SetLength(1);
        file.SetLength(2);
        file.SyncData();
        disk.Crash(() => 1);
        Assert.That(disk.Platter("file"), Is.EqualTo(new byte[] { 1, 0 }));
    }

    [Test]
    public void A_failed_sync_leaves_the_new_data_in_the_cache_and_the_old_on_the_disk()
    {
        SimulatedDisk disk = WithFile([1]);
        StorageFile file = disk.OpenDirectory().Open("file");
        file.WriteAt([9], 0);
        disk.FailingSyncs = 1;
        Assert.That(() => file.SyncData(), Throws.TypeOf<StorageFailedException>());
        Assert.That(() => file.SyncData(), Throws.Nothing, "the cache calls it clean now");

        byte[] bytes = new byte[1];
        file.ReadAt(bytes, 0);
        Assert.That(bytes[0], Is.EqualTo(9));
        disk.Crash(() => 0);
        Assert.That(disk.Platter("file"), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void A_full_disk_takes_a_part_of_the_bytes()
    {
        SimulatedDisk disk = WithFile([1, 2, 3]);
        disk.Budget = 5;
        StorageFile file = disk.OpenDirectory().Open("file");

        Assert.That(() => file.WriteAt([4, 5, 6, 7], 3), Throws.TypeOf<DiskFullException>());
        Assert.That(file.Length, Is.EqualTo(5));
        Assert.That(() => file.WriteAt([9, 9], 0), Throws.Nothing, "what is there may be overwritten");
        Assert.That(() => disk.OpenDirectory().Create("other"), Throws.TypeOf<DiskFullException>());
    }

    [Test]
    public void An_unreadable_part_is_readable_again_when_it_was_written()
    {
        SimulatedDisk disk = WithFile([1, 2, 3]);
        disk.MakeUnreadable("file", 1, 1);
        StorageFile file = disk.OpenDirectory().Open("file");
        byte[] bytes = new byte[3];
        Assert.That(() => file.ReadAt(bytes, 0), Throws.TypeOf<StorageReadException>());
        Assert.That(() => file.ReadAt(bytes.AsSpan(0, 1), 0), Throws.Nothing);
        file.WriteAt([5], 1);

        Assert.That(file.ReadAt(bytes, 0), Is.EqualTo(3));
    }

    [Test]
    public void The_power_fails_at_the_operation_that_was_named()
    {
        SimulatedDisk disk = WithFile([1]);
        disk.CrashAtOperation = disk.Operations + 2;
        StorageFile file = disk.OpenDirectory().Open("file");
        file.WriteAt([2], 0);

        Assert.That(() => file.SyncData(), Throws.TypeOf<SimulatedPowerFailureException>());
        Assert.That(() => file.WriteAt([3], 0), Throws.TypeOf<SimulatedPowerFailureException>());
        disk.Crash(() => 1);
        Assert.That(disk.Platter("file"), Is.EqualTo(new byte[] { 1 }));
        Assert.That(() => disk.OpenDirectory().SyncDirectory(), Throws.Nothing);
    }

    [Test]
    public void A_clone_goes_its_own_way()
    {
        SimulatedDisk disk = WithFile([1]);
        disk.OpenDirectory().Open("file").WriteAt([2], 0);
        SimulatedDisk clone = disk.Clone();
        clone.Crash(() => 1);
        disk.Crash(() => 0);

        Assert.That(clone.Platter("file"), Is.EqualTo(new byte[] { 1 }));
        Assert.That(disk.Platter("file"), Is.EqualTo(new byte[] { 2 }));
    }

    private static byte[] Filled(int count, byte value)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static SimulatedDisk WithFile(byte[] content)
    {
        SimulatedDisk disk = new();
        using StorageFile file = disk.OpenDirectory().Create("file");
        file.WriteAt(content, 0);
        file.SyncData();
        disk.OpenDirectory().SyncDirectory();
        return disk;
    }
}
